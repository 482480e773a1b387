"""Reading an uploaded file for a page: small ones at once, large ones in a process of their own."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import pickle
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from dashboard.own_data.messages import Reply, Request
from linreg_core import DataError, LinregError, read_table
from table_reader import ReadOptions, Table

INLINE_BYTES = 300_000  # read in less time than a process takes to start
_PACKED = (b"\x1f\x8b", b"PK", b"PAR1")  # small files may hold much
_SEATS = threading.BoundedSemaphore(max(2, os.cpu_count() or 1))
"""Readings at once: more of them would take no less time and more memory."""
_PIECE_BYTES = 1_000_000
PATIENCE_SECONDS = 90.0
UNREADABLE = "This file could not be read, through a fault of ours. Save it as CSV and try again."
_ROOT = Path(__file__).resolve().parents[2]
_log = logging.getLogger(__name__)


def read_upload(
    name: str,
    file: io.BytesIO,
    options: ReadOptions,
    progress: Callable[[float], object],
) -> Table:
    """Return the table of a file in memory; a large one is closed and freed on the way.

    `name` is the file's own. `progress` is told how far it has come, 0 to 1.

    Raises DataError when it is no table, is too large or takes too long; it has what was found of
    the file.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    start = file.read(4)
    file.seek(0)
    if size > INLINE_BYTES or start.startswith(_PACKED):
        return _read_apart(Request(name, size, options), file, progress)
    try:
        return read_table(file, name=name, options=options)
    except LinregError:
        raise
    except Exception:
        _log.exception("A file could not be read")
        raise DataError(UNREADABLE) from None


def _read_apart(request: Request, file: io.BytesIO, progress: Callable[[float], object]) -> Table:
    with _SEATS, reader_process("reader_main") as process:
        assert process.stdin is not None and process.stdout is not None
        timer = threading.Timer(PATIENCE_SECONDS, process.kill)
        timer.start()
        try:
            with contextlib.suppress(BrokenPipeError):  # it has ended: its reply says why
                pickle.dump(request, process.stdin)
                shutil.copyfileobj(file, process.stdin, _PIECE_BYTES)
                process.stdin.close()
            file.close()
            reply = last_reply(process.stdout, progress)
        finally:
            is_late = not timer.is_alive()
            timer.cancel()
    if reply is not None and reply.table is not None:
        return reply.table
    if reply is None and is_late:
        raise DataError(
            f"Reading must take at most {PATIENCE_SECONDS:.0f} seconds. This file takes longer: "
            f"keep fewer columns or rows, or save it as Parquet."
        )
    if reply is not None and reply.refusal is not None:
        raise reply.refusal.as_error()
    raise DataError(UNREADABLE)


def last_reply(stream: IO[bytes], progress: Callable[[float], object]) -> Reply | None:
    """Return the reply that ends the reading; None if the process ended without one."""
    with contextlib.suppress(EOFError, pickle.UnpicklingError):
        while True:
            reply: Reply = pickle.load(stream)  # from our own reader
            if reply.is_last:
                return reply
            progress(reply.progress)
    return None


@contextlib.contextmanager
def reader_process(module: str, n_threads: int = 1) -> Iterator[subprocess.Popen[bytes]]:
    """Run a module of this package as a process that reads; it is ended with the context.

    It computes in so many threads, and those of Parquet's decoding.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", f"dashboard.own_data.{module}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=_ROOT,
        env=os.environ | {"OMP_NUM_THREADS": str(n_threads)},
    )
    try:
        yield process
    finally:  # also when the visitor has left in the middle of it
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
