"""What people take away: pure functions from a finished fit to the bytes of a file.

The model for PyTorch is made in the trainer's process, where torch is: `state_dict.py`.
"""

from __future__ import annotations

from dashboard.exports.coefficients import coefficients_csv, coefficients_json
from dashboard.exports.comparison_csv import comparison_csv
from dashboard.exports.diagnostics_csv import diagnostics_csv, has_dfbetas
from dashboard.exports.filenames import safe_filename
from dashboard.exports.html_report import OfAllRows, html_report
from dashboard.exports.latex_file import latex_file
from dashboard.exports.methods import RowsAndColumns, methods_paragraph
from dashboard.exports.new_predictions_csv import new_predictions_csv
from dashboard.exports.pasted_table import pasted_html, pasted_text
from dashboard.exports.path_csv import path_csv
from dashboard.exports.predictions_csv import predictions_csv
from dashboard.exports.printed_table import printed_tables
from dashboard.exports.word_file import word_file

__all__ = [
    "OfAllRows",
    "RowsAndColumns",
    "coefficients_csv",
    "coefficients_json",
    "diagnostics_csv",
    "has_dfbetas",
    "comparison_csv",
    "html_report",
    "latex_file",
    "methods_paragraph",
    "new_predictions_csv",
    "pasted_html",
    "pasted_text",
    "path_csv",
    "predictions_csv",
    "printed_tables",
    "safe_filename",
    "word_file",
]
