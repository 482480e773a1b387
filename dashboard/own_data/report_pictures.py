"""The report's pictures, each with what to look for and what was found."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Final

import plotly.graph_objects as go
import streamlit as st

from dashboard.escaping import markdown_text
from dashboard.figures import Picture, RowName, figures_for, finding_of
from dashboard.figures.marked import (
    row_of_point,
    shows_rows,
    with_marks,
    with_marks_below,
    with_rows_named,
)
from dashboard.figures.table import trace_tables
from dashboard.own_data.chosen import Chosen
from dashboard.own_data.fits import row_name
from dashboard.own_data.in_view import has_been_seen
from dashboard.own_data.marks import marked_in, toggle_marks
from dashboard.own_data.messages import AllRows
from dashboard.own_data.state import of_table
from dashboard.theme import DARK, LIGHT, PICTURE_HEIGHT, PLOTLY_CONFIG, Theme
from linreg_core.inference import Finding, Report

PICTURES: Final = "pictures_seen"
"""The name of their place."""
_DRAWN = of_table("pictures")
_NUMBER = "%.7g"
_MARKS = {"fine": ":material/check_circle:", "look": ":material/visibility:"}


def draw_pictures(report: Report, chosen: Chosen) -> None:
    """Draw all that suit the report, two beside each other, with the rows that are marked.

    They take longer than all else on the page, so they wait until somebody comes near them.
    """
    if not has_been_seen(PICTURES, "Draw the pictures", "Drawing the pictures …"):
        return
    theme = page_theme()
    pictures = figures_for(report, chosen.all_rows.fit if chosen.all_rows else None)
    for start in range(0, len(pictures), 2):
        columns = st.columns(2, gap="medium")
        for column, picture in zip(columns, pictures[start : start + 2], strict=False):
            with column, st.container(key=f"picture_{picture.name}"):
                _draw(picture, report, chosen, theme)


def page_theme() -> Theme:
    """Return the colours of the page as its visitor has them."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def _draw(picture: Picture, report: Report, chosen: Chosen, theme: Theme) -> None:
    finding = finding_of(report, picture.name)
    figure = _figure(picture, report, chosen, theme)
    found = finding.found if finding else picture.look_for
    draw_figure(picture.name, picture.title, figure, found, chosen)
    st.caption(picture.look_for or (finding.look_for if finding else ""))
    if finding is not None:
        st.markdown(_found(finding))


def draw_figure(
    name: str, title: str, figure: go.Figure, found: str, chosen: Chosen | None = None
) -> None:
    """Draw a picture under its title, which has a button for its table; `found` is told of it.

    A click on a point marks its row, where `chosen` says whose rows they are.
    """
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.markdown(f"**{markdown_text(title)}**", width="content")
        if st.button("Table", type="tertiary", key=f"table_{name}"):
            st.dialog(markdown_text(title), width="medium")(_tables)(figure)
    key = f"report_{name}"
    st.plotly_chart(
        figure,
        height=int(figure.layout.height or PICTURE_HEIGHT),
        theme=None,
        config=PLOTLY_CONFIG,
        key=key,
        on_select="ignore" if chosen is None else partial(_take_click, key, chosen),
        selection_mode="points",
        alt=f"{title}. {found}",
    )


def _tables(figure: go.Figure) -> None:
    """Draw what a picture shows, as a table for each of its parts."""
    for part in trace_tables(figure):
        st.markdown(f"**{markdown_text(part.name)}**")
        numbers = [name for name, cells in part.columns.items() if float in map(type, cells)]
        config = {name: st.column_config.NumberColumn(format=_NUMBER) for name in numbers}
        st.dataframe(part.columns, hide_index=True, column_config=config)


@dataclass(frozen=True, eq=False)
class _Drawn:
    """What was drawn of a report: its pictures by name, and each with the rows marked last."""

    report: Report
    all_rows: AllRows | None
    theme: Theme
    plain: dict[str, go.Figure] = field(default_factory=dict)
    marked: dict[str, tuple[tuple[int, ...], go.Figure]] = field(default_factory=dict)


def _figure(picture: Picture, report: Report, chosen: Chosen, theme: Theme) -> go.Figure:
    """Return the picture with the marked rows, drawn once: a moved slider does not change it."""
    drawn: _Drawn | None = st.session_state.get(_DRAWN)
    of = report, chosen.all_rows, theme
    if drawn is None or (drawn.report, drawn.all_rows, drawn.theme) != of:
        st.session_state[_DRAWN] = drawn = _Drawn(*of)
    rows = marked_in(chosen)
    former = drawn.marked.get(picture.name)
    if former is None or former[0] != rows:
        figure = _marked(picture, drawn, rows, partial(row_name, chosen))
        drawn.marked[picture.name] = former = (rows, figure)
    return former[1]


def _marked(picture: Picture, drawn: _Drawn, rows: tuple[int, ...], row_name: RowName) -> go.Figure:
    report, theme = drawn.report, drawn.theme
    if picture.name not in drawn.plain:
        drawn.plain[picture.name] = picture.draw(report, theme, row_name)
    figure = drawn.plain[picture.name]
    if rows and not shows_rows(figure, rows):  # of many rows, those that stand in no sample
        figure = picture.draw(with_rows_named(report, rows), theme, row_name)
    if picture.name == "residual_histogram":
        return with_marks_below(figure, report, rows, theme, row_name)
    return with_marks(figure, rows, theme, row_name)


def _take_click(key: str, chosen: Chosen) -> None:
    """A point was clicked: mark its row, or unmark it (a callback's work)."""
    points = st.session_state[key].selection.points
    rows = {row for point in points if (row := row_of_point(point)) is not None}
    toggle_marks(chosen, rows)


def _found(finding: Finding) -> str:
    mark = _MARKS.get(finding.verdict, "")  # none where nothing can be told
    return f"{mark} {markdown_text(finding.found)}"
