"""Giving memory back to the system once large data are gone."""

from __future__ import annotations

import ctypes


def release_memory() -> None:
    """Has the C library return what is free: glibc keeps vectors of some MB for the next ones.

    Elsewhere than on glibc this does nothing.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
