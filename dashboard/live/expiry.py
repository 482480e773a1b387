"""Lets go of sessions whose visitors have left, with all that they hold.

Streamlit keeps a session for `server.disconnectedSessionTTL` seconds after its page was closed, and
then drops it only when somebody else's session is stored: on a quiet server a large table stayed.
"""

from __future__ import annotations

import asyncio
import gc
import logging

from dashboard.live.allocator import release_memory
from dashboard.streamlit_private import drop_expired_sessions

_EVERY_SECONDS = 5.0
_log = logging.getLogger(__name__)


async def expire_sessions() -> None:
    """Drop expired sessions, again and again. Event loop only."""
    while True:
        await asyncio.sleep(_EVERY_SECONDS)
        try:
            if drop_expired_sessions():
                gc.collect()
                release_memory()
        except Exception:  # private parts of Streamlit: better to keep memory than to stop
            _log.exception("Expired sessions could not be dropped")
