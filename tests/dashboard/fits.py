"""Fits that the tests of figures and exports share: ordinary, odd and hostile ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from linreg_core import Dataset, Params, Problem
from linreg_core.inference import Report, report

IMAGE = "<img src=x onerror=alert(1)>"
FORMULA = "$x^2$"
TEMPLATE = "%{customdata} %{y}"
LONG = "a long name " * 17
HOSTILE = (IMAGE, FORMULA, TEMPLATE, LONG, "</script><script>alert(2)</script>", "a\nb\u202ec")


def fit_of(
    x: ArrayLike,
    y: ArrayLike,
    names: tuple[str, ...] = (),
    target: str = "price",
    learned: Params | None = None,
    **split: Any,
) -> Report:
    """The report of a data set made of these numbers."""
    X = np.asarray(x, dtype=np.float64)
    X = X[:, np.newaxis] if X.ndim == 1 else X
    return report(Problem.from_dataset(Dataset("data", X, y, names, target), **split), learned)


def _makers() -> dict[str, Callable[[], Report]]:
    """What makes small fits, by their names."""
    rng = np.random.default_rng(1)
    x = rng.uniform(0, 10, 120)
    noise = rng.normal(size=120)
    X = rng.normal(size=(120, 6)) * 10.0 ** np.arange(-2, 4)
    weights = 10.0 ** -np.arange(-2, 4)
    hostile = X @ weights + noise
    few = np.arange(3.0)
    return {
        "clean": partial(fit_of, x, 3 * x + 5 + noise, ("size",), learned=Params([2.9], 5.5)),
        "with test rows": partial(fit_of, x, 3 * x + 5 + noise, test_fraction=0.25),
        "uneven": partial(fit_of, x, 3 * x + noise * x),
        "curved": partial(fit_of, x, (x - 5) ** 2 + noise),
        "influential": partial(fit_of, [*x[:30], 25], [*(3 * x[:30] + noise[:30]), 10]),
        "three rows": partial(fit_of, few, [1.0, 2.5, 2.9]),
        "two rows": partial(fit_of, few[:2], [1.0, 2.5]),
        "exact": partial(fit_of, few, 2 * few + 1),
        "huge": partial(fit_of, x * 1e9, (x + noise) * 1e12),
        "tiny": partial(fit_of, x * 1e-9, (x + noise) * 1e-12),
        "largest floats": partial(fit_of, x * 1e160, (x + noise) * 1e300),
        "smallest floats": partial(fit_of, x * 1e-160, (x + noise) * 1e-300),
        "several": partial(fit_of, X, hostile, learned=Params(weights * 1.01, 0.1)),
        "hostile": partial(
            fit_of, X, hostile, HOSTILE, IMAGE + LONG, Params(weights, 0), test_fraction=0.2
        ),
        "collinear": partial(fit_of, np.column_stack([x, 2 * x, X[:, 0]]), x + noise),
        "constant feature": partial(fit_of, np.column_stack([x, np.ones(120)]), x + noise),
        "origin": partial(fit_of, x, 3 * x + noise, fit_intercept=False),
        "diverged": partial(fit_of, x, x + noise, learned=Params([np.inf], np.nan)),
        "as many coefficients as rows": partial(fit_of, X[:7], hostile[:7]),
    }


FITS = tuple(_makers())


@cache
def fits() -> Mapping[str, Report]:
    """Small fits by name; reports are frozen, so that tests may share them."""
    return {name: make() for name, make in _makers().items()}


@cache
def large_fit() -> Report:
    """12,000 rows, two of them far out."""
    rng = np.random.default_rng(3)
    X = rng.normal(size=(12_000, 2))
    y = X @ [1.0, 2.0] + rng.normal(size=12_000)
    X[[77, 11_111]], y[[77, 11_111]] = 60.0, -900.0
    return fit_of(X, y)
