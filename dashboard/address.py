"""Keeps a page's controls and the browser's address in step, in both directions."""

from __future__ import annotations

import contextlib
import math
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import streamlit as st
from streamlit.errors import StreamlitAPIException

from dashboard import history
from dashboard.controls.declared import PINS
from dashboard.controls.hidden import HIDE, follow_hide, hide_query
from dashboard.controls.learning_rate import forget_raw_rate
from dashboard.controls.widgets import forget_what_gave_way
from dashboard.escaping import markdown_text
from dashboard.links import LINK_NAMES
from dashboard.settings import AnySettings, ModelSettings
from linreg_core import ConfigError

_SETTINGS, _QUERY, _IS_APPLIED, _LEFT = "_settings", "_query", "_is_applied", "_left_pages"
_CARRIED, _FOLLOWED, _CLAIM = "_carried", "_followed_link", "_claim"
_LATELY, _MOST_LATELY = "_own_addresses", 64
PROOF: Final = "proof"
"""The parameter that tells what came of the run elsewhere: gone once the page shows another."""

Reader = Callable[[Mapping[str, str]], tuple[AnySettings, list[str]]]


def apply(settings: ModelSettings) -> None:
    """Set every control (a callback's work: before the widgets are drawn); what is pinned stays."""
    apply_whole(replace(settings, pins=st.session_state.get(PINS.name, PINS.default)))


def apply_whole(settings: ModelSettings) -> None:
    """Set every control, and what is pinned (a callback's work)."""
    _set_all(settings)
    st.session_state[_IS_APPLIED] = True


def current_settings(kind: type[AnySettings]) -> AnySettings:
    """Return what the page was set to when it was drawn last."""
    settings = st.session_state[_SETTINGS]
    assert isinstance(settings, kind)
    return settings


def follow_link(first: AnySettings, read: Reader[AnySettings]) -> AnySettings:
    """Return the page's current settings, read anew where the address has changed under us.

    `first` is what a visitor without a link sees; its class tells the page. `read` makes of a query
    settings, and a sentence for each of its values that is no good.
    """
    query = st.query_params.to_dict()
    st.session_state[_CARRIED] = {}
    is_new, is_applied = _turn_to(first), st.session_state.pop(_IS_APPLIED, False)
    has_moved = query != st.session_state.get(_QUERY)
    may_lag = (is_applied or _is_page_ahead()) and not _is_another_link(query)
    if is_new or (has_moved and not may_lag):
        linked, notices = read(query) if _is_ours(query) else (_start(first), [])
        notices = [*notices, *follow_hide(query.get(HIDE))]
        _set_all(linked)
        st.session_state[_FOLLOWED] = query
        _note_own(query)
        st.session_state[_CLAIM] = (query.get(PROOF, ""), None)
        st.session_state[_QUERY] = None  # a followed link is not in the address bar yet
        for notice in notices:
            st.toast(markdown_text(notice), icon=":material/link_off:", duration="long")
    settings = current_settings(type(first))
    for name, value in settings.controls().items():  # widgets not drawn lost their value
        st.session_state.setdefault(name, value)
    return settings


def followed(name: str) -> str | None:
    """Return what the last link says under a name that is no control's, to the first who asks."""
    text: str | None = st.session_state.get(_FOLLOWED, {}).pop(name, None)
    return text


def carry(name: str, text: str) -> None:
    """Say this in the page's address, too; to be told at every run, before `remember`."""
    st.session_state[_CARRIED][name] = text


def proof_text() -> str:
    """Return the proof that the page's link came with, "" without one or for another run."""
    text: str = st.session_state.get(_CLAIM, ("", None))[0]
    return text


def _of_run(settings: ModelSettings) -> dict[str, str]:
    """Return what the address says of the run; it is dropped when `settings` are another's."""
    text, run = st.session_state.get(_CLAIM, ("", None))
    try:
        spec = settings.run_spec
    except (ConfigError, AssertionError):  # no run, or no columns yet
        return {PROOF: text} if text else {}
    text = text if run in (None, spec.id) else ""
    st.session_state[_CLAIM] = (text, spec.id)
    return {PROOF: text} if text else {}


def _turn_to(first: ModelSettings) -> bool:
    """Whether the visitor has just come to this page; the page that was left is remembered."""
    former = st.session_state.get(_SETTINGS)
    if type(former) is type(first):
        return False
    if former is not None:
        left = st.session_state.setdefault(_LEFT, {})
        left.pop(type(former), None)  # the page that was left last comes last
        left[type(former)] = former
    st.session_state[_SETTINGS] = first
    return True


def leave_page() -> ModelSettings | None:
    """Return what the page that one comes from is set to, if any; it is found again as it was.

    For pages that have no settings of their own.
    """
    former: ModelSettings | None = st.session_state.get(_SETTINGS)
    if former is not None:
        st.session_state.setdefault(_LEFT, {})[type(former)] = former
    return former


def _start(first: AnySettings) -> AnySettings:
    """Return what a page without a link shows: what it was left at, if it was.

    What it shares with a page that was left since is as it was left there.
    """
    left: dict[type[ModelSettings], ModelSettings] = st.session_state.get(_LEFT, {})
    settings, later = first, list(left.values())
    if isinstance(own := left.get(type(first)), type(first)):
        settings, later = own, later[later.index(own) + 1 :]
    for other in later:
        settings = settings.after(other)
    return settings


def remember(settings: ModelSettings) -> None:
    """Keep what the page is set to now, and say it in the address."""
    history.note(settings)
    st.session_state[_SETTINGS] = settings
    query = settings.query() | hide_query() | st.session_state[_CARRIED] | _of_run(settings)
    if query != st.session_state[_QUERY]:
        st.query_params.from_dict(query)
        st.session_state[_QUERY] = query
        _note_own(query)
    held = st.session_state.to_dict()
    for name, value in settings.controls().items():
        if name not in held or held[name] != value:
            # One that is hidden now keeps its value; Streamlit refuses this for those in sight.
            with contextlib.suppress(StreamlitAPIException):
                st.session_state[name] = value


def _set_all(settings: ModelSettings) -> None:
    forget_raw_rate()
    forget_what_gave_way()
    st.session_state[_SETTINGS] = settings
    for name, value in settings.controls().items():
        st.session_state[name] = value


def _is_ours(query: Mapping[str, str]) -> bool:
    """Whether an address says anything about our controls."""
    return "v" in query or not LINK_NAMES.isdisjoint(query)


def _note_own(query: Mapping[str, str]) -> None:
    """Remember an address as one that the browser has from us, by its hash alone."""
    lately = st.session_state.setdefault(_LATELY, deque(maxlen=_MOST_LATELY))
    lately.append(_hash_of(query))


def _hash_of(query: Mapping[str, str]) -> int:
    return hash(frozenset(query.items()))


def _is_another_link(query: Mapping[str, str]) -> bool:
    """Whether an address is none that the browser had from us lately: somebody follows a link.

    They may do so while what they have moved before is still on its way.
    """
    return _is_ours(query) and _hash_of(query) not in st.session_state.get(_LATELY, ())


def _is_page_ahead() -> bool:
    """Whether a control has moved: an address that lags then means nothing."""
    values = st.session_state[_SETTINGS].controls()
    return any(
        not _is_same(st.session_state.get(name, value), value) for name, value in values.items()
    )


def _is_same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return bool(one == other)
