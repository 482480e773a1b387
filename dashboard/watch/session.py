"""The watch of a session's page: made when its page is opened, there as long as the session."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard.watch.watches import Watch, watch_server

WATCH_PAGE: Final = "pages/watch.py"
VIEW: Final = "view"
"""The page's parameter that names what it shows: whoever has the link sees it too."""
_WATCH, _TOKEN = "_watch", "_watch_token"


def current_watch() -> Watch:
    """Return what the page's link names, else the session's own; the link names it from then on.

    A link of a page that is gone names nothing: it gets a watch of its own.
    """
    named = watch_server().watches.of_view(str(st.query_params.get(VIEW, "")))
    if named is not None and named is not st.session_state.get(_WATCH):
        st.session_state[_WATCH] = named
        st.session_state.pop(_TOKEN, None)
    elif _WATCH not in st.session_state:
        new_watch()
    watch: Watch = st.session_state[_WATCH]
    if st.query_params.get(VIEW) != watch.view_id:
        st.query_params[VIEW] = watch.view_id
    return watch


def token_here() -> str | None:
    """Return the token of the session's watch; None where another session has asked for it."""
    token: str | None = st.session_state.get(_TOKEN)
    return token


def new_watch() -> None:
    """Give the session another watch; the former's address is good no longer."""
    st.session_state[_WATCH], st.session_state[_TOKEN] = watch_server().watches.new()
    st.query_params.pop(VIEW, None)
