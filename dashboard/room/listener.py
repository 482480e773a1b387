"""One who hears of a room, and how what is heard is written."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from typing import Any

from dashboard.room.told import RoomChange

EVERYBODYS = ("room", "board", "playhead")
"""Kinds of changes that everybody hears of."""
_MOST_WAITING = 5_000  # changes; one who reads no faster is sent away, and comes back for the rest


class Listener:
    """One who hears of a room: a person, or, with None, the presenter."""

    def __init__(self, person_id: int | None) -> None:
        self.person_id = person_id
        self.is_closed = False
        self._waiting: list[RoomChange] = []
        self._news = asyncio.Event()

    def hears(self, change: RoomChange) -> bool:
        """Whether a change is this one's business."""
        return self.person_id is None or change.kind in EVERYBODYS or self.is_of(change)

    def is_of(self, change: RoomChange) -> bool:
        """Whether a change is about this person."""
        return change.body.get("id" if change.kind == "person" else "person") == self.person_id

    def tell(self, change: RoomChange) -> None:
        """Something has happened. A listener that is too far behind is sent away."""
        self._waiting.append(change)
        if len(self._waiting) > _MOST_WAITING:
            self._waiting.clear()
            self.is_closed = True
        self._news.set()

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes: what happened before the end is still to be heard."""
        return self.is_closed and not self._waiting

    def close(self) -> None:
        """Nothing that happens from now on is told."""
        self.is_closed = True
        self._news.set()

    async def take(self) -> list[RoomChange]:
        """Return what has happened since the last call, as soon as anything has."""
        await self._news.wait()
        self._news.clear()
        waiting, self._waiting = self._waiting, []
        return waiting


def event_bytes(change: RoomChange) -> bytes:
    """Return a change as an event of a stream."""
    text = json.dumps(change.body, separators=(",", ":"))
    return f"id: {change.n}\nevent: {change.kind}\ndata: {text}\n\n".encode()


def as_tree(changes: Iterable[RoomChange]) -> list[dict[str, Any]]:
    """Return changes as JSON can hold them."""
    return [{"n": change.n, "kind": change.kind, "body": change.body} for change in changes]
