"""Buttons that a browser acts on: a table for the clipboard, and the report on paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import streamlit as st

from dashboard.exports.html_page import PLOTLY_MARK, without_plotly
from dashboard.live.component import address_of, served_files
from dashboard.live.served_component import served_component
from dashboard.live.server import live_server

_WANTED: Final = "_report_on_paper"
_mount = served_component(
    "linreg_paper_button",
    '<div class="take-away" style="min-height: 2.5rem"></div>',
    ".take-away",
    "createTakeAway",
)


def copy_button(label: str, html: str, text: str, key: str) -> None:
    """Draw a button that copies a table: as HTML for documents, as text for all else."""
    data = {"what": "copy", "label": label, "table": {"html": html, "text": text}}
    _draw(data, key)


def print_button(label: str, make: Callable[[], bytes], key: str) -> None:
    """Draw a button that opens a report in a page of its own, which prints itself.

    It is made once it is asked for, and travels without plotly.js, which the browser has.
    """
    wanted = st.session_state.pop(_WANTED, None)
    report = None
    if wanted is not None:
        html, plotly = without_plotly(make()), address_of(live_server().assets.plotly_path)
        report = {"number": wanted, "html": html, "mark": PLOTLY_MARK, "plotly": plotly}
    _draw({"what": "print", "label": label, "report": report}, key)


def _draw(data: Mapping[str, Any], key: str) -> None:
    served = served_files("live/static/take_away.js", "live/static/take_away.css")
    _mount(
        key=key,
        data={**served, **data},
        on_asked_change=lambda: _want(key),
        width="content",
    )


def _want(key: str) -> None:
    asked = st.session_state[key].asked
    if isinstance(asked, int | float):
        st.session_state[_WANTED] = asked
