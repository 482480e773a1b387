"""What an open page is told of its next run, past what its script draws."""

from __future__ import annotations

import asyncio
import gc
import json
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from dashboard.live.visitors import Visitor
from tests.dashboard.serving import (
    TINY,
    LocalServer,
    address_of,
    app_of,
    shown,
    until,
    within_patience,
)


class Page:
    """An open page: what it was sent, and how it is closed."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.to_server: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    @property
    def news(self) -> list[dict[str, Any]]:
        return [json.loads(each["text"]) for each in self.sent if each["type"] == "websocket.send"]

    @property
    def is_open(self) -> bool:
        return bool(self.sent) and self.sent[0]["type"] == "websocket.accept"


@asynccontextmanager
async def listening(server: LocalServer, id: str) -> AsyncIterator[Page]:
    """A page that hears the news of that visitor, for the length of a block."""
    page = Page()
    path = f"/live/news/{id}"
    scope = {"type": "websocket", "path": path, "query_string": b"", "headers": []}
    page.to_server.put_nowait({"type": "websocket.connect"})
    task = asyncio.ensure_future(app_of(server)(scope, page.to_server.get, page.send))
    await until(lambda: page.sent)
    yield page
    page.to_server.put_nowait({"type": "websocket.disconnect", "code": 1001})
    await task


def tell(server: LocalServer, visitor: Visitor, seed: int) -> None:
    server.show(visitor, replace(TINY, seed=seed))
    visitor.tell(visitor.news("/lab"))


def test_a_page_is_told_where_its_next_run_is(server: LocalServer) -> None:
    async def scenario() -> None:
        visitor, stranger = shown(server, TINY), shown(server, TINY)
        async with listening(server, visitor.id) as page, listening(server, stranger.id) as other:
            await asyncio.to_thread(tell, server, visitor, 5)  # the script's thread
            await until(lambda: page.news)
            address = "/lab" + address_of(visitor)
            assert page.news == [{"visitor": visitor.id, "turn": 2, "runs": [address]}]
            assert other.is_open and not other.news

    within_patience(scenario())


def test_a_slow_page_gets_the_last_news(server: LocalServer) -> None:
    async def scenario() -> None:
        visitor = shown(server, TINY)
        async with listening(server, visitor.id) as page:
            for seed in range(1, 20):
                tell(server, visitor, seed)
            await until(lambda: page.news and page.news[-1]["turn"] == 20)
            turns = [news["turn"] for news in page.news]
            assert turns == sorted(turns) and len(turns) < 19

    within_patience(scenario())


def test_a_page_that_is_closed_hears_no_more_and_holds_nobody(server: LocalServer) -> None:
    async def scenario() -> None:
        visitor = shown(server, TINY)
        async with listening(server, visitor.id) as page:
            assert len(visitor.listeners) == 1
        assert not visitor.listeners
        tell(server, visitor, 1)
        assert not page.news
        gone, id = weakref.ref(visitor), visitor.id
        async with listening(server, id):
            del visitor
            gc.collect()
            assert gone() is None, "an open page does not keep a session's visitor"

    within_patience(scenario())


def test_nobody_hears_a_stranger(server: LocalServer) -> None:
    async def scenario() -> None:
        async with listening(server, "A" * 24) as page:
            assert [each["type"] for each in page.sent] == ["websocket.close"]

    within_patience(scenario())
