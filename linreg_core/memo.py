"""A cache that lives on a value and computes each entry once, whichever thread asks first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar, cast

_T = TypeVar("_T")


class Memo:
    """Remember what was computed, under a key; two keys are computed side by side.

    A copy or a pickle of a memo is an empty memo.

    >>> memo = Memo()
    >>> memo.get("answer", lambda: 42), memo.get("answer", lambda: 0)
    (42, 42)
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._key_locks: dict[Hashable, Lock] = {}
        self._values: dict[Hashable, Any] = {}

    def get(self, key: Hashable, compute: Callable[[], _T]) -> _T:
        """Return what is kept under `key`, computing it at the first call."""
        with self._lock:
            if key in self._values:
                return cast(_T, self._values[key])
            key_lock = self._key_locks.setdefault(key, Lock())
        with key_lock:
            if key not in self._values:
                self._values[key] = compute()
            return cast(_T, self._values[key])

    def forget(self, key: Hashable) -> None:
        """Let go of what is kept under `key`: it is computed again when it is asked for."""
        with self._lock:
            self._values.pop(key, None)
            self._key_locks.pop(key, None)

    def values(self) -> tuple[Any, ...]:
        """Return all that is kept now."""
        with self._lock:
            return tuple(self._values.values())

    def __reduce__(self) -> tuple[type[Memo], tuple[()]]:
        return (Memo, ())


class Recent:
    """Remember the results that were asked for last, as many as `most`: settings are dragged.

    >>> recent = Recent(2)
    >>> [recent.get(key, lambda: len(made)) for made in ([], [1], [1, 2]) for key in ("a", "b")]
    [0, 0, 0, 0, 0, 0]
    >>> recent.get("c", lambda: 3), recent.get("a", lambda: 4)
    (3, 4)
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._values: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable, compute: Callable[[], _T]) -> _T:
        """Return what is kept under `key`, computing it where it is not; two may do so at once."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return cast(_T, self._values[key])
        value = compute()
        with self._lock:
            self._values[key] = value
            if len(self._values) > self._most:
                self._values.popitem(last=False)
        return value
