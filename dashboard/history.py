"""What each page was set to before: one step back at a time, for as long as the session lasts.

A step is one gesture: keys that move a slider rung by rung are taken back together.
"""

from __future__ import annotations

from time import monotonic
from typing import NamedTuple

import streamlit as st

from dashboard.settings import AnySettings, ModelSettings

MOST_STEPS = 50
GESTURE_SECONDS = 1.0
"""The same control, moved again within this time, is still on its way."""
_STEPS, _LAST = "_former_settings", "_last_settings"
_NOTHING: frozenset[str] = frozenset()


class _Change(NamedTuple):
    """What a page was set to, by which controls, and when."""

    settings: ModelSettings
    names: frozenset[str] = _NOTHING
    at: float = 0.0

    def goes_on_in(self, names: frozenset[str], at: float) -> bool:
        """Whether a change of controls belongs to the same gesture: on a slider, not in a menu."""
        if len(names) != 1 or names != self.names or at - self.at >= GESTURE_SECONDS:
            return False
        return type(self.settings.remembered()[next(iter(names))]) in (int, float, type(None))


def note(settings: ModelSettings) -> None:
    """Note what a page is set to now; what it was set to before can then be had back."""
    kind, at = type(settings), monotonic()
    last: dict[type[ModelSettings], _Change] = st.session_state.setdefault(_LAST, {})
    former = last.get(kind, _Change(settings))
    names = _changed(former.settings, settings)
    if not names:
        last[kind] = former._replace(settings=settings)
        return
    steps = _steps(kind)
    if not former.goes_on_in(names, at):
        steps.append(former.settings)
        del steps[:-MOST_STEPS]
    elif not _changed(steps[-1], settings):  # there and back
        steps.pop()
        names = _NOTHING
    last[kind] = _Change(settings, names, at)


def has_step(kind: type[ModelSettings]) -> bool:
    """Whether there is a change of that page's settings to take back."""
    return bool(_steps(kind))


def step_back(kind: type[AnySettings]) -> AnySettings:
    """Return the settings before the last change, which is then forgotten."""
    settings = _steps(kind).pop()
    st.session_state[_LAST][kind] = _Change(settings)
    assert isinstance(settings, kind)
    return settings


def forget(kind: type[ModelSettings]) -> None:
    """What a page was set to before is of no use now: it was about another table, say."""
    for kept in (_STEPS, _LAST):
        st.session_state.get(kept, {}).pop(kind, None)


def _changed(former: ModelSettings, settings: ModelSettings) -> frozenset[str]:
    """Return what stands otherwise, or are there in one of the two only."""
    before, now = former.remembered(), settings.remembered()
    same = {name for name in before.keys() & now.keys() if before[name] == now[name]}
    return frozenset((before.keys() | now.keys()) - same)


def _steps(kind: type[ModelSettings]) -> list[ModelSettings]:
    every: dict[type[ModelSettings], list[ModelSettings]] = st.session_state.setdefault(_STEPS, {})
    return every.setdefault(kind, [])
