"""Compiled code on disk: read wherever it was kept, written where that is allowed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from numba.core import caching


class _Named(caching.UserProvidedCacheLocator):
    """The folder that NUMBA_CACHE_DIR names, to read from."""

    def ensure_cache_path(self) -> None:
        """Accept a folder that can't be written, where numba's own would not even read."""


class _BesideTheSource(caching.InTreeCacheLocator):
    """`__pycache__` beside the source, to read from."""

    def ensure_cache_path(self) -> None:
        """Accept a folder that can't be written, where numba's own would not even read."""


class _Places(caching.CompileResultCacheImpl):
    _locator_classes = [_Named, _BesideTheSource]


class _Reader(caching.FunctionCache):
    _impl_class = _Places


class KeptCode:
    """What numba asks for one function's compiled code: its own cache, and one that only reads.

    numba looks only into folders that it can write to, so an image or another installation that
    is read-only would compile at each start what it had compiled when it was made.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._reader = _Reader(function)
        self._writer: Any = None
        with suppress(RuntimeError):  # no folder to write to
            self._writer = caching.FunctionCache(function)

    @property
    def cache_path(self) -> str:
        """The folder of this function's code."""
        return str((self._writer or self._reader).cache_path)

    def load_overload(self, signature: Any, context: Any) -> Any:
        """Return the code for a signature, None where it was not kept."""
        if self._writer is not None:
            kept = self._writer.load_overload(signature, context)
            if kept is not None:
                return kept
        try:
            return self._reader.load_overload(signature, context)
        except OSError:  # may not even be read
            return None

    def save_overload(self, signature: Any, result: Any) -> None:
        """Keep a signature's code, where there is a folder to write to: it runs in any case."""
        if self._writer is not None:
            self._writer.save_overload(signature, result)
