"""What each page was set to before: one step back at a time, for as long as the session lasts."""

from __future__ import annotations

import streamlit as st

from dashboard.settings import ModelSettings

MOST_STEPS = 50
_STEPS, _LAST = "_former_settings", "_last_settings"


def note(settings: ModelSettings) -> None:
    """Notes what a page is set to now; what it was set to before can then be had back."""
    last: dict[type[ModelSettings], ModelSettings] = st.session_state.setdefault(_LAST, {})
    former = last.get(type(settings))
    if former is not None and former.controls() != settings.controls():
        steps = _steps(type(settings))
        steps.append(former)
        del steps[:-MOST_STEPS]
    last[type(settings)] = settings


def has_step(kind: type[ModelSettings]) -> bool:
    """Whether there is a change of that page's settings to take back."""
    return bool(_steps(kind))


def step_back(kind: type[ModelSettings]) -> ModelSettings:
    """The settings before the last change, which is then forgotten."""
    settings = _steps(kind).pop()
    st.session_state[_LAST][kind] = settings
    return settings


def forget(kind: type[ModelSettings]) -> None:
    """What a page was set to before is of no use now: it was about another table, say."""
    for kept in (_STEPS, _LAST):
        st.session_state.get(kept, {}).pop(kind, None)


def _steps(kind: type[ModelSettings]) -> list[ModelSettings]:
    every: dict[type[ModelSettings], list[ModelSettings]] = st.session_state.setdefault(_STEPS, {})
    return every.setdefault(kind, [])
