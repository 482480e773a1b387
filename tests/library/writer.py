"""A process that saves runs until it is killed: `python -m tests.library.writer URL TOKEN`.

For each line read, a process that saves runs, tells what was saved, and does not end by itself.
"""

from __future__ import annotations

import os
import sys
from itertools import count

from dashboard.library.library import Library
from dashboard.store.database import Store
from tests.library.making import a_run


def save_until_killed(url: str, token: str) -> None:
    """Has a process for each life, all with what this one has imported."""
    for line in sys.stdin:
        if (pid := os.fork()) == 0:
            _save_from(url, token, int(line))
        _tell(f"pid {pid}")
        os.waitpid(pid, 0)
        _tell("ended")


def _save_from(url: str, token: str, life: int) -> None:
    library = Library(Store(url))
    for number in count():
        name = f"run {life}-{number}"
        library.save(token, a_run(name))
        _tell(name)


def _tell(line: str) -> None:
    os.write(1, f"{line}\n".encode())  # in one piece, without a buffer that a kill would empty


if __name__ == "__main__":
    save_until_killed(*sys.argv[1:])
