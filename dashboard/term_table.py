"""The table by term in words, for the page and for what is taken away."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.escaping import one_line
from dashboard.numbers import count, number, p_value
from linreg_core.inference import FitFigures
from linreg_core.inference.by_term import TermRow
from linreg_core.inference.values import in_words, quoted


def says_more_by_term(report: FitFigures) -> bool:
    """Whether terms tell more than coefficients: not of one column alone."""
    rows = report.by_term
    return len(rows) > 1 or any(len(row.columns) > 1 for row in rows)


def term_table(report: FitFigures) -> list[dict[str, str]]:
    """Return the lines of the table by the names of its columns, that of the residuals last."""
    lines = [_cells(row) for row in report.by_term]
    squares = report.fit.ssr * report.fit.y_scale * report.fit.y_scale
    residuals = {
        "Term": "Residuals",
        "df": count(report.df_residual),
        "Sum of squares": number(squares, 5),
    }
    return [*lines, dict.fromkeys(lines[0], "") | residuals]


def _cells(row: TermRow) -> dict[str, str]:
    return {
        "Term": one_line(row.label),
        "df": count(row.df),
        "Sum of squares": number(row.sum_of_squares, 5),
        "F": number(row.f),
        "p": p_value(row.p).removeprefix("= "),
        "Partial R²": number(row.partial_r_squared, 3),
        "Standardised": number(row.standardized),
        "GVIF": number(row.gvif, 3),
        "GVIF^(1/2df)": number(row.gvif_root, 3),
    }


def by_term_notes(report: FitFigures) -> Iterator[str]:
    """Yield in whole sentences how the table is to be read."""
    yield (
        "Type II tests: what each term adds to all others, leaving out those that contain it. "
        "Standardised: by how many of its standard deviations the target moves for one of the "
        "column's, or for the step from no to yes."
    )
    if not report.covariance.is_classical:
        yield (
            f"F and p are Wald tests with {report.errors_in_words} standard errors; sums of "
            f"squares and partial R² are those of least squares."
        )
    if bound := [row.label for row in report.by_term if not row.df]:
        adds = "adds nothing of its" if len(bound) == 1 else "add nothing of their"
        yield f"{in_words(quoted(bound))} {adds} own: the other terms determine it."
