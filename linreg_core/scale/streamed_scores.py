"""How well a fit predicts test rows of which only the moments are there."""

from __future__ import annotations

from dataclasses import replace

from linreg_core.inference.fit import Fit
from linreg_core.inference.scores import Scores, score_test_rows
from linreg_core.scale.row_triangle import RowTriangle
from linreg_core.scale.stand_ins import stand_in_dataset, stand_in_problem


def streamed_scores(fit: Fit, train: RowTriangle, test: RowTriangle) -> Scores:
    """Return R2 and root mean squared error of a fit, of the one triangle, on another's rows.

    The mean absolute error is None: moments do not tell it. Raises DataError when the triangle is
    not of the same columns.
    """
    dataset = stand_in_dataset(train, test)
    problem = stand_in_problem(dataset, test, fit_intercept=fit.problem.fit_intercept)
    return replace(score_test_rows(replace(fit, problem=problem)), mae=None)
