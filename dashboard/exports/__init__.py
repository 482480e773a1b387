"""What people take away: pure functions from a finished fit to the bytes of a file.

The model for PyTorch is made in the trainer's process, where torch is: `state_dict.py`.
"""

from __future__ import annotations

from dashboard.exports.coefficients import coefficients_csv, coefficients_json
from dashboard.exports.filenames import safe_filename
from dashboard.exports.html_report import html_report
from dashboard.exports.new_predictions_csv import new_predictions_csv
from dashboard.exports.predictions_csv import predictions_csv

__all__ = [
    "coefficients_csv",
    "coefficients_json",
    "html_report",
    "new_predictions_csv",
    "predictions_csv",
    "safe_filename",
]
