"""A report's coefficients as CSV and as JSON, in full precision."""

from __future__ import annotations

import codecs
import csv
import io
import json
import math
from dataclasses import asdict
from typing import Any, Final

from dashboard.escaping import csv_cell
from dashboard.exports.csv_file import COMMON, CsvDialect
from linreg_core.inference import Coefficient, FitFigures
from linreg_core.inference.by_term import TermRow
from linreg_core.inference.covariance import NEWEY_WEST

JSON_FORMAT: Final = "linreg-live coefficients"
JSON_VERSION: Final = 1
_FIELDS: Final = {
    "name": "name",
    "estimate": "estimate",
    "standard_error": "standard_error",
    "t": "t",
    "p": "p",
    "low_95": "low",
    "high_95": "high",
    "vif": "vif",
    "standardized": "standardized",
    "gradient_descent": "learned",
    "digits": "digits",
}
_FIT: Final = (
    "n_samples",
    "n_features",
    "rank",
    "df_residual",
    "r_squared",
    "adjusted_r_squared",
    "residual_standard_error",
    "rmse",
    "mae",
    "f",
    "f_p",
    "aic",
    "bic",
    "cv_r_squared",
    "n_folds",
    "test_r_squared",
    "test_rmse",
    "test_mae",
)


def coefficients_csv(report: FitFigures, dialect: CsvDialect = COMMON) -> bytes:
    """Return a line for each coefficient, the intercept first, in UTF-8 with the mark for Excel.

    `dialect` is that of the table's own file, so that the same spreadsheet opens both.

    Columns: name, estimate, standard_error, t, p, low_95 and high_95 (the 95 % confidence
    interval), vif, standardized (the standardised coefficient), gradient_descent (what it found),
    digits (on which both agree) and errors (which standard errors these are). What is unknown is
    empty.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=dialect.delimiter)
    writer.writerow([*_FIELDS, "errors"])
    errors = csv_cell(report.errors_in_words)
    for coefficient in report.coefficients:
        row = _row(coefficient) | {"name": csv_cell(coefficient.name), "errors": errors}
        writer.writerow(dialect.number_text(value) for value in row.values())
    return codecs.BOM_UTF8 + file.getvalue().encode("utf-8", "replace")


def coefficients_json(report: FitFigures) -> bytes:
    """Return the fit as a JSON object; what is unknown is null.

    - "format", "version": "linreg-live coefficients" and 1;
    - "target": the target's name;
    - "fit": n_samples, n_features, rank, df_residual, r_squared, adjusted_r_squared,
      residual_standard_error, rmse, mae, f, f_p, aic, bic, cv_r_squared, n_folds,
      test_r_squared, test_rmse, test_mae, under these names (null where only the rows tell
      them, and these stay where they are stored);
    - "standard_errors": their "kind" (one of COVARIANCES), the column of their "clusters", how many
      of these there are and "lags" (null where they have none), their "df_residual" for t;
    - "coefficients": a list, the intercept first unless the line goes through the origin, of
      objects with the CSV's columns and "is_intercept". Estimates are in original units:
      target = intercept + the sum of estimate * feature;
    - "terms": a list with an object for each term of the model: its label, its columns, df,
      sum_of_squares, f, p, partial_r_squared, gvif and standardized, as in the table by term;
    - "notes": whole sentences.
    """
    value = {
        "format": JSON_FORMAT,
        "version": JSON_VERSION,
        "target": report.problem.dataset.target_name,
        "fit": {name: _known(getattr(report, name, None)) for name in _FIT},
        "standard_errors": _errors(report),
        "coefficients": [
            {**_row(each), "is_intercept": each.is_intercept} for each in report.coefficients
        ],
        "terms": [_known_fields(row) for row in report.by_term],
        "notes": list(report.notes),
    }
    return json.dumps(value, allow_nan=False, indent=2).encode("ascii")


def _errors(report: FitFigures) -> dict[str, Any]:
    """Return which standard errors a report has."""
    covariance, spread = report.covariance, report.spread
    is_in_order = covariance.kind == NEWEY_WEST
    return {
        "kind": covariance.kind,
        "clusters": covariance.name or None,
        "n_clusters": spread.n_clusters or None,
        "lags": covariance.lags_of(report.n_samples) if is_in_order else None,
        "df_residual": spread.df,
    }


def _row(coefficient: Coefficient) -> dict[str, Any]:
    return {name: _known(getattr(coefficient, field)) for name, field in _FIELDS.items()}


def _known_fields(row: TermRow) -> dict[str, Any]:
    return {name: _known(value) for name, value in asdict(row).items()}


def _known(value: Any) -> Any:
    """Return a figure, None where it is unknown or not finite."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
