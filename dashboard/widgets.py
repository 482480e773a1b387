"""The few forms of widget that the sidebars are made of. A widget's key is its setting's name."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from typing import Any, Final

import streamlit as st

from dashboard.settings import CUSTOM_INIT

KEPT: Final = "session"
"""For every control's `persist_state`. Without it Streamlit tells the browser nothing of the value
of a control that comes back: the browser shows the first option and sends it at the next change."""
FLOAT_DIGITS = 6  # what a slider adds beyond them is noise
COUNT_LADDER = tuple(m * 10**e for e in range(6) for m in (1, 2, 5))

_GAVE_WAY = "_gave_way"

_LABELS = {
    "shuffle": "Shuffled each pass",
    "sequential": "In file order",
    "replacement": "Drawn with replacement",
    "random": "Random rows",
    "zeros": "Zeros",
    "normal": "Normal, sd 0.01",
    "randn": "Normal, sd 1",
    "torch": "As nn.Linear draws",
    CUSTOM_INIT: "Given values",
    "none": "None",
    "segments": "Segments",
    "squares": "Squares",
    "log": "Log",
    "linear": "Linear",
    "log-log": "Log-log",
}


def ladder(
    label: str,
    key: str,
    values: Sequence[Any],
    format_func: Callable[[Any], str],
    help: str,
    word_for_none: str | None = None,
) -> Any:
    """A slider over a ladder of values, with a rung of its own for a value set by other means.

    A rung once added stays for the session: taking it away would make Streamlit draw the slider
    anew, under the finger that moves it.

    Args:
        word_for_none: what the rung at the end is called whose value is None, if there is one.
    """
    rungs: set[Any] = st.session_state.setdefault(f"_rungs_{key}", set())
    rungs.add(st.session_state[key])
    options: list[Any] = sorted({*values, *rungs} - {None})
    return st.select_slider(
        label,
        options if word_for_none is None else [*options, None],
        key=key,
        format_func=lambda value: word_for_none if value is None else format_func(value),
        help=help,
        persist_state=KEPT,
    )


def select(
    label: str,
    options: Sequence[Any],
    key: str,
    help: str,
    labels: dict[Any, str] | None = None,
    **arguments: Any,
) -> Any:
    """A select box; a value that is not offered gives way to the first that is, and says so."""
    names = _LABELS | (labels or {})
    former = st.session_state.get(key)
    if give_way(key, options, options[0]) and former:
        missed, instead = (names.get(value, str(value)) for value in (former, options[0]))
        st.toast(f"{label}: {missed} is not available here. {instead} takes its place.")
    return st.selectbox(
        label,
        options,
        key=key,
        format_func=lambda option: names.get(option, str(option)),
        help=help,
        persist_state=KEPT,
        **arguments,
    )


def give_way(key: str, options: Container[Any], instead: Any) -> bool:
    """Sets a control to `instead` while its value is not among its options.

    The value comes back with its option, unless another was chosen meanwhile.

    Returns:
        Whether it has given way just now.
    """
    away: dict[str, tuple[Any, Any]] = st.session_state.setdefault(_GAVE_WAY, {})
    if key in away:
        wanted, stand_in = away[key]
        is_chosen_anew = st.session_state[key] != stand_in
        if not is_chosen_anew and wanted in options:
            st.session_state[key] = wanted
        if is_chosen_anew or wanted in options:
            del away[key]
    value = st.session_state.get(key)
    if value in options:
        return False
    away.setdefault(key, (value, instead))
    st.session_state[key] = instead
    return True


def forget_what_gave_way() -> None:
    """Every control was set anew: nothing is to come back."""
    st.session_state.pop(_GAVE_WAY, None)


def pick(label: str, options: Sequence[str], key: str, help: str) -> str:
    """A row of buttons, one of which is pressed."""
    value = st.segmented_control(
        label,
        options,
        key=key,
        format_func=lambda name: _LABELS[name],
        required=True,
        help=help,
        persist_state=KEPT,
    )
    return str(value)


def hundredths(label: str, high: float, key: str, help: str, step: float = 0.01) -> float:
    """A slider from 0 to `high`."""
    value = st.slider(label, 0.0, high, step=step, key=key, help=help, persist_state=KEPT)
    return round(value, FLOAT_DIGITS)
