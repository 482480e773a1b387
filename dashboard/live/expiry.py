"""Lets go of sessions whose visitors have left, with all that they hold.

Streamlit keeps a session for `server.disconnectedSessionTTL` seconds after its page was closed, and
then drops it only when somebody else's session is stored: on a quiet server a large table stayed.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from typing import Any

from streamlit import runtime

from dashboard.live.allocator import release_memory

_EVERY_SECONDS = 5.0
_log = logging.getLogger(__name__)


async def expire_sessions() -> None:
    """Drops expired sessions, again and again. Event loop only."""
    while True:
        await asyncio.sleep(_EVERY_SECONDS)
        try:
            drop_expired(runtime.get_instance()._session_mgr)
        except Exception:  # private parts of Streamlit: better to keep memory than to stop
            _log.exception("Expired sessions could not be dropped")


def drop_expired(session_manager: Any) -> None:
    """Drops the sessions that nobody can come back to."""
    expired = session_manager._session_storage._cache.expire()
    for _, info in expired:
        _empty(info.session)
    if expired:
        runtime.get_instance().media_file_mgr.remove_orphaned_files()  # it takes two sweeps
        gc.collect()
        release_memory()


def _empty(session: Any) -> None:
    """Takes a session's belongings from it, because the session itself may live on.

    Streamlit's loop holds the last one that it served until it serves another, and one that was
    there when the server froze its objects (`gc.freeze`) is never collected.
    """
    session.shutdown()
    session.session_state.clear()
    session.session_state._new_widget_state.widget_metadata.clear()  # with their callbacks
    session._fragment_storage.clear()
