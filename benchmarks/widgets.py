"""A widget's state as the browser holds it, read off the element that the script sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from streamlit.proto.Element_pb2 import Element
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState


def widget_state(element: Element, former: WidgetState | None) -> WidgetState | None:
    """The state after the element has come, or None where the element is no widget of ours.

    A widget keeps its former value unless the script sets one.
    """
    kind = str(element.WhichOneof("type"))
    if kind not in _FILLERS:
        return None
    widget = getattr(element, kind)
    if former is not None and former.id == widget.id and not widget.set_value:
        return former
    state = WidgetState(id=widget.id)
    _FILLERS[kind](widget, state)
    return state


def moved(state: WidgetState, value: Any) -> WidgetState:
    """The state with another value, of the kind that the widget sends."""
    fresh = WidgetState()
    fresh.CopyFrom(state)
    kind = state.WhichOneof("value")
    if kind in ("string_array_value", "double_array_value"):
        data = getattr(fresh, kind).data
        data[:] = [value]
    else:
        setattr(fresh, str(kind), value)
    return fresh


def _fill_slider(widget: Any, state: WidgetState) -> None:
    if widget.type == Slider.SELECT_SLIDER:
        at_start = [widget.options[int(index)] for index in widget.default]
        state.string_array_value.data.extend(widget.raw_value or at_start)
    else:
        state.double_array_value.data.extend(widget.value or widget.default)


def _fill_selectbox(widget: Any, state: WidgetState) -> None:
    state.string_value = widget.raw_value if widget.set_value else widget.options[widget.default]


def _fill_checkbox(widget: Any, state: WidgetState) -> None:
    state.bool_value = widget.value if widget.set_value else widget.default


def _fill_number(widget: Any, state: WidgetState) -> None:
    state.double_value = widget.value if widget.set_value else widget.default


_FILLERS: dict[str, Callable[[Any, WidgetState], None]] = {
    "slider": _fill_slider,
    "selectbox": _fill_selectbox,
    "checkbox": _fill_checkbox,
    "number_input": _fill_number,
}
