"""The wire format of a live run: length-prefixed chunks of named columns, compressed as a stream.

A chunk is ``u32 size | u32 header size | header | columns``, little-endian. ``size`` counts what
follows it. The header is JSON: ``kind``, free fields, and ``columns``, which lists each column's
name, dtype and shape in the order in which their bytes follow. `static/decode.js` reads it.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

QUANTISED_LEVELS = 4095  # a picture is a few hundred pixels high: several levels a pixel
_COMPRESSION_LEVEL = 5
_GZIP_WINDOW = 31  # zlib's way to ask for a gzip container


def encode_chunk(
    kind: str, fields: Mapping[str, Any], columns: Mapping[str, NDArray[Any]]
) -> bytes:
    """Return one chunk, not yet compressed.

    `kind` is "start", "rows", "reference", "zones" or "end". `fields` are what JSON can carry; NaN
    and infinity become null. `columns` are arrays of dtype float64, float32, uint32 or int16
    (quantised, see `quantise`).
    """
    described = [
        {"name": name, "dtype": column.dtype.name, "shape": list(column.shape)}
        for name, column in columns.items()
    ]
    header = json.dumps(
        {"kind": kind, **_finite(fields), "columns": described},
        separators=(",", ":"),
        allow_nan=False,
    ).encode()
    body = b"".join(_column_bytes(column) for column in columns.values())
    return struct.pack("<II", 4 + len(header) + len(body), len(header)) + header + body


def quantise(values: NDArray[np.float64]) -> tuple[NDArray[np.int16], float, float]:
    """Put rows of values on a grid that a pixel can't tell from the real thing.

    `values` is (n_rows, n_values); what is not finite goes to the lower end. Return differences of
    each row from the one before it (the first from zero), the lower end, and the step: ``value =
    low + step * cumulative sum down the rows``.
    """
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    step = (high - low) / QUANTISED_LEVELS or 1.0
    levels = np.rint((np.where(np.isfinite(values), values, low) - low) / step).astype(np.int16)
    return np.diff(levels, axis=0, prepend=np.int16(0)), low, step


class StreamCompressor:
    """Compresses chunks as one gzip stream, each readable as soon as it has arrived."""

    def __init__(self) -> None:
        self._gzip = zlib.compressobj(_COMPRESSION_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)

    def add(self, chunk: bytes) -> bytes:
        return self._gzip.compress(chunk) + self._gzip.flush(zlib.Z_SYNC_FLUSH)

    def finish(self) -> bytes:
        return self._gzip.flush(zlib.Z_FINISH)


def _column_bytes(column: NDArray[Any]) -> bytes:
    if column.dtype == np.int16:  # low bytes, then high bytes: small differences then compress well
        return np.ascontiguousarray(column.ravel().view(np.uint8).reshape(-1, 2).T).tobytes()
    return np.ascontiguousarray(column).tobytes()


def _finite(value: Any) -> Any:
    """Return `value` with every float that JSON has no word for replaced by None."""
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
