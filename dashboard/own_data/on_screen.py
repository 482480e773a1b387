"""What the data page shows: the columns that could be learned last, and how they are learned."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard.own_data.chosen import Chosen
from dashboard.own_data.settings import TableSettings
from dashboard.own_data.source import Loaded

_ON_SCREEN = "_on_screen"


@dataclass(frozen=True, eq=False)
class OnScreen:
    """The run that the page's views are about, and the file that it comes from."""

    settings: TableSettings
    chosen: Chosen
    source: Loaded


def put_on_screen(shown: OnScreen) -> None:
    """Put these columns on screen, which can be learned: they stay until others can."""
    st.session_state[_ON_SCREEN] = shown


def on_screen() -> OnScreen | None:
    """Return what is on screen: a mistake in the choice of columns leaves it there."""
    shown: OnScreen | None = st.session_state.get(_ON_SCREEN)
    return shown
