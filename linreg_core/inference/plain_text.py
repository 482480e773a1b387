"""A report as lines of text: the coefficients in columns, and how good the fit is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from linreg_core.inference.values import p_text

if TYPE_CHECKING:
    from linreg_core.inference.coefficients import Coefficient
    from linreg_core.inference.figures import FitFigures

_HEAD: Final = ("", "estimate", "standard error", "t", "p", "95 % from", "to")
_NOTHING: Final = "-"


def report_text(report: FitFigures) -> str:
    r"""Return the coefficients with errors, tests and intervals, the fit's figures, and all notes.

    >>> import linreg_core as lc
    >>> from linreg_core.inference import report
    >>> line = lc.Dataset("line", [[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 2.0, 4.0])
    >>> print(report_text(report(lc.Problem.from_dataset(line))).split("\nn = ")[0])
               estimate  standard error        t         p  95 % from       to
    intercept       1.3        0.793725  1.63785  0.243111   -2.11512  4.71512
    x               0.8        0.424264  1.88562       0.2   -1.02546  2.62546
    """
    rows = [_HEAD, *map(_cells, report.coefficients)]
    errors = report.errors_meaning or f"Standard errors are {report.errors_in_words}."
    return "\n".join([*_aligned(rows), ", ".join(_fit_figures(report)), errors, *report.notes])


def _cells(row: Coefficient) -> tuple[str, ...]:
    figures = (row.estimate, row.standard_error, row.t, row.p, row.low, row.high)
    return " ".join(row.name.split()), *map(_number, figures)


def _number(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.6g}"


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows with their columns below one another: names to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *figures in rows:
        cells = [cell.rjust(width) for cell, width in zip(figures, widths[1:], strict=True)]
        yield "  ".join([name.ljust(widths[0]), *cells])


def _fit_figures(report: FitFigures) -> Iterator[str]:
    yield f"n = {report.n_samples:,}"
    for label, value in (
        ("R²", report.r_squared),
        ("adjusted R²", report.adjusted_r_squared),
    ):
        if value is not None:
            yield f"{label} = {value:.6g}"
    if report.f is not None and report.f_p is not None:
        freedom = f"{report.rank}, {report.spread.df}"
        yield f"F({freedom}) = {report.f:.6g} ({p_text(report.f_p)})"
    if report.residual_standard_error is not None:
        yield f"residual standard error {report.residual_standard_error:.6g}"
