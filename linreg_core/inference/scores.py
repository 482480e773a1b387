"""How well a fit predicts the test rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linreg_core.inference.fit import Fit
from linreg_core.inference.values import known


@dataclass(frozen=True)
class Scores:
    """R2, root mean squared and mean absolute error; None without test rows.

    All are weighted where the rows are. R2 is 1 - sum((y - prediction)^2) / sum((y - mean)^2) with
    the test rows' own mean (0 without an intercept); None where that is 0 / 0 or says nothing:
    fewer than 2 rows, a constant target.
    """

    r_squared: float | None = None
    rmse: float | None = None
    mae: float | None = None


def score_test_rows(fit: Fit) -> Scores:
    """Return the scores of the test rows."""
    problem, design = fit.problem, fit.design
    if not problem.n_test:
        return Scores()
    with np.errstate(all="ignore"):
        target = design.scaled_target(problem.y_test)
        wrong = target - design.matrix(problem.X_test) @ fit.solution.coefficients
        v = np.ones(problem.n_test) if problem.v_test is None else problem.v_test
        if float(v * wrong @ wrong) <= problem.n_test * fit.rounding**2:
            wrong = np.zeros(problem.n_test)
        about = target - (v * target).mean() if problem.fit_intercept else target
        total, squares = float(v * about @ about), float(v * wrong @ wrong)
        r_squared = 1.0 - squares / total if total > 0 else float("nan")
        return Scores(
            r_squared=known(r_squared),
            rmse=known(float(np.sqrt(squares / problem.n_test)) * fit.y_scale),
            mae=known(float((v * np.abs(wrong)).mean()) * fit.y_scale),
        )
