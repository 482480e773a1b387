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
            return


def drop_expired(session_manager: Any) -> None:
    """Drops the sessions that nobody can come back to.

    They are emptied by hand: sessions are full of cycles, and those that were there when the
    server took its objects out of garbage collection (`gc.freeze`) would never be collected.
    """
    expired = session_manager._session_storage._cache.expire()
    for _, info in expired:
        session = info.session
        session.shutdown()
        session.session_state.clear()
        session._fragment_storage.clear()
    if expired:
        gc.collect()
