"""What a person reads off the page and takes away: only the tab that is open is made."""

from __future__ import annotations

import streamlit as st

from dashboard.data import predict_view, report_view, table_view, take_away
from dashboard.data.chosen import Chosen
from dashboard.data.settings import TableSettings
from dashboard.data.source import Loaded
from dashboard.escaping import markdown_text
from linreg_core import LinregError

_VIEWS = {
    "Report": report_view.draw,
    "Predict": predict_view.draw,
    "Take away": take_away.draw,
    "Table": table_view.draw,
}


@st.fragment
def draw(settings: TableSettings, chosen: Chosen, current: Loaded) -> None:
    """Draws the tabs; what is done in them runs nothing else again."""
    tabs = st.tabs(list(_VIEWS), key="tab", on_change="rerun")
    for tab, view in zip(tabs, _VIEWS.values(), strict=True):
        if tab.open:
            with tab:
                try:
                    view(settings, chosen, current)
                except LinregError as error:
                    st.warning(markdown_text(error), icon=":material/rule:")
