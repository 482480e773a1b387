"""Project files that were dropped on a page, until its script takes them."""

from __future__ import annotations

import functools
import threading
from typing import Final
from weakref import WeakKeyDictionary

from dashboard.live.visitors import Visitor
from dashboard.project.project import Project
from linreg_core import LinregError

MOST_WAITING_BYTES: Final = 300_000_000
"""Of all projects on their way to their pages."""


class TooBusy(LinregError):
    """More projects are on their way than this server has memory for."""

    def __init__(self) -> None:
        super().__init__("Many large projects are being opened just now. Drop yours again soon.")


class Inbox:
    """The last project that each visitor has dropped. It goes with its visitor."""

    def __init__(self, most_bytes: int = MOST_WAITING_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._waiting: WeakKeyDictionary[Visitor, Project] = WeakKeyDictionary()

    def put(self, visitor: Visitor, project: Project) -> None:
        """Keep a project for its visitor's script. Raises TooBusy."""
        with self._lock:
            others = [each for owner, each in self._waiting.items() if owner is not visitor]
            if sum(map(_size, (*others, project))) > self._most_bytes:
                raise TooBusy
            self._waiting[visitor] = project

    def take(self, visitor: Visitor) -> Project | None:
        """Return what a visitor has dropped, which is then theirs alone."""
        with self._lock:
            return self._waiting.pop(visitor, None)


def _size(project: Project) -> int:
    return len(project.table or b"")


@functools.cache
def project_inbox() -> Inbox:
    """Return this process's inbox."""
    return Inbox()
