"""Parts of the dialog that need the whole run wait for its end."""

from __future__ import annotations

import streamlit as st

from dashboard.live.result import RunResult
from dashboard.share.shared import Shared

_LOOK_SECONDS = 1.0


def trained(shared: Shared) -> RunResult | None:
    """Return the run's result; None where it is still under way, which the dialog says.

    The page is drawn again when it is there.
    """
    result = shared.result
    if result is None:
        _wait(shared)
    return result


@st.fragment(run_every=_LOOK_SECONDS)
def _wait(shared: Shared) -> None:
    if shared.result is not None:
        st.rerun()
    st.caption("The run is still training. What can be taken of it comes here when it has ended.")
