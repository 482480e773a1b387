"""Fetches a run's stream as the browser does, and notes when what came.

Plain asyncio and HTTP/1.1: it takes less time of the processor that the server needs.
"""

from __future__ import annotations

import asyncio
import json
import struct
import time
import zlib
from dataclasses import dataclass, field

from benchmarks.server import HOST
from dashboard.live.run_response import RUN_HEADER

_GZIP_WINDOW = 31
_READ_BYTES = 65_536


@dataclass
class Chunk:
    """A chunk of the wire format: its header, when it was complete, and its uncompressed size."""

    header: dict[str, object]
    arrived_at: float
    n_bytes: int

    @property
    def kind(self) -> str:
        return str(self.header["kind"])


@dataclass
class Fetched:
    """What came of one request; clocks are `time.perf_counter`."""

    asked_at: float
    status: int = 0
    run_id: str | None = None
    headers_at: float | None = None
    n_body_bytes: int = 0
    n_wire_bytes: int = 0
    arrivals: list[float] = field(default_factory=list)
    chunks: list[Chunk] = field(default_factory=list)
    ended_at: float | None = None

    @property
    def is_complete(self) -> bool:
        return self.at("end") is not None

    def at(self, kind: str) -> float | None:
        """When the first chunk of this kind had arrived."""
        return next((chunk.arrived_at for chunk in self.chunks if chunk.kind == kind), None)

    @property
    def worst_gap(self) -> float:
        """The longest time without a byte, from the request to the last one, in seconds."""
        clocks = [self.asked_at, *self.arrivals]
        return max((b - a for a, b in zip(clocks, clocks[1:], strict=False)), default=0.0)


async def fetch_run(
    port: int, path: str, fetched: Fetched | None = None, token: str = ""
) -> Fetched:
    """Gets `path` to its end. Pass a `Fetched` to follow it while it comes."""
    fetched = fetched or Fetched(time.perf_counter())
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        writer.write(_request(port, path, token))
        await _read_head(reader, fetched)
        await _read_body(reader, fetched)
    except (ConnectionError, asyncio.IncompleteReadError):
        pass  # a run that was stopped ends like this
    finally:
        fetched.ended_at = time.perf_counter()
        writer.close()
    return fetched


async def ask_doctor(port: int, path: str) -> float:
    """Asks what is said of the run at `path`; seconds until the answer was there."""
    began = time.perf_counter()
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(_request(port, path.replace("?", "/diagnosis?", 1)))
    await reader.read()
    writer.close()
    return time.perf_counter() - began


def _request(port: int, path: str, token: str = "") -> bytes:
    signed = (f"Authorization: Bearer {token}",) if token else ()
    lines = (
        f"GET {path} HTTP/1.1",
        *signed,
        f"Host: {HOST}:{port}",
        "Accept-Encoding: gzip",
        "Connection: close",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def _read_head(reader: asyncio.StreamReader, fetched: Fetched) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    fetched.headers_at = time.perf_counter()
    status, *lines = head.decode("latin-1").rstrip().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    fetched.status, fetched.run_id = int(status.split()[1]), headers.get(RUN_HEADER.lower())
    fetched.n_wire_bytes += len(head)


async def _read_body(reader: asyncio.StreamReader, fetched: Fetched) -> None:
    frames, chunks = _HttpFrames(), _ChunkReader()
    while data := await reader.read(_READ_BYTES):
        fetched.n_wire_bytes += len(data)
        body = frames.push(data) if fetched.status == 200 else data
        fetched.n_body_bytes += len(body)
        if body:
            fetched.arrivals.append(time.perf_counter())
        if fetched.status == 200:
            fetched.chunks += chunks.push(body)


class _HttpFrames:
    """Takes the frames off a body in HTTP's chunked transfer coding."""

    def __init__(self) -> None:
        self._pending = b""

    def push(self, data: bytes) -> bytes:
        self._pending += data
        bodies = []
        while (end := self._pending.find(b"\r\n")) >= 0:
            size = int(self._pending[:end], 16)
            if len(self._pending) < end + 4 + size:
                break
            bodies.append(self._pending[end + 2 : end + 2 + size])
            self._pending = self._pending[end + 4 + size :]
        return b"".join(bodies)


class _ChunkReader:
    """Cuts the compressed stream into our chunks; columns are not decoded."""

    def __init__(self) -> None:
        self._gzip = zlib.decompressobj(_GZIP_WINDOW)
        self._pending = b""

    def push(self, body: bytes) -> list[Chunk]:
        self._pending += self._gzip.decompress(body)
        now, chunks = time.perf_counter(), []
        while len(self._pending) >= 8:
            size, header_size = struct.unpack_from("<II", self._pending)
            if len(self._pending) < 4 + size:
                break
            header = json.loads(self._pending[8 : 8 + header_size])
            chunks.append(Chunk(header, now, size))
            self._pending = self._pending[4 + size :]
        return chunks
