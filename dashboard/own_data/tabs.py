"""What a person reads off the page and takes away: only the tab that is open is made."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.escaping import markdown_text
from dashboard.numbers import count
from dashboard.own_data import predict_view, report_view, table_view, take_away
from dashboard.own_data.arriving import is_reading
from dashboard.own_data.marks import are_marks_new
from dashboard.own_data.on_screen import OnScreen
from dashboard.own_data.state import of_table
from linreg_core import LinregError

View = Callable[[OnScreen], None]

_ASKED = of_table("asked")
_VIEWS: dict[str, View] = {
    "Report": report_view.draw_report,
    "Predict": predict_view.draw_predictions,
    "Take away": take_away.draw_downloads,
    "Table": table_view.draw_table,
}


@st.fragment
def draw_tabs(shown: OnScreen) -> None:
    """Draw the tabs; what is done in them runs nothing else again."""
    if is_reading():  # the whole script waits for a file, and this has interrupted it
        st.rerun()
    if are_marks_new(shown.chosen):
        st.rerun()  # the live view rings their points, too
    tabs = st.tabs(list(_VIEWS), key="tab", on_change="rerun")
    for tab, view in zip(tabs, _VIEWS.values(), strict=True):
        if tab.open:
            with tab:
                _show(view, shown)


def _show(view: View, shown: OnScreen) -> None:
    if view is not table_view.draw_table and not _is_wanted(shown):
        return
    try:
        view(shown)
    except LinregError as error:
        st.warning(markdown_text(error), icon=":material/rule:")


def _is_wanted(shown: OnScreen) -> bool:
    """Whether the report may be made: on large data only when somebody asks for it."""
    settings = shown.settings
    if not shown.chosen.is_large or st.session_state.get(_ASKED) == settings.problem_spec:
        return True
    place = st.empty()
    with place.container():
        st.caption(f"The report on {count(settings.n_samples)} rows takes some seconds and memory.")
        is_asked_for = st.button("Work it out", key="work_out", icon=":material/analytics:")
    if is_asked_for:
        st.session_state[_ASKED] = settings.problem_spec
        place.empty()
    return is_asked_for
