"""Places where long work can be interrupted, and what happens there.

Whoever runs the work says it: by default nothing. An action that raises ends the work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_action: ContextVar[Callable[[], None] | None] = ContextVar("pause", default=None)


def pause() -> None:
    """Do what was asked for at pauses of this thread's work; long loops call it at each turn."""
    action = _action.get()
    if action is not None:
        action()


@contextmanager
def pausing(action: Callable[[], None]) -> Iterator[None]:
    """Have `action` called at every pause of the work within the block.

    >>> seen = []
    >>> with pausing(lambda: seen.append("between two parts")):
    ...     pause()
    >>> pause()
    >>> seen
    ['between two parts']
    """
    token = _action.set(action)
    try:
        yield
    finally:
        _action.reset(token)
