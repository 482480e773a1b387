"""Reads one uploaded file in a process of its own: `python -m dashboard.own_data.reader_main`.

A long reading then holds up nobody's page, and a file that wants too much memory or time takes only
this process with it. stdin: a pickled `Request`, then the file. stdout: `Reply` values, pickled.
"""

from __future__ import annotations

import io
import logging
import os
import pickle
import sys
from typing import IO

from dashboard.own_data.messages import Refusal, Reply, Request
from linreg_core import LinregError, read_table

LEAST_MEMORY = 1_000_000_000
MEMORY_PER_BYTE = 8  # of the file
_PIECE_BYTES = 1_000_000
_log = logging.getLogger(__name__)


def too_large(size: int) -> str:
    """Return what to say of a file whose table would not fit."""
    return (
        f"Reading must take at most {memory_limit(size) / 1e6:,.0f} MB of memory. This file needs "
        f"more: keep fewer columns or rows, or save it as Parquet."
    )


def memory_limit(size: int) -> int:
    """Return how many bytes reading a file of `size` bytes may take."""
    return max(LEAST_MEMORY, MEMORY_PER_BYTE * size)


def read_for_parent() -> None:
    """Read one file for the process that started this one."""
    out = pipe_to_parent()
    request: Request = pickle.load(sys.stdin.buffer)  # from our own web server
    file = _received(sys.stdin.buffer, request.size)
    limit_memory(memory_limit(request.size))
    reply = _read(request, file, out)
    file.close()  # before the table is written out, which takes as much memory once more
    say(out, reply)


def pipe_to_parent() -> IO[bytes]:
    """Return what was stdout; a stray print must not reach it from here on."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return out


def _received(stream: IO[bytes], size: int) -> io.BytesIO:
    """Return a file that comes in pieces; read at once, it would be there twice for a moment."""
    file = io.BytesIO()
    while (left := size - file.tell()) and (piece := stream.read(min(left, _PIECE_BYTES))):
        file.write(piece)
    return file


def _read(request: Request, file: io.BytesIO, out: IO[bytes]) -> Reply:
    try:
        table = read_table(
            file,
            name=request.name,
            options=request.options,
            progress=lambda part: say(out, Reply(part)),
        )
    except LinregError as error:
        return Reply(refusal=Refusal.of(error), is_last=True)
    except MemoryError:
        return Reply(refusal=Refusal(too_large(request.size)), is_last=True)
    except Exception:
        _log.exception("A file could not be read")
        return Reply(is_last=True)
    return Reply(1.0, table, is_last=True)


def say(out: IO[bytes], reply: Reply) -> None:
    """Tell the process that started this one."""
    pickle.dump(reply, out, protocol=5)
    out.flush()


def limit_memory(n_bytes: int) -> None:
    """Bound what this process may take, where the system can."""
    try:
        import resource
    except ImportError:  # not on this system
        return
    resource.setrlimit(resource.RLIMIT_DATA, (n_bytes, n_bytes))


if __name__ == "__main__":
    read_for_parent()
