"""The report's table by term: what each adds, which a coefficient alone does not tell."""

from __future__ import annotations

import streamlit as st

from dashboard.escaping import markdown_text
from dashboard.own_data.figures_table import draw_figures_table
from dashboard.term_table import by_term_notes, says_more_by_term, term_table
from linreg_core.inference import FitFigures


def draw_by_term(report: FitFigures) -> None:
    """Draw the table for whoever opens it; a single coefficient needs none."""
    if not says_more_by_term(report):
        return
    with st.expander("By term", key="by_term_box"):
        draw_figures_table(term_table(report), "by_term")
        for sentence in by_term_notes(report):
            st.caption(markdown_text(sentence))
