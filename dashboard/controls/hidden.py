"""Controls that a link has put out of sight: they keep their values, and what these show is shown.

A lesson's link hides what would distract. Whoever wants to see all has it within one click.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Final

import streamlit as st

from dashboard.controls.control import MOST_SHOWN, Place, Use, number_of
from dashboard.controls.declared import CONTROLS, DATASET
from linreg_core import DATASETS

HIDE: Final = "hide"
"""The link's parameter: names of controls, with commas between them."""
_HIDDEN = "_hidden_controls"
COLUMN_LABELS: Final[Mapping[str, str]] = {
    "target": "Target",
    "features": "Features",
    "formula": "Formula",
    "target_transform": "Logarithm of the target",
    "missing": "Rows with empty cells",
    "excluded_rows": "Rows left out",
    "weights": "Weights",
    "weight_kind": "They are",
}
_ELSEWHERE: Final = (Place.TRANSPORT,)


@cache
def hideable() -> dict[str, str]:
    """Return the labels of the controls that a link can hide, by their names."""
    names = {DATASET.name: DATASET.label, **COLUMN_LABELS}
    for source in DATASETS.values():
        names |= {knob.name: number_of(knob).label for knob in source.knobs}
    return names | {
        control.name: control.label
        for control in CONTROLS.values()
        if control.use is not Use.VIEW and control.place not in _ELSEWHERE
    }


def is_hidden(name: str) -> bool:
    """Whether a control is out of sight."""
    return name in st.session_state.get(_HIDDEN, ())


def are_hidden(names: Iterable[str]) -> bool:
    """Whether all of these controls are out of sight."""
    return all(map(is_hidden, names))


def show_all() -> None:
    """Bring every control back (a callback's work)."""
    st.session_state[_HIDDEN] = ()


def hidden_names() -> tuple[str, ...]:
    """Return the controls that are out of sight."""
    found: tuple[str, ...] = st.session_state.get(_HIDDEN, ())
    return found


def hide_text(names: Collection[str]) -> str:
    """Return the names as a link spells them."""
    return ",".join(name for name in hideable() if name in names)


def hide_query() -> dict[str, str]:
    """Return what the page's address says of this."""
    return {HIDE: hide_text(hidden_names())} if hidden_names() else {}


def follow_hide(text: str | None) -> list[str]:
    """Hide what a link names, and return a sentence where it names what is no control.

    A link that says nothing, as a preset's, leaves it as it is.
    """
    if text is None:
        return []
    names = list(dict.fromkeys(filter(None, (name.strip() for name in text.split(",")))))
    st.session_state[_HIDDEN] = tuple(name for name in names if name in hideable())
    unknown = [name[:MOST_SHOWN] for name in names if name not in hideable()]
    if not unknown:
        return []
    return [f"`{HIDE}` must name controls. Got {unknown[0]!r}, which is none: it was left out."]
