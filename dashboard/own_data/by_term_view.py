"""The report's table by term: what each adds, which a coefficient alone does not tell."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from dashboard.escaping import markdown_text, one_line
from dashboard.numbers import count, number, p_value
from linreg_core.inference import Report
from linreg_core.inference.by_term import TermRow
from linreg_core.inference.values import in_words, quoted

_MOST_ROWS, _TABLE_HEIGHT = 40, 500


def draw_by_term(report: Report) -> None:
    """Draw the table for whoever opens it; a single coefficient needs none."""
    rows = report.by_term
    if len(rows) == 1 and len(rows[0].columns) == 1:
        return
    with st.expander("By term", key="by_term_box"):
        lines = [by_term_cells(row) for row in rows]
        lines.append(_residual_cells(report, lines[0]))
        st.dataframe(
            lines,
            hide_index=True,
            column_config={
                name: st.column_config.TextColumn(alignment=None if name == "Term" else "right")
                for name in lines[0]
            },
            height="auto" if len(lines) <= _MOST_ROWS else _TABLE_HEIGHT,
            key="by_term",
        )
        for sentence in by_term_notes(report):
            st.caption(markdown_text(sentence))


def by_term_cells(row: TermRow) -> dict[str, str]:
    """Return one line of the table, by the names of its columns."""
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


def by_term_notes(report: Report) -> Iterator[str]:
    """Yield in whole sentences how the table is to be read."""
    yield (
        "Type II tests: what each term adds to all others, leaving out those that contain it. "
        "Standardised: by how many of its standard deviations the target moves for one of the "
        "column's, or for the step from no to yes."
    )
    if bound := [row.label for row in report.by_term if not row.df]:
        adds = "adds nothing of its" if len(bound) == 1 else "add nothing of their"
        yield f"{in_words(quoted(bound))} {adds} own: the other terms determine it."


def _residual_cells(report: Report, like: dict[str, str]) -> dict[str, str]:
    squares = report.fit.ssr * report.fit.y_scale * report.fit.y_scale
    cells = {
        "Term": "Residuals",
        "df": count(report.df_residual),
        "Sum of squares": number(squares, 5),
    }
    return dict.fromkeys(like, "") | cells
