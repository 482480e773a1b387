"""What may be wrong with how a file was read, where it is seen, with the remedy in one click."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import streamlit as st

from dashboard.escaping import markdown_text
from dashboard.own_data.arriving import begin_reading_again
from dashboard.own_data.controls import exclude_rows
from dashboard.own_data.settings import MAX_EXCLUDED, TableSettings
from dashboard.own_data.source import Loaded
from table_reader import KEPT_AS_TEXT, Doubt, Remedy

_SHOWN = 3  # the gravest; the others are told under "How it was read"
_MOST_OTHERS = 10
_NAME_LETTERS = 30
_LABEL_LETTERS = 80


def doubts_of(current: Loaded, settings: TableSettings) -> list[Doubt]:
    """Return the doubts on these columns: those in use, and those that were lost as text."""
    used = {"", settings.target, *settings.features, settings.weights}
    left_out = set(settings.excluded_rows)
    return [
        doubt
        for doubt in current.table.doubts
        if (doubt.kind == KEPT_AS_TEXT or doubt.column in used)
        and not (_cells(doubt) and left_out.issuperset(doubt.rows))
    ]


def doubts_box(current: Loaded, settings: TableSettings) -> tuple[str, ...]:
    """Draw one calm box with the gravest, and a button for each that one click settles.

    Return the sentences in the box, which need not be said again.
    """
    doubts = doubts_of(current, settings)
    if not doubts:
        return ()
    in_sight = tuple(doubt.text for doubt in doubts[:_SHOWN])
    lines = [markdown_text(text) for text in in_sight]
    if (more := len(doubts) - _SHOWN) > 0:
        lines.append(f"{more} more: see **How it was read**.")
    with st.container(key="doubts", gap="small"):
        st.warning("  \n".join(lines), icon=":material/rule:")
        with st.container(horizontal=True, gap="small"):
            _buttons(current, doubts[:_SHOWN], "settle")
    return in_sight


def other_doubts(current: Loaded, in_sight: Collection[str]) -> None:
    """Draw the doubts that are not in sight, each with its remedies."""
    others = [doubt for doubt in current.table.doubts if doubt.text not in in_sight]
    for number, doubt in enumerate(others[:_MOST_OTHERS]):
        st.markdown(f":material/rule: {markdown_text(doubt.text)}")
        with st.container(horizontal=True, gap="small"):
            _buttons(current, [doubt], f"other_{number}")


def _buttons(current: Loaded, doubts: Sequence[Doubt], key: str) -> None:
    for number, doubt in enumerate(doubts):
        remedies = doubt.remedies if current.data is not None else ()
        for which, remedy in enumerate(remedies):
            options = current.asked.changed(remedy.field, remedy.value)
            st.button(
                _label(doubt, remedy, is_alone=len(doubts) == 1),
                key=f"{key}_{number}_{which}",
                on_click=begin_reading_again,
                args=(current, options),
            )
        if not remedies and 0 < len(_cells(doubt)) <= MAX_EXCLUDED:
            one = len(doubt.rows) == 1
            which_rows = "this row" if one else f"these {len(doubt.rows)} rows"
            st.button(
                f"Leave out {which_rows} ({markdown_text(doubt.column, most=_NAME_LETTERS)})",
                key=f"{key}_{number}",
                on_click=exclude_rows,
                args=(doubt.rows,),
            )


def _cells(doubt: Doubt) -> tuple[int, ...]:
    """Return the positions of a column's cells; of a doubt about all columns, no row is told."""
    return doubt.rows if doubt.column else ()


def _label(doubt: Doubt, remedy: Remedy, is_alone: bool) -> str:
    """Return what a button says; among several doubts also which column it is about."""
    label = markdown_text(remedy.label, most=_LABEL_LETTERS)
    if is_alone or not doubt.column or doubt.column in remedy.label:
        return label
    return f"{label} ({markdown_text(doubt.column, most=_NAME_LETTERS)})"
