"""Keeps the controls and the browser's address in step, in both directions."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

from dashboard.settings import LINK_NAMES, Settings, read_query

_SETTINGS, _QUERY, _IS_APPLIED = "_settings", "_query", "_is_applied"


def apply(settings: Settings) -> None:
    """Sets every control (a callback's work: before the widgets are drawn)."""
    _set_all(settings)
    st.session_state[_IS_APPLIED] = True


def current_settings() -> Settings:
    """What the page was set to when it was drawn last."""
    settings: Settings = st.session_state[_SETTINGS]
    return settings


def _set_all(settings: Settings) -> None:
    st.session_state[_SETTINGS] = settings
    for name, value in _values(settings).items():
        st.session_state[name] = value


def _values(settings: Settings) -> dict[str, Any]:
    named = {f.name: getattr(settings, f.name) for f in fields(settings) if f.name != "knobs"}
    return named | dict(settings.knobs)


def follow_link(first: Settings) -> Settings:
    """The current settings, read anew where the address has changed under us."""
    query = st.query_params.to_dict()
    is_new = _SETTINGS not in st.session_state
    if is_new or (not _is_page_ahead() and query != st.session_state[_QUERY]):
        linked, notices = read_query(query) if _is_ours(query) else (first, [])
        _set_all(linked)
        st.session_state[_QUERY] = None  # a followed link is not in the address bar yet
        for notice in notices:
            st.toast(_plain(notice), icon=":material/link_off:", duration="long")
    settings = current_settings()
    for name, value in _values(settings).items():  # widgets that were not drawn lost their value
        st.session_state.setdefault(name, value)
    return settings


def _is_ours(query: Mapping[str, str]) -> bool:
    """Whether an address says anything about our controls."""
    return "v" in query or not LINK_NAMES.isdisjoint(query)


def _is_page_ahead() -> bool:
    """Whether a control has moved: the browser's address then lags, and means nothing."""
    if st.session_state.pop(_IS_APPLIED, False):
        return True
    values = _values(current_settings())
    return any(
        not _is_same(st.session_state.get(name, value), value) for name, value in values.items()
    )


def _is_same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return bool(one == other)


def remember(settings: Settings) -> None:
    """Keeps what the page is set to now, and says it in the address."""
    st.session_state[_SETTINGS] = settings
    query = settings.query()
    if query != st.session_state[_QUERY]:
        st.query_params.from_dict(query)
        st.session_state[_QUERY] = query
    for name, value in _values(settings).items():
        # A control that is hidden now keeps its value; Streamlit refuses this for those in sight.
        with contextlib.suppress(StreamlitAPIException):
            st.session_state[name] = value


def _plain(text: str) -> str:
    """Text with Markdown's signs escaped."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]()<>#+!|$:~" else sign for sign in text)
