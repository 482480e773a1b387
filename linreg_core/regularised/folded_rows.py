"""What cross-validation needs of the training rows: second moments with and without each fold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.numerics.design import Design
from linreg_core.numerics.factor import triangle_by_parts
from linreg_core.numerics.folds import folds
from linreg_core.regularised.unit_moments import UnitMoments, Units

if TYPE_CHECKING:
    from linreg_core.problem import Problem


@dataclass(frozen=True, eq=False)
class FoldedRows:
    """A triangular factor of each fold's rows [1 Z t] in `units`, and the folds' total weights.

    Squares and products of the factor's rows are those of the fold's: it stands for them wherever
    the model is linear, and the data are passed over once.
    """

    units: Units
    factors: tuple[FloatArray, ...]
    totals: FloatArray

    @property
    def nbytes(self) -> int:
        """The memory that the factors take."""
        return sum(factor.nbytes for factor in self.factors)

    def moments(self) -> UnitMoments:
        """Return the moments of all training rows."""
        products = np.sum([factor.T @ factor for factor in self.factors], axis=0)
        return self._moments(products, self.totals.sum())

    def moments_without(self) -> Iterator[UnitMoments]:
        """Yield, fold after fold, the moments of all other rows.

        They are sums of the others' and never differences, which would lose digits where the fold
        has most of what varies.
        """
        products = [factor.T @ factor for factor in self.factors]
        behind = [np.zeros_like(products[0])]
        for product in products[:0:-1]:
            behind.append(behind[-1] + product)
        before = np.zeros_like(products[0])
        for fold, product in enumerate(products):
            others = before + behind.pop()
            yield self._moments(others, self.totals.sum() - self.totals[fold])
            before += product

    def mean_squares(
        self, factor: FloatArray, total: float, weights: FloatArray, bias: FloatArray
    ) -> FloatArray:
        """Return k models' mean squared error on rows, by their factor, in the unit of y squared.

        `weights` (k, n_features) and `bias` (k,) are in `units`.
        """
        first = int(self.units.design.fit_intercept)
        errors = weights @ factor[:, first:-1].T - factor[:, -1]
        if first:
            errors += np.outer(bias, factor[:, 0])
        return np.asarray(np.square(errors).sum(axis=1) / total * self.units.y_size**2)

    def _moments(self, products: FloatArray, total: float) -> UnitMoments:
        return UnitMoments.of_products(products, float(total), self.units.design.fit_intercept)


def folded_rows(problem: Problem, seed: int) -> FoldedRows:
    """Return the factors of a problem's training rows, dealt into folds with `seed`.

    Raises DataError when a column is out of a float's range.
    """
    v = problem.v_train
    whole = Design.of(problem.X_train, problem.y_train, problem.fit_intercept, v)
    triangles, totals = [], []
    for rows in folds(problem.n_train, seed):
        weights = None if v is None else v[rows]
        part = Design(
            whole.X[rows], whole.y[rows], whole.fit_intercept, whole.columns, whole.target, weights
        )
        triangles.append(triangle_by_parts(part))
        totals.append(part.total_weight)
    units = Units.of(whole, np.asarray(np.linalg.qr(np.vstack(triangles), mode="r")))
    return FoldedRows(units, tuple(map(units.of_rows, triangles)), np.array(totals))
