"""The report's table by term: what each adds, which a coefficient alone does not tell."""

from __future__ import annotations

import streamlit as st

from dashboard.escaping import markdown_text
from dashboard.term_table import by_term_notes, says_more_by_term, term_table
from linreg_core.inference import Report

_MOST_ROWS, _TABLE_HEIGHT = 40, 500


def draw_by_term(report: Report) -> None:
    """Draw the table for whoever opens it; a single coefficient needs none."""
    if not says_more_by_term(report):
        return
    with st.expander("By term", key="by_term_box"):
        lines = term_table(report)
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
