"""A reader of the wire format, written from its description and not from its writer."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_GZIP = 16 + zlib.MAX_WBITS
_DTYPES = {"float64": "<f8", "float32": "<f4", "uint32": "<u4", "int16": "<i2"}


@dataclass(frozen=True)
class Chunk:
    """One chunk: the header's free fields, and the columns by name."""

    kind: str
    fields: dict[str, Any]
    columns: dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Received:
    """A whole run as its client has it; columns of the "rows" chunks are joined."""

    chunks: list[Chunk]

    def the(self, kind: str) -> Chunk:
        """The only chunk of this kind."""
        (chunk,) = (chunk for chunk in self.chunks if chunk.kind == kind)
        return chunk

    def rows(self) -> list[Chunk]:
        """The chunks that bring rows, in order."""
        return [chunk for chunk in self.chunks if chunk.kind == "rows"]

    def column(self, name: str) -> NDArray[Any]:
        """A column of the rows, from the first chunk to the last."""
        return np.concatenate([chunk.columns[name] for chunk in self.rows()])

    def frames(self, name: str) -> tuple[NDArray[Any], NDArray[np.float64], NDArray[np.float64]]:
        """A quantised column: its rows' numbers, its values, and each row's grid step, (n, 1)."""
        brought = [chunk for chunk in self.rows() if "keyRows" in chunk.columns]
        numbers = np.concatenate([chunk.columns["keyRows"] for chunk in brought])
        values = [dequantised(chunk.columns[name], chunk.fields[name]) for chunk in brought]
        grids = [chunk.fields[name] for chunk in brought]
        steps = np.concatenate([grid["step"] * np.array(grid["scales"]) for grid in grids])
        return numbers, np.concatenate(values), steps[:, None]


def received(stream: bytes) -> Received:
    """The run that a compressed stream brings."""
    return Received(list(read_chunks(inflated(stream))))


def inflated(stream: bytes) -> bytes:
    """A gzip stream's content, as far as it has come."""
    return zlib.decompressobj(_GZIP).decompress(stream)


def read_chunks(data: bytes) -> Iterator[Chunk]:
    """The chunks of an uncompressed stream, which has to end with one."""
    while data:
        size = int.from_bytes(data[:4], "little")
        assert len(data) >= 4 + size, "the stream ends within a chunk"
        yield _read_chunk(data[4 : 4 + size])
        data = data[4 + size :]


def dequantised(differences: NDArray[np.int16], grid: dict[str, Any]) -> NDArray[np.float64]:
    """The values that differences down the rows stand for."""
    values = grid["low"] + grid["step"] * np.cumsum(differences.astype(np.int64), axis=0)
    return values * np.array(grid.get("scales", 1.0)).reshape(-1, 1)


def _read_chunk(data: bytes) -> Chunk:
    header_size = int.from_bytes(data[:4], "little")
    header = json.loads(data[4 : 4 + header_size], parse_constant=_refuse)
    body, columns = data[4 + header_size :], {}
    for column in header.pop("columns"):
        dtype, n_values = np.dtype(_DTYPES[column["dtype"]]), int(np.prod(column["shape"]))
        part, body = body[: n_values * dtype.itemsize], body[n_values * dtype.itemsize :]
        columns[column["name"]] = _values(part, dtype).reshape(column["shape"])
    assert not body, "the chunk holds more than its columns"
    return Chunk(header.pop("kind"), header, columns)


def _values(data: bytes, dtype: np.dtype[Any]) -> NDArray[Any]:
    if dtype.kind != "i":
        return np.frombuffer(data, dtype)
    planes = np.frombuffer(data, np.uint8).reshape(2, -1)  # all low bytes, then all high ones
    return np.frombuffer(planes.T.tobytes(), dtype)


def _refuse(constant: str) -> float:
    raise AssertionError(f"{constant} is not JSON: no browser reads it")
