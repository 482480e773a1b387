"""What one column does to the prediction, drawn when somebody asks for it."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from dashboard.escaping import markdown_text, one_line
from dashboard.figures.effect import columns_with_an_effect, effect, effect_look
from dashboard.own_data.chosen import Chosen
from dashboard.own_data.report_pictures import draw_figure, page_theme
from dashboard.own_data.state import of_table
from linreg_core.inference import Report

_DRAWN = of_table("effect")
_COLUMN = "effect_column"
_TITLE_LETTERS = 60


def draw_effects(report: Report, chosen: Chosen) -> None:
    """Draw the place for the effect of a column, which is closed at first."""
    columns = columns_with_an_effect(chosen.recipe)
    if not columns:
        return
    place = st.expander("Effect of a column", key="effects", on_change="rerun")
    if place.open:
        with place:
            _draw(report, chosen, columns)


def _draw(report: Report, chosen: Chosen, columns: tuple[str, ...]) -> None:
    if st.session_state.get(_COLUMN) not in columns:
        st.session_state[_COLUMN] = columns[0]
    column = st.selectbox(
        "Column", columns, key=_COLUMN, format_func=one_line, label_visibility="collapsed"
    )
    look = effect_look(chosen.recipe, column)
    title = f"Effect of {one_line(column, most=_TITLE_LETTERS)}"
    draw_figure("effect", title, _figure(report, chosen, column), look)
    st.caption(markdown_text(look))


def _figure(report: Report, chosen: Chosen, column: str) -> go.Figure:
    """Return the picture, drawn once for its report and column."""
    theme = page_theme()
    of_what = (report, theme, column)
    drawn = st.session_state.get(_DRAWN)
    if drawn is None or drawn[0] != of_what:
        drawn = (of_what, effect(report, chosen.recipe, theme, column))
        st.session_state[_DRAWN] = drawn
    figure: go.Figure = drawn[1]
    return figure
