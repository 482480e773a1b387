"""How controls are drawn: the few forms of widget that the sidebars are made of."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.controls.control import Choice, Control, Number, Switch
from dashboard.controls.hidden import are_hidden, is_hidden
from dashboard.numbers import plain_number

KEPT: Final = "session"
"""For every control's `persist_state`. Without it Streamlit tells the browser nothing of the value
of a control that comes back: the browser shows the first option and sends it at the next change."""
_GAVE_WAY = "_gave_way"


def draw_control(control: Control, options: Sequence[Any] | None = None, **arguments: Any) -> Any:
    """Draw a control under its name as key and return what it is set to; a hidden one is not drawn.

    `options` is what is offered, where that is less than the control has. `arguments` are what else
    the widget is told.
    """
    if is_hidden(control.name):
        if isinstance(control, Choice) and not control.is_row:
            offered = list(control.options if options is None else options)
            _give_way_to_first(control.label, offered, control.name, control.options)
        return st.session_state[control.name]
    match control:
        case Switch():
            return st.toggle(
                control.label,
                key=control.name,
                help=control.help,
                persist_state=KEPT,
                **arguments,
            )
        case Choice() if control.is_row:
            return _row(control)
        case Choice():
            offered = list(control.options if options is None else options)
            return select_box(
                control.label, offered, control.name, control.help, control.options, **arguments
            )
        case Number() if control.rungs:
            return _ladder(control)
        case Number() if control.step is not None:
            return _slider(control)
        case Number():
            return _field(control)
    raise TypeError(control)


def drawer(label: str, names: Iterable[str]) -> DeltaGenerator:
    """Return an expander for these controls; where all of them are hidden, nothing is in sight."""
    return st.container() if are_hidden(names) else st.expander(label)


def _ladder(control: Number) -> Any:
    """Draw a slider over a ladder of values, with a rung of its own for a value set by other means.

    A rung once added stays for the session: taking it away would make Streamlit draw the slider
    anew, under the finger that moves it.
    """
    added: set[Any] = st.session_state.setdefault(f"_rungs_{control.name}", set())
    added.add(st.session_state[control.name])
    return rungs(control, sorted({*control.rungs, *added} - {None}))


def rungs(control: Number, values: Sequence[float]) -> Any:
    """Draw a slider over these values, and None where the control can be that."""
    return st.select_slider(
        control.label,
        [*values, None] if control.word_for_none else values,
        key=control.name,
        format_func=lambda value: _rung(control, value),
        help=control.help,
        persist_state=KEPT,
    )


def _rung(control: Number, value: float | None) -> str:
    if value is None:
        return control.word_for_none
    return f"{value:,}" if control.is_whole else plain_number(value)


def _slider(control: Number) -> float:
    value = st.slider(
        control.label,
        float(control.minimum),
        float(control.maximum),
        float(control.default),  # the session's value comes first; without, all of it is copied
        control.step,
        key=control.name,
        help=control.help,
        persist_state=KEPT,
    )
    return float(value if control.digits is None else round(value, control.digits))


def _field(control: Number) -> float:
    """Draw a field to type into."""
    as_type: type[int] | type[float] = int if control.is_whole else float
    value = st.number_input(
        control.label,
        as_type(control.minimum),
        as_type(control.maximum),
        key=control.name,
        format=None if control.is_whole else "%.8g",
        help=control.help,
        persist_state=KEPT,
    )
    return as_type(value)


def _row(control: Choice) -> str:
    """Draw a row of buttons, one of which is pressed."""
    value = st.segmented_control(
        control.label,
        list(control.options),
        key=control.name,
        format_func=lambda name: control.options[name],
        required=True,
        help=control.help,
        persist_state=KEPT,
    )
    return str(value)


def select_box(
    label: str,
    options: Sequence[Any],
    key: str,
    help: str,
    labels: Mapping[Any, str] = MappingProxyType({}),
    **arguments: Any,
) -> Any:
    """Draw a select box; a value that is not offered gives way to the first one, and says so."""
    _give_way_to_first(label, options, key, labels)
    return st.selectbox(
        label,
        options,
        key=key,
        format_func=lambda option: labels.get(option, str(option)),
        help=help,
        persist_state=KEPT,
        **arguments,
    )


def _give_way_to_first(
    label: str, options: Sequence[Any], key: str, labels: Mapping[Any, str]
) -> None:
    former = st.session_state.get(key)
    if give_way(key, options, options[0]) and former:
        missed, instead = (labels.get(value, str(value)) for value in (former, options[0]))
        st.toast(f"{label}: {missed} is not available here. {instead} takes its place.")


def give_way(key: str, options: Container[Any], instead: Any) -> bool:
    """Set a control to `instead` while its value is not among its options.

    The value comes back with its option, unless another was chosen meanwhile.

    Return whether it has given way just now.
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
    """Let nothing come back: every control was set anew."""
    st.session_state.pop(_GAVE_WAY, None)
