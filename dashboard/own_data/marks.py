"""The rows that a person has marked: in the live view, every picture of the report, its table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
import streamlit as st

from dashboard.own_data.chosen import Chosen
from dashboard.own_data.settings import MAX_EXCLUDED
from dashboard.own_data.state import of_table

_MARKS: Final = of_table("marks")  # positions in the table, which stay when rows are left out
_TURN: Final = of_table("marks_turn")
_TOLD: Final = of_table("marks_told")


def marked_in(chosen: Chosen) -> tuple[int, ...]:
    """Return the marked rows, as positions among the rows in use."""
    marks = st.session_state.get(_MARKS, ())
    return tuple(np.flatnonzero(np.isin(chosen.recipe.rows, marks)).tolist()) if marks else ()


def marks_told(chosen: Chosen) -> tuple[int, ...]:
    """Return the marked rows for the live view, and note that it knows of them."""
    st.session_state[_TOLD] = rows = marked_in(chosen)
    return rows


def are_marks_new(chosen: Chosen) -> bool:
    """Whether the live view does not know yet of the rows that are marked."""
    told: tuple[int, ...] = st.session_state.get(_TOLD, ())
    return told != marked_in(chosen)


def marks_turn() -> int:
    """Return a number that changes whenever rows are marked elsewhere than in the table."""
    return int(st.session_state.get(_TURN, 0))


def toggle_marks(chosen: Chosen, rows: Iterable[int]) -> None:
    """Mark rows in use, or unmark those that are (a callback's work)."""
    _mark(chosen, set(marked_in(chosen)) ^ set(rows))
    st.session_state[_TURN] = marks_turn() + 1


def take_marks(chosen: Chosen, chosen_rows: Mapping[int, bool]) -> None:
    """Mark and unmark rows in use as the table has them (a callback's work)."""
    kept = {row for row in marked_in(chosen) if row not in chosen_rows}
    _mark(chosen, kept | {row for row, is_marked in chosen_rows.items() if is_marked})


def unmark_all() -> None:
    """Mark no row (a callback's work)."""
    st.session_state[_MARKS] = ()
    st.session_state[_TURN] = marks_turn() + 1


def _mark(chosen: Chosen, rows: Iterable[int]) -> None:
    in_use = chosen.recipe.rows
    inside = sorted(row for row in rows if 0 <= row < len(in_use))[:MAX_EXCLUDED]
    st.session_state[_MARKS] = tuple(int(in_use[row]) for row in inside)
