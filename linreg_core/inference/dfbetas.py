"""DFBETAS: by how many standard errors each coefficient moves with each row."""

from __future__ import annotations

import numpy as np

from linreg_core.arrays import FloatArray, IntArray
from linreg_core.inference.diagnostics import Diagnostics
from linreg_core.inference.fit import Fit, row_squares
from linreg_core.inference.spread import covariance_root
from linreg_core.numerics.design import row_parts


def dfbetas_of(fit: Fit, diagnostics: Diagnostics, rows: IntArray) -> FloatArray:
    """Return those of some training rows, (len(rows), n_columns), the intercept's first.

    With T as in `covariance_root` and q a row of Q, coefficient j moves by (T q)_j e / (1 - h)
    with the row: over the standard error without it, (T q)_j / |T_j| t / sqrt(1 - h), t the
    studentised residual. nan where t is, and where no coefficient is estimated. Source: Belsley,
    Kuh and Welsch (1980), Regression diagnostics, section 2.1.
    """
    root = covariance_root(fit)
    with np.errstate(all="ignore"):
        pull = diagnostics.studentized[rows] / np.sqrt(1.0 - diagnostics.leverage[rows])
        root /= np.sqrt(row_squares(root))[:, np.newaxis]  # 0 / 0 where none is estimated
        found = np.empty((len(rows), len(root)))
        for part in row_parts(len(rows), fit.design.n_columns):
            found[part] = (fit.q(rows[part]) @ root.T) * pull[part, np.newaxis]
    return found
