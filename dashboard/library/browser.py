"""Whose library: a token that the browser keeps, told once to each session."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard.library.library import owner_hash
from dashboard.live.component import address_of
from dashboard.live.served_component import served_component
from dashboard.live.server import live_server
from linreg_core import ConfigError

TOKEN: Final = "_library_token"
_KEY = "library_browser"
_MODULE = "library/static/browser_token.js"

_mount = served_component("linreg_browser", "<span hidden></span>", "span", "createBrowserToken")


class KeepsNothing(ConfigError):
    """This browser has no storage, or does not let pages use it."""

    def __init__(self) -> None:
        super().__init__(
            "Runs are saved for a browser that can keep a key, and this one keeps nothing: it is "
            "in a private window, or its storage is turned off. Take a project file instead."
        )


def browser_token() -> str | None:
    """Return this browser's token; None until it has told it, which has the script run again.

    Raises KeepsNothing where it can't keep one.
    """
    if TOKEN not in st.session_state:
        module = address_of(live_server().assets.path_of(_MODULE))
        told = _mount(key=_KEY, data={"module": module}, on_token_change=lambda: None).token
        if told is None:
            return None
        st.session_state[TOKEN] = _checked(told)
    token: str = st.session_state[TOKEN]
    if not token:
        raise KeepsNothing
    return token


def _checked(told: object) -> str:
    try:
        owner_hash(told)
    except ConfigError:
        return ""
    return str(told)
