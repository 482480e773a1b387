"""How the invented data sets are drawn: each takes a numpy Generator and its knobs."""

from __future__ import annotations

import numpy as np

from linreg_core.arrays import FloatArray, frozen, rows_at_once
from linreg_core.types import Dataset, Params, RowGroup

CORRELATED_WEIGHTS = (3.0, -2.0, 1.0, 0.5, 0.0)
CORRELATED_BIAS = 4.0


def line(
    generator: np.random.Generator, n_samples: int, slope: float, intercept: float, noise: float
) -> Dataset:
    """Return y = slope * x + intercept + noise at evenly spaced x on [0, 1]."""
    x = np.linspace(0.0, 1.0, n_samples, dtype=np.float64)
    return _around_line("line", generator, x, slope, intercept, noise)


def exact_line(
    generator: np.random.Generator, n_samples: int, slope: float, intercept: float, noise: float
) -> Dataset:
    """Return y = slope * x + intercept (+ noise) at x = 0, 0.02, 0.04, ..."""
    return _around_line(
        "exact_line",
        generator,
        0.02 * np.arange(n_samples, dtype=np.float64),
        slope,
        intercept,
        noise,
    )


def many_weights(
    generator: np.random.Generator, n_samples: int, n_features: int, noise: float
) -> Dataset:
    """Return standard normal inputs times standard normal weights, bias uniform on [0, 1)."""
    X = np.empty((n_samples, n_features))
    for part in rows_at_once(n_samples, n_features):
        generator.standard_normal(out=X[part])
    params = Params(generator.standard_normal(n_features), generator.uniform())
    y = params.predict(X) + noise * generator.standard_normal(n_samples)
    return Dataset("many_weights", frozen(X), frozen(y), true_params=params)


def outliers(
    generator: np.random.Generator,
    n_samples: int,
    slope: float,
    intercept: float,
    noise: float,
    outlier_fraction: float,
) -> Dataset:
    """Return a line on [0, 10] where a share of the rows lies 6 to 14 units above it."""
    x = np.sort(generator.uniform(0.0, 10.0, n_samples))
    y = slope * x + intercept + noise * generator.standard_normal(n_samples)
    # Outliers at one end of x, where they have leverage: spread evenly they only lift the line.
    n_outliers = round(outlier_fraction * n_samples)
    candidates = np.arange(n_samples)[-max(n_outliers, n_samples // 2) :]
    rows = generator.choice(candidates, n_outliers, replace=False)
    y[rows] += generator.uniform(6.0, 14.0, n_outliers)
    params = Params(np.array([slope]), intercept)
    group = RowGroup("outliers", "data", tuple(sorted(rows.tolist())))
    return Dataset("outliers", x[:, np.newaxis], y, ("x",), "y", params, group)


def growing_variance(
    generator: np.random.Generator, n_samples: int, slope: float, intercept: float, noise: float
) -> Dataset:
    """Return spending by income, both in $1000, whose scatter is `noise` times the income."""
    x = generator.uniform(10.0, 150.0, n_samples)
    y = slope * x + intercept + noise * x * generator.standard_normal(n_samples)
    params = Params(np.array([slope]), intercept)
    return _one_feature("growing_variance", x, y, "income ($1000)", "spending ($1000)", params)


def curved(generator: np.random.Generator, n_samples: int, noise: float) -> Dataset:
    """Return stopping distance by speed: 0.2 m per km/h to react, and v**2 / 200 to brake."""
    x = generator.uniform(10.0, 130.0, n_samples)
    y = 0.2 * x + x**2 / 200.0 + noise * generator.standard_normal(n_samples)
    return _one_feature("curved", x, y, "speed (km/h)", "stopping distance (m)", None)


def two_groups(
    generator: np.random.Generator, n_samples: int, slope: float, noise: float, gap: float
) -> Dataset:
    """Return two clouds of one slope, the second further right and `gap` below the line."""
    second = np.arange(n_samples) % 2
    x = generator.normal(3.0 + 4.0 * second, 1.0)
    y = 10.0 + slope * x - gap * second + noise * generator.standard_normal(n_samples)
    group = RowGroup("right group", "left group", tuple(np.flatnonzero(second).tolist()))
    return Dataset("two_groups", x[:, np.newaxis], y, second_group=group)


def correlated(
    generator: np.random.Generator, n_samples: int, correlation: float, noise: float
) -> Dataset:
    """Return five standard normal features, each pair with the given correlation."""
    params = Params(np.array(CORRELATED_WEIGHTS), CORRELATED_BIAS)
    common = generator.standard_normal((n_samples, 1))
    own = generator.standard_normal((n_samples, params.n_features))
    X = np.sqrt(correlation) * common + np.sqrt(1.0 - correlation) * own
    y = params.predict(X) + noise * generator.standard_normal(n_samples)
    return Dataset("correlated", X, y, true_params=params)


def _around_line(
    name: str,
    generator: np.random.Generator,
    x: FloatArray,
    slope: float,
    intercept: float,
    noise: float,
) -> Dataset:
    y = slope * x + intercept + noise * generator.standard_normal(len(x))
    return _one_feature(name, x, y, "x", "y", Params(np.array([slope]), intercept))


def _one_feature(
    name: str, x: FloatArray, y: FloatArray, feature: str, target: str, params: Params | None
) -> Dataset:
    return Dataset(name, x[:, np.newaxis], y, (feature,), target, params)
