"""What a client reads while the trainer's thread makes it: chunks in one compressed stream."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from typing import Final

from dashboard.live.aside import Aside
from dashboard.live.result import RunResult
from dashboard.live.wire import StreamCompressor, encode_chunk

_MAX_BACKLOG: Final = 1_000_000  # bytes that a slow client may leave unread before its run waits


class Streamed(ABC):
    """Work on its way to one client: the trainer's thread advances it, the client's task reads."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._compressor = StreamCompressor()
        self._chunks: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._backlog = 0
        self.asides: tuple[Aside, ...] = ()
        self.result: RunResult | None = None  # of a run, once it is trained
        self.owner = ""  # who asked for it
        self.place = 0.0  # in the queue of short runs: when it came, or stands as if it had come
        self.trained_seconds = 0.0  # with the encoding: what others waited for
        self.last_slice_at = 0.0
        self.is_cancelled = False

    @property
    @abstractmethod
    def is_complete(self) -> bool:
        """Whether everything that the client waits for has been sent."""

    @property
    def is_blocked(self) -> bool:
        """Whether there is nothing to do until the client reads."""
        return not self.is_cancelled and self._backlog > _MAX_BACKLOG

    @abstractmethod
    def advance(self) -> None:
        """Do one slice and send what is due. Trainer's thread only."""

    @abstractmethod
    def lacks_memory(self) -> str:
        """Return what is said where its numbers find no room."""

    def close(self) -> None:
        """Let the client's task finish. Trainer's thread only."""
        if self.is_complete:
            self._put(self._compressor.finish())
        self._put(None)

    def fail(self, message: str) -> None:
        """End it with a message. Trainer's thread only."""
        self._send(encode_chunk("error", {"message": message}, {}))
        self.is_cancelled = True

    async def chunks(self) -> AsyncIterator[bytes]:
        """Return the compressed stream as it comes. Event loop only; see also `taken`."""
        while (chunk := await self._chunks.get()) is not None:
            yield chunk

    def taken(self, n_bytes: int) -> None:
        """The client has read this much more. Event loop only."""
        self._backlog -= n_bytes

    def _send(self, chunk: bytes) -> None:
        self._put(self._compressor.add(chunk))

    def _put(self, data: bytes | None) -> None:
        try:
            self._loop.call_soon_threadsafe(self._enqueue, data)
        except RuntimeError:  # the loop has closed: the server is on its way out
            self.is_cancelled = True

    def _enqueue(self, data: bytes | None) -> None:
        self._backlog += len(data or b"")
        self._chunks.put_nowait(data)
