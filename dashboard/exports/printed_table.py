"""Tables as they stand on paper: numbers in words of the report, for Word, LaTeX and pasting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from dashboard.numbers import count, number, p_value
from dashboard.term_table import by_term_notes, says_more_by_term, term_table
from linreg_core.inference import FitFigures

COEFFICIENT_HEAD: Final = (
    "Coefficient",
    "Estimate",
    "Standard error",
    "t",
    "p",
    "95 % from",
    "to",
)


@dataclass(frozen=True)
class PrintedTable:
    """A table of text, not yet escaped: its first column names its rows, the others are figures.

    `notes` are whole sentences that stand below it.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def printed_tables(report: FitFigures) -> tuple[PrintedTable, ...]:
    """Return every table of a report, in the order in which they are printed."""
    if not says_more_by_term(report):
        return (printed_coefficients(report),)
    return printed_coefficients(report), printed_by_term(report)


def printed_coefficients(report: FitFigures) -> PrintedTable:
    """Return the coefficients with errors, tests and intervals; below, how good the fit is."""
    rows = tuple(
        (
            each.name,
            number(each.estimate, 5),
            number(each.standard_error),
            number(each.t),
            p_value(each.p),
            number(each.low, 5),
            number(each.high, 5),
        )
        for each in report.coefficients
    )
    target = report.problem.dataset.target_name
    notes = (_fit_line(report), errors_line(report), *report.notes)
    return PrintedTable(f"Linear regression of {target}", COEFFICIENT_HEAD, rows, notes)


def printed_by_term(report: FitFigures) -> PrintedTable:
    """Return what each term adds to the others, with what is left to the residuals."""
    lines = term_table(report)
    rows = tuple(tuple(line.values()) for line in lines)
    title = f"{report.problem.dataset.target_name} by term"
    return PrintedTable(title, tuple(lines[0]), rows, tuple(by_term_notes(report)))


def _fit_line(report: FitFigures) -> str:
    return f"{'; '.join(fit_figures(report))}."


def errors_line(report: FitFigures) -> str:
    """Return which standard errors a report has, and what they mean where that is not usual."""
    return report.errors_meaning or f"Standard errors are {report.errors_in_words}."


def fit_figures(report: FitFigures) -> Iterator[str]:
    """Yield n, R², F and what else tells how good a fit is, as far as it is known."""
    yield f"n = {count(report.n_samples)}"
    if report.r_squared is not None:
        adjusted = report.adjusted_r_squared
        more = "" if adjusted is None else f" (adjusted {number(adjusted)})"
        yield f"R² = {number(report.r_squared)}{more}"
    if report.f is not None:
        yield f_clause(report)
    if report.residual_standard_error is not None:
        yield f"residual standard error {number(report.residual_standard_error)}"


def f_clause(report: FitFigures) -> str:
    """Return the test of all features together, e.g. "F(2, 83) = 470.1, p < 0.0001"."""
    freedom = f"{count(report.rank)}, {count(report.spread.df)}"
    return f"F({freedom}) = {number(report.f)}, {p_clause(report.f_p)}"


def p_clause(p: float | None) -> str:
    """Return a p value as a sentence has it.

    >>> p_clause(0.0312), p_clause(1e-9)
    ('p = 0.0312', 'p < 0.0001')
    """
    text = p_value(p)
    return f"p {text}" if text.startswith("<") else f"p = {text}"
