"""The fit of all rows, as the report's parts take it, from their triangle."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.inference.fit import Fit, row_squares
from linreg_core.numerics.design import Design
from linreg_core.numerics.factor import factor_of_triangle
from linreg_core.numerics.least_squares import LeastSquares
from linreg_core.problem import Problem
from linreg_core.scale.row_triangle import RowTriangle
from linreg_core.scale.trust import Trust, condition_of, trust_in


@dataclass(frozen=True, eq=False)
class TriangleFit:
    """A fit, the path that its triangle came on, and how far its numbers can be trusted.

    What it says of single rows is of the stand-ins. The lengths of the target and of the residuals,
    before these count as 0, are in the target's coordinates.
    """

    fit: Fit
    path: str
    target_size: float
    residual_size: float

    @cached_property
    def trust(self) -> Trust:
        """What can be vouched for."""
        return self.trust_by(self.path)

    @cached_property
    def condition(self) -> float:
        """The condition number of the used columns, each of length 1. Takes an SVD of them."""
        return condition_of(self.fit)

    def trust_by(self, path: str) -> Trust:
        """Return what could be vouched for if the triangle had come on this path."""
        sizes = self.target_size, self.residual_size
        return trust_in(path, self.fit, self.condition, *sizes)


def fit_of_triangle(path: str, triangle: RowTriangle, problem: Problem) -> TriangleFit:
    """Return the fit of all rows; `problem` is that of their stand-ins.

    Residuals that are no more than rounding count as 0, as in `fit_of`.
    """
    solution, residual = _solved(triangle, problem)
    design, R = solution.design, _design_triangle(triangle, problem)
    to_q, counts = solution.factor.inverse(), design.weights
    assert counts is not None
    A = design.matrix(design.X)
    plain = design.scaled_target(design.y) - A @ solution.coefficients
    about = R[int(problem.fit_intercept) :, -1]
    leverage = np.clip(row_squares(A @ to_q), 0.0, 1.0)
    ssr, tss = float(residual @ residual), float(about @ about)
    yes_no = triangle.is_yes_no[:-1]
    rows = plain, leverage, ssr, tss
    fit = Fit(problem, solution, to_q, *rows, counts=counts, yes_no=yes_no)
    sizes = float(np.linalg.norm(R[:, -1])), float(np.linalg.norm(residual))
    found = TriangleFit(fit, path, *sizes)
    if fit.is_exact or fit.df_residual < 1 or sizes[1] <= found.trust.residual:
        found = replace(found, fit=replace(fit, residuals=np.zeros(len(plain)), ssr=0.0))
    return found


def _design_triangle(triangle: RowTriangle, problem: Problem) -> FloatArray:
    """Return R of [1 Z t], or of [Z t] without an intercept, with Z as the design has it."""
    if problem.fit_intercept:
        return triangle.R
    return np.asarray(np.linalg.qr(triangle.through_origin().R[:, 1:], mode="r"))


def _solved(triangle: RowTriangle, problem: Problem) -> tuple[LeastSquares, FloatArray]:
    """Return the solution and the residuals of the triangle's rows."""
    at = triangle if problem.fit_intercept else triangle.through_origin()
    R, intercept = _design_triangle(triangle, problem), problem.fit_intercept
    rows = problem.X_train, problem.y_train
    design = Design(*rows, intercept, at.columns, at.target, problem.w_train)
    with np.errstate(all="ignore"):
        factor = factor_of_triangle(design, R)
        coefficients = np.zeros(design.n_columns)
        coefficients[factor.used] = factor.solve_factored()
    solution = LeastSquares(
        params=design.to_params((coefficients, np.zeros(design.n_columns))),
        rank=len(factor.used) - int(intercept),
        method=factor.method,
        design=design,
        coefficients=coefficients,
        factor=factor,
    )
    return solution, R[:, -1] - R[:, :-1] @ coefficients
