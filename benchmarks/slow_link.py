"""A slow network in front of a server: as far away and as narrow as is asked for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from benchmarks.server import HOST

_PIECE = 16_384


class _SharedLine:
    """What everybody's bytes go through, one after the other."""

    def __init__(self, bits_per_second: float) -> None:
        self._bytes_per_second = bits_per_second / 8
        self._free_at = 0.0

    def through_at(self, n_bytes: int) -> float:
        """When as many bytes are through that come now."""
        self._free_at = max(self._free_at, time.perf_counter()) + n_bytes / self._bytes_per_second
        return self._free_at


@asynccontextmanager
async def slow_link(
    port: int, round_trip_seconds: float, bits_per_second: float
) -> AsyncIterator[int]:
    """A port of our own behind which the server's is, as far away and as narrow as that."""
    line = _SharedLine(bits_per_second)
    one_way = round_trip_seconds / 2

    async def carry(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, is_down: bool
    ) -> None:
        pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            while True:
                at, piece = await pieces.get()
                await asyncio.sleep(max(0.0, at - time.perf_counter()))
                if not piece:
                    return writer.close()
                writer.write(piece)

        delivering = asyncio.create_task(deliver())
        with suppress(ConnectionError):
            while piece := await reader.read(_PIECE):
                through = line.through_at(len(piece)) if is_down else time.perf_counter()
                pieces.put_nowait((through + one_way, piece))
        pieces.put_nowait((time.perf_counter() + one_way, b""))
        await delivering

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.CancelledError):  # everybody has hung up at the end
            await asyncio.sleep(round_trip_seconds)  # the connection's own round trip
            there, here = await asyncio.open_connection(HOST, port)
            await asyncio.gather(carry(reader, here, False), carry(there, writer, True))

    server = await asyncio.start_server(connect, HOST, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
