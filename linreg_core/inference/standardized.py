"""Coefficients that can be compared with one another, whatever the units of their columns are."""

from __future__ import annotations

from typing import Final

import numpy as np

from linreg_core.arrays import BoolArray, FloatArray
from linreg_core.inference.fit import Fit
from linreg_core.numerics.design import rescaled

FIRST_ROWS: Final = 256
"""Few columns that are not yes/no are 0 or 1 in so many rows: the others are looked at whole."""


def standardized_weights(fit: Fit) -> FloatArray:
    """Return the standardised coefficients (n_columns,), nan for the intercept.

    weight * sd(column) / sd(target), with the training rows' sample standard deviations: by how
    many of its own the target moves for one of the column's. A column of 0 and 1 only, such as
    the indicator of a category's level, has no spread that means anything: its coefficient is
    weight / sd(target), the step from no to yes (from the baseline to the level). Without an
    intercept root mean squares take the place of standard deviations, as in R2.
    """
    first, columns = int(fit.problem.fit_intercept), fit.design.columns
    standardized = np.full(fit.design.n_columns, np.nan)
    with np.errstate(all="ignore"):
        total = np.array([fit.tss])
        spread = np.sqrt(_column_squares(fit)[first:] / total)
        step = rescaled(np.sqrt(_freedom(fit) / total), np.ones(1), columns.scale)
        yes_no = which_are_yes_no(fit.problem.X_train) if fit.yes_no is None else fit.yes_no
        sizes = np.where(yes_no, step, spread)
        standardized[first:] = fit.solution.coefficients[first:] * sizes
    return standardized


def _column_squares(fit: Fit) -> FloatArray:
    """Return the sum of squares of each column of the design about its mean."""
    factor, first = fit.factor, int(fit.problem.fit_intercept)
    squares = np.zeros(fit.design.n_columns)
    squares[factor.used] = np.square(factor.R[first:]).sum(axis=0)
    return squares


def _freedom(fit: Fit) -> float:
    """Return what SST is divided by for the target's variance: weighted rows count by weight."""
    spent = int(fit.problem.fit_intercept)
    return fit.total_weight * (fit.n_samples - spent) / fit.n_samples


def which_are_yes_no(X: FloatArray) -> BoolArray:
    """Return which columns hold 0 and 1 only."""
    suspects = np.flatnonzero(_only_0_and_1(X[:FIRST_ROWS]))
    found = np.zeros(X.shape[1], dtype=np.bool_)
    found[[column for column in suspects if _only_0_and_1(X[:, column])]] = True
    return found


def _only_0_and_1(values: FloatArray) -> BoolArray:
    return np.asarray(((values == 0.0) | (values == 1.0)).all(axis=0))
