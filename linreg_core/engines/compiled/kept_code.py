"""Compiled code on disk: read wherever it was kept, written where that is allowed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from numba.core import caching

_log = logging.getLogger(__name__)


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
        self._hindrance: Exception | None = None
        try:
            self._writer = caching.FunctionCache(function)
        except RuntimeError as error:  # no folder to write to
            self._hindrance = error

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
        """Keep a signature's code where there is a folder and room for it: it runs in any case."""
        hindrance = self._hindrance
        if hindrance is None:
            try:
                self._writer.save_overload(signature, result)
            except OSError as error:
                hindrance = error
        if hindrance is not None:
            _log.info("Compiled code is not kept on disk: %s", hindrance)
