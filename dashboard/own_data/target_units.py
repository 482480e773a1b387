"""How predictions of a logarithm come back to the target's own unit: the page's one choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from dashboard.controls.widgets import KEPT
from linreg_core.tables import Selection

HOW: Final[Mapping[str, str]] = {"median": "Median", "mean": "Mean (smearing-corrected)"}
_KEY = "brought_back"


def draw_how(selection: Selection) -> str:
    """Draw the choice, where the target's logarithm was learned, and return what is chosen."""
    if selection.target_transform == "identity":
        return how_chosen()
    st.session_state.setdefault(_KEY, how_chosen())
    st.segmented_control(
        "Predict the target's",
        list(HOW),
        key=_KEY,
        format_func=HOW.__getitem__,
        required=True,
        persist_state=KEPT,
        help="The fit is of the logarithm. Median: half of new rows are expected below it. Mean: "
        "what they are on average, the median times Duan's smearing factor of the residuals.",
    )
    return how_chosen()


def how_chosen() -> str:
    """Return how predictions are brought back."""
    return str(st.session_state.get(_KEY) or next(iter(HOW)))
