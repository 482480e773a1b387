"""Inference: what the least-squares fit of a problem says, and how far it can be trusted.

report(problem, learned) -> Report: coefficients, goodness of fit, diagnostics, findings
Report.with_covariance(Covariance("HC3")) -> the same with other standard errors
Report.predict(X) -> Predictions with intervals; of a logarithm, in_target_units brings them back
"""

from __future__ import annotations

from linreg_core.inference.coefficients import INTERCEPT, Coefficient
from linreg_core.inference.covariance import CLASSICAL, COVARIANCES, Covariance
from linreg_core.inference.diagnostics import Diagnostics
from linreg_core.inference.figures import FitFigures
from linreg_core.inference.findings import Finding
from linreg_core.inference.predictions import Predictions
from linreg_core.inference.report import Report, report
from linreg_core.inference.row_order import RowOrder
from linreg_core.inference.target_units import BACK, how_brought_back, in_target_units

__all__ = [
    "BACK",
    "CLASSICAL",
    "COVARIANCES",
    "INTERCEPT",
    "Coefficient",
    "Covariance",
    "Diagnostics",
    "Finding",
    "FitFigures",
    "Predictions",
    "Report",
    "RowOrder",
    "how_brought_back",
    "in_target_units",
    "report",
]
