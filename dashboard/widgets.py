"""The few forms of widget that the sidebars are made of. A widget's key is its setting's name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from dashboard.settings import CUSTOM_INIT

FLOAT_DIGITS = 6  # what a slider adds beyond them is noise
COUNT_LADDER = tuple(m * 10**e for e in range(6) for m in (1, 2, 5))

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
    "log": "Log loss",
    "linear": "Linear",
    "log-log": "Log-log",
}


def ladder(
    label: str,
    key: str,
    values: Sequence[Any],
    format_func: Callable[[Any], str],
    help: str | None = None,
) -> Any:
    """A slider over a ladder of values, with a rung of its own for a value set by other means.

    A rung once added stays for the session: taking it away would make Streamlit draw the slider
    anew, under the finger that moves it.
    """
    rungs: set[Any] = st.session_state.setdefault(f"_rungs_{key}", set())
    rungs.add(st.session_state[key])
    options = sorted({*values, *rungs})
    return st.select_slider(label, options, key=key, format_func=format_func, help=help or None)


def select(
    label: str,
    options: Sequence[Any],
    key: str,
    labels: dict[Any, str] | None = None,
    **arguments: Any,
) -> Any:
    """A select box; a value that is not offered gives way to the first that is."""
    names = _LABELS | (labels or {})
    if st.session_state.get(key) not in options:
        st.session_state[key] = options[0]
    return st.selectbox(
        label,
        options,
        key=key,
        format_func=lambda option: names.get(option, str(option)),
        **arguments,
    )


def pick(label: str, options: Sequence[str], key: str) -> str:
    """A row of buttons, one of which is pressed."""
    value = st.segmented_control(
        label, options, key=key, format_func=lambda name: _LABELS[name], required=True
    )
    return str(value)


def hundredths(label: str, high: float, key: str, step: float = 0.01, help: str = "") -> float:
    """A slider from 0 to `high`."""
    value = st.slider(label, 0.0, high, step=step, key=key, help=help or None)
    return round(value, FLOAT_DIGITS)
