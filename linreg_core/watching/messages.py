"""What is sent of a watched run: JSON in front, then arrays of numbers as they are.

A message is ``"LRW1" | u32 size of the JSON | JSON | arrays``, little-endian. The JSON has `kind`,
free fields, and `arrays`: each one's name and shape, in the order in which their float64 values
follow. Nothing in it is ever evaluated, and whoever reads one trusts nothing in it.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.errors import DataError

MOST_MESSAGE_BYTES: Final = 12_000_000
_MOST_JSON_BYTES: Final = 500_000
_MOST_ARRAYS: Final = 16
_MOST_DIMENSIONS: Final = 2
_MAGIC: Final = b"LRW1"
_FRONT: Final = struct.Struct("<4sI")
_NUMBER: Final = np.dtype("<f8")


@dataclass(frozen=True, eq=False)
class Message:
    """What one says: its kind, its fields, and its arrays by name."""

    kind: str
    fields: Mapping[str, Any]
    arrays: Mapping[str, FloatArray]

    def text(self, name: str, most: int) -> str:
        """Return a field that is text of at most so many characters, in one line.

        Raises DataError when it is none.
        """
        return bounded_text(name, self.fields.get(name), most)

    def array(self, name: str, *shape: int) -> FloatArray:
        """Return an array of this shape.

        Raises DataError when there is none.
        """
        found = self.arrays.get(name)
        if found is None or found.shape != shape:
            raise _refused(f"has no array {name!r} of the shape {shape}")
        return found


def bounded_text(name: str, value: object, most: int) -> str:
    """Return text of at most so many characters that any encoding can hold.

    Raises DataError for anything else.
    """
    if not isinstance(value, str) or len(value) > most:
        raise _refused(f"has no text {name!r} of at most {most} characters")
    try:
        value.encode()
    except UnicodeError:
        raise _refused(f"has half a character in {name!r}") from None
    return value


def pack_message(
    kind: str, fields: Mapping[str, Any], arrays: Mapping[str, FloatArray] | None = None
) -> bytes:
    """Return a message. `fields` are what JSON can carry.

    >>> unpack_message(pack_message("x", {"a": 1}, {"b": np.arange(2.0)})).arrays["b"]
    array([0., 1.])
    """
    arrays = {} if arrays is None else arrays
    shapes = [[name, list(array.shape)] for name, array in arrays.items()]
    head = json.dumps({"kind": kind, **fields, "arrays": shapes}, allow_nan=False).encode()
    body = (np.ascontiguousarray(array, dtype=_NUMBER).tobytes() for array in arrays.values())
    return b"".join((_FRONT.pack(_MAGIC, len(head)), head, *body))


def unpack_message(data: bytes) -> Message:
    """Return what a message says, its arrays in float64.

    Raises DataError when it is none.
    """
    if len(data) > MOST_MESSAGE_BYTES:
        raise _refused(f"has more than {MOST_MESSAGE_BYTES:,} bytes")
    if len(data) < _FRONT.size:
        raise _refused("ends too early")
    magic, size = _FRONT.unpack_from(data)
    if magic != _MAGIC:
        raise _refused("begins otherwise")
    if size > min(_MOST_JSON_BYTES, len(data) - _FRONT.size):
        raise _refused("has more JSON than it may, or than there is")
    start = _FRONT.size + size
    fields = _tree(data[_FRONT.size : start])
    arrays = _arrays(fields.pop("arrays", None), data, start)
    kind = bounded_text("kind", fields.pop("kind", None), 20)
    return Message(kind, fields, arrays)


def _tree(data: bytes) -> dict[str, Any]:
    try:
        tree = json.loads(data.decode(), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        tree = None
    if not isinstance(tree, dict):
        raise _refused("has no JSON object in front")
    return tree


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _arrays(told: object, data: bytes, start: int) -> dict[str, FloatArray]:
    if not isinstance(told, list) or len(told) > _MOST_ARRAYS:
        raise _refused("does not list its arrays")
    shapes = {name: shape for name, shape in map(_shape, told)}
    if len(shapes) != len(told):
        raise _refused("has two arrays of one name")
    sizes = [math.prod(shape) for shape in shapes.values()]
    if start + sum(sizes) * _NUMBER.itemsize != len(data):
        raise _refused("has not as many numbers as it says")
    arrays = {}
    for (name, shape), size in zip(shapes.items(), sizes, strict=True):
        values = np.frombuffer(data, _NUMBER, size, start)
        arrays[name] = values.astype(np.float64).reshape(shape)
        start += size * _NUMBER.itemsize
    return arrays


def _shape(told: object) -> tuple[str, tuple[int, ...]]:
    name, shape = told if isinstance(told, list) and len(told) == 2 else (None, None)
    if not isinstance(shape, list) or not 1 <= len(shape) <= _MOST_DIMENSIONS:
        raise _refused("does not tell the shape of an array")
    if not all(type(size) is int and 0 <= size <= MOST_MESSAGE_BYTES for size in shape):
        raise _refused("does not tell the shape of an array")
    return bounded_text("array", name, 40), tuple(shape)


def _refused(why: str) -> DataError:
    return DataError(
        f"What is sent of a watched run must be a message of this program's. It {why}: use the "
        "same version on both sides."
    )
