"""All that we use of the inside of Streamlit and its server: to be looked at when it is updated."""

from __future__ import annotations

import gc
import io
import socket
from typing import Any

import streamlit as st
from starlette.formparsers import MultiPartParser
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile


def is_in_a_script() -> bool:
    """Whether a session's script runs in this thread."""
    return get_script_run_ctx(suppress_warning=True) is not None


def let_navigation_find_pages() -> None:
    """Let no page run by itself, as Streamlit does until `st.navigation` has run once.

    A first visitor who came straight to a page then saw it without set-up and without its name.
    """
    PagesManager.uses_pages_directory = False


def send_at_once() -> None:
    """Turn Nagle's algorithm off for the server's connections, which inherit it when accepted.

    asyncio does so by itself, but only for sockets that were made with TCP's protocol number, and
    Streamlit's is not: every second small message then waited about 40 ms for an acknowledgement.
    """
    for found in _internet_sockets():
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def keep_uploads_in_memory() -> None:
    """Let no upload touch the disk: Starlette would put those above 1 MB into a temporary file."""
    MultiPartParser.spool_max_size = (int(st.get_option("server.maxUploadSize")) + 1) * 1024 * 1024


def detach(upload: UploadedFile, key: str) -> io.BytesIO:
    """Return an upload as a file that nobody else holds: Streamlit would keep it for long.

    `key` is the widget's.
    """
    file = io.BytesIO(upload.getvalue())
    context = get_script_run_ctx()
    if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, upload.file_id)
    for held in (upload, st.session_state.get(key)):
        if isinstance(held, UploadedFile):
            held.close()
    return file


def drop_expired_sessions() -> bool:
    """Drop the sessions that nobody can come back to, with all that they hold, if there are any.

    Streamlit would drop them when somebody else's session is stored.
    """
    manager: Any = runtime.get_instance()._session_mgr
    expired = manager._session_storage._cache.expire()
    for _, info in expired:
        _empty(info.session)
    if expired:
        runtime.get_instance().media_file_mgr.remove_orphaned_files()  # it takes two sweeps
    return bool(expired)


def _empty(session: Any) -> None:
    """Take a session's belongings from it, because the session itself may live on.

    Streamlit's loop holds the last one that it served until it serves another, and one that was
    there when the server froze its objects (`gc.freeze`) is never collected.
    """
    session.shutdown()
    session.session_state.clear()
    session.session_state._new_widget_state.widget_metadata.clear()  # with their callbacks
    session._fragment_storage.clear()


def keep_port_to_ourselves() -> None:
    """Keep the socket that Streamlit listens at from the processes that we start.

    Streamlit makes it inheritable, and uvloop closes nothing when it starts a process: a trainer
    would hold the port for a while after a server that was killed, and the next one not get it.
    """
    for found in _internet_sockets():
        found.set_inheritable(False)


def _internet_sockets() -> list[socket.socket]:
    """Return the open ones of this process, that at which it listens among them."""
    found = (thing for thing in gc.get_objects() if isinstance(thing, socket.socket))
    families = (socket.AF_INET, socket.AF_INET6)
    return [
        each
        for each in found
        if each.fileno() >= 0 and each.family in families and each.type == socket.SOCK_STREAM
    ]
