"""The data sets that are drawn, as the few lines of numpy that draw the same numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from linreg_core.generators import CORRELATED_BIAS, CORRELATED_WEIGHTS

Writer = Callable[..., list[str]]


def _around(slope: float, intercept: float, noise: float, n_samples: int) -> str:
    """Return the sum of a line and its noise, without what is 0."""
    terms = [f"{slope!r} * x"]
    terms += [repr(intercept)] if intercept else []
    terms += [f"{noise!r} * rng.standard_normal({n_samples})"] if noise else []
    return " + ".join(terms)


def _line(n_samples: int, slope: float, intercept: float, noise: float) -> list[str]:
    return [
        f"x = np.linspace(0.0, 1.0, {n_samples})",
        f"y = {_around(slope, intercept, noise, n_samples)}",
        "X = x[:, np.newaxis]",
    ]


def _exact_line(n_samples: int, slope: float, intercept: float, noise: float) -> list[str]:
    return [
        f"x = 0.02 * np.arange({n_samples})",
        f"y = {_around(slope, intercept, noise, n_samples)}",
        "X = x[:, np.newaxis]",
    ]


def _many_weights(n_samples: int, n_features: int, noise: float) -> list[str]:
    return [
        f"X = rng.standard_normal(({n_samples}, {n_features}))",
        f"true_weights, true_bias = rng.standard_normal({n_features}), rng.uniform()",
        f"y = X @ true_weights + true_bias + {noise!r} * rng.standard_normal({n_samples})",
    ]


def _outliers(
    n_samples: int, slope: float, intercept: float, noise: float, outlier_fraction: float
) -> list[str]:
    n_outliers = round(outlier_fraction * n_samples)
    first = n_samples - max(n_outliers, n_samples // 2)
    return [
        f"x = np.sort(rng.uniform(0.0, 10.0, {n_samples}))",
        f"y = {_around(slope, intercept, noise, n_samples)}",
        f"rows = rng.choice(np.arange({first}, {n_samples}), {n_outliers}, replace=False)",
        f"y[rows] += rng.uniform(6.0, 14.0, {n_outliers})  # the outliers",
        "X = x[:, np.newaxis]",
    ]


def _growing_variance(n_samples: int, slope: float, intercept: float, noise: float) -> list[str]:
    return [
        f"x = rng.uniform(10.0, 150.0, {n_samples})",
        f"y = {slope!r} * x + {intercept!r} + {noise!r} * x * rng.standard_normal({n_samples})",
        "X = x[:, np.newaxis]",
    ]


def _curved(n_samples: int, noise: float) -> list[str]:
    return [
        f"x = rng.uniform(10.0, 130.0, {n_samples})",
        f"y = 0.2 * x + x**2 / 200.0 + {noise!r} * rng.standard_normal({n_samples})",
        "X = x[:, np.newaxis]",
    ]


def _two_groups(n_samples: int, slope: float, noise: float, gap: float) -> list[str]:
    return [
        f"group = np.arange({n_samples}) % 2",
        "x = rng.normal(3.0 + 4.0 * group, 1.0)",
        f"scatter = {noise!r} * rng.standard_normal({n_samples})",
        f"y = 10.0 + {slope!r} * x - {gap!r} * group + scatter",
        "X = x[:, np.newaxis]",
    ]


def _correlated(n_samples: int, correlation: float, noise: float) -> list[str]:
    n_features = len(CORRELATED_WEIGHTS)
    return [
        f"common = rng.standard_normal(({n_samples}, 1))",
        f"own = rng.standard_normal(({n_samples}, {n_features}))",
        f"X = np.sqrt({correlation!r}) * common + np.sqrt(1.0 - {correlation!r}) * own",
        f"signal = X @ np.array({list(CORRELATED_WEIGHTS)!r}) + {CORRELATED_BIAS!r}",
        f"y = signal + {noise!r} * rng.standard_normal({n_samples})",
    ]


WRITERS: Final[Mapping[str, Writer]] = MappingProxyType(
    {
        "line": _line,
        "exact_line": _exact_line,
        "many_weights": _many_weights,
        "outliers": _outliers,
        "growing_variance": _growing_variance,
        "curved": _curved,
        "two_groups": _two_groups,
        "correlated": _correlated,
    }
)
"""Data sets whose drawing can be told, by name; of others the numbers themselves are written."""


def generating_lines(name: str, seed: int, knobs: Mapping[str, Any]) -> list[str] | None:
    """Return the lines that make X and y of a data set, None where only its numbers tell it."""
    if name not in WRITERS:
        return None
    return [f"rng = np.random.default_rng({seed})", *WRITERS[name](**knobs)]
