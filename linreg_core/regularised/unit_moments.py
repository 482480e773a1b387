"""Second moments of a problem's training rows in columns of mean 0 and size 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.errors import DataError
from linreg_core.numerics.design import Design
from linreg_core.numerics.factor import triangle_by_parts
from linreg_core.types import Params

if TYPE_CHECKING:
    from linreg_core.problem import Problem


@dataclass(frozen=True, eq=False)
class UnitMoments:
    """mean((t - Z u - b)**2) as a function of u: variance - 2 slope @ u + u @ gram @ u, b at its
    best.

    `gram` (n_features, n_features) are the covariances of the features Z, `slope` (n_features,)
    those with the target t; `x_mean` and `y_mean` are means. Without an intercept nothing is
    centred and means are 0.
    """

    gram: FloatArray
    slope: FloatArray
    variance: float
    x_mean: FloatArray
    y_mean: float

    @property
    def nbytes(self) -> int:
        """The memory that they take."""
        return self.gram.nbytes + self.slope.nbytes + self.x_mean.nbytes

    @classmethod
    def of_products(cls, products: FloatArray, total: float, fit_intercept: bool) -> UnitMoments:
        """Return those of rows of [1 Z t] (without an intercept [Z t]) by their weighted products.

        `total` is the sum of the rows' weights.
        """
        means = np.zeros(len(products) - fit_intercept)
        scatter = products / total
        if fit_intercept:
            means = products[0, 1:] / total
            scatter = scatter[1:, 1:] - np.outer(means, means)
        return cls(
            gram=scatter[:-1, :-1].copy(),
            slope=scatter[:-1, -1].copy(),
            variance=float(scatter[-1, -1]),
            x_mean=means[:-1],
            y_mean=float(means[-1]),
        )


@dataclass(frozen=True, eq=False)
class Units:
    """The coordinates of `UnitMoments`: z = (x - x_mean) / x_size and t = (y - y_mean) / y_size.

    Sizes are the training rows' standard deviations (root mean squares without an intercept), or a
    power of two for a column that has none. `shift` and `spread` (n_features + 1,) bring columns of
    the design's [Z t] there: (z - shift) / spread.
    """

    design: Design
    x_mean: FloatArray
    x_size: FloatArray
    y_mean: float
    y_size: float
    shift: FloatArray
    spread: FloatArray

    @classmethod
    def of(cls, design: Design, triangle: FloatArray) -> Units:
        """Return those of a design, of which R of the QR decomposition of [1 Z t] is known.

        Raises DataError when a size is out of a float's range.
        """
        first, total = int(design.fit_intercept), design.total_weight
        shift = triangle[0, 1:] / triangle[0, 0] if first else np.zeros(triangle.shape[1])
        spread = np.sqrt(np.square(triangle[first:, first:]).sum(axis=0) / total)
        spread = np.where(spread > 0, spread, 1.0)
        centre = np.append(design.columns.centre, design.target.centre)
        scale = np.append(design.columns.scale, design.target.scale)
        means, sizes = centre + shift * scale, spread * scale
        if not (np.isfinite(means).all() and np.isfinite(sizes).all() and (sizes > 0).all()):
            raise DataError(
                "Ridge and lasso need columns whose spread a float can hold. Got one that is out "
                "of range: use another unit for it."
            )
        return cls(
            design, means[:-1], sizes[:-1], float(means[-1]), float(sizes[-1]), shift, spread
        )

    def of_rows(self, rows: FloatArray) -> FloatArray:
        """Return rows [1 Z t] of the design, or of a factor of it, in these coordinates."""
        first = int(self.design.fit_intercept)
        rows = rows.copy()
        if first:
            rows[:, 1:] -= np.outer(rows[:, 0], self.shift)
        rows[:, first:] /= self.spread
        return rows

    def to_params(self, weights: FloatArray) -> Params:
        """Return weights (n_features,) of these coordinates, with their best bias, as Params."""
        params, bias = self.to_rows(weights[np.newaxis])
        return Params(params[0], float(bias[0]))

    def to_rows(self, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Do what `to_params` does for k rows: weights (k, n_features) and bias (k,)."""
        weights = weights * (self.y_size / self.x_size)
        if not self.design.fit_intercept:
            return weights, np.zeros(len(weights))
        return weights, self.y_mean - (weights * self.x_mean).sum(axis=1)


def measured_units(problem: Problem) -> tuple[Units, UnitMoments]:
    """Return the coordinates of a problem's training rows and their moments in these."""
    design = Design.of(problem.X_train, problem.y_train, problem.fit_intercept, problem.v_train)
    with np.errstate(all="ignore"):
        triangle = triangle_by_parts(design)
        units = Units.of(design, triangle)
        rows = units.of_rows(triangle)
        moments = UnitMoments.of_products(rows.T @ rows, design.total_weight, problem.fit_intercept)
    return units, moments


def unit_pull(problem: Problem, units: Units) -> FloatArray:
    """Return what a penalty of 1 per |w| of training coordinates is per |u| of each feature."""
    return problem.x_scale / units.x_size * (problem.y_scale / units.y_size)
