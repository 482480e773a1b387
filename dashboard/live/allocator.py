"""Has the C library give back memory that is free.

By itself glibc keeps much of it for later: each thread has a pool of its own, and once a large
block was freed, blocks up to that size come from these pools. Large tables then never left.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable

_LARGE_BYTES = 4_000_000
_M_MMAP_THRESHOLD = -3  # glibc's malloc.h


def give_back_large_blocks() -> None:
    """Have every block above `_LARGE_BYTES` go back to the system as soon as it is free."""
    if (mallopt := _function("mallopt")) is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)


def release_memory() -> None:
    """Give back what smaller blocks have left behind."""
    if (trim := _function("malloc_trim")) is not None:
        trim(0)


def _function(name: str) -> Callable[..., object] | None:
    """Return a function of the C library; None where this system's has no such thing."""
    try:
        found: Callable[..., object] | None = getattr(ctypes.CDLL(None), name, None)
    except TypeError:  # Windows
        return None
    return found
