"""Tells an open page of its next run as soon as the script knows it.

Streamlit's way there leads through all that the script draws: the browser works on some fifty
messages before it comes to ours. This one overtakes them. Where it is lost, the page's own message
says the same.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from dashboard.live.visitors import Visitors

_MOST_UNREAD = 4  # of which the last one counts


async def tell_news(visitors: Visitors, socket: WebSocket) -> None:
    """Sends a visitor's news until the page is closed."""
    visitor = visitors.find(socket.path_params["visitor"])
    if visitor is None:
        await socket.close()
        return
    await socket.accept()
    news: asyncio.Queue[dict[str, Any]] = asyncio.Queue(_MOST_UNREAD)
    loop = asyncio.get_running_loop()

    def hear(what: dict[str, Any]) -> None:
        """From the script's thread."""
        with suppress(RuntimeError):  # the server is on its way out
            loop.call_soon_threadsafe(_put, news, what)

    visitor.listeners.add(hear)
    listeners = visitor.listeners
    del visitor  # who goes with the session, not with this page
    sending = asyncio.create_task(_send(socket, news))
    try:
        while True:  # nothing is expected but the end
            await socket.receive_text()
    except WebSocketDisconnect:
        pass
    finally:
        listeners.discard(hear)
        sending.cancel()


def _put(news: asyncio.Queue[dict[str, Any]], what: dict[str, Any]) -> None:
    if news.full():
        news.get_nowait()
    news.put_nowait(what)


async def _send(socket: WebSocket, news: asyncio.Queue[dict[str, Any]]) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):  # closed meanwhile
        while True:
            await socket.send_text(json.dumps(await news.get()))
