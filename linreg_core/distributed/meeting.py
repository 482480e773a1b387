"""How the ranks of one start find one another: rank 0 tells in the store where it listens.

A store that outlives its ranks, as that of torchrun's agent does, still has what the ranks of an
earlier start have written. So nothing in it is believed before rank 0 has answered.
"""

from __future__ import annotations

import hmac
import os
import secrets
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from linreg_core.distributed.lifeline import end_process
from linreg_core.errors import DataError

START_SECONDS: Final = 180.0
"""How long ranks wait for the last of them to start."""
TOKEN_BYTES: Final = 16
_ANSWER_SECONDS: Final = 10.0
_AGAIN_SECONDS: Final = 0.2
_MOST_NAMED: Final = 8
_WELCOME, _ALL_HERE = b"w", b"a"


class SharedStore(Protocol):
    """What all ranks can write to and read, as torch's are."""

    def set(self, key: str, value: bytes) -> object:
        """Keep a value."""

    def get(self, key: str) -> bytes:
        """Return the value that is kept."""

    def check(self, keys: list[str]) -> bool:
        """Whether there are values of all these keys."""


Lines = dict[int, socket.socket]
"""A connection to each other rank that this one speaks with."""


def met_ranks(
    store: SharedStore, host: str, rank: int, n_ranks: int, seconds: float = START_SECONDS
) -> tuple[Lines, bytes]:
    """Return the lines between rank 0 and each other, and a token that is this start's alone.

    Raises DataError, with their numbers, when ranks have not come after so many seconds, or one is
    gone before all are here.
    """
    if rank == 0:
        token = secrets.token_bytes(TOKEN_BYTES)
        with _open_hub(host) as hub:
            store.set(_key(), token + hub.getsockname()[1].to_bytes(4, "big"))
            return accepted_ranks(hub, n_ranks, token, seconds), token
    with _store_at_rank_0(n_ranks):
        return _found_hub(store, host, rank, n_ranks, seconds)


@contextmanager
def ended_when_late(
    rank: int,
    n_ranks: int,
    seconds: float = START_SECONDS + _ANSWER_SECONDS,
    on_loss: Callable[[str], object] = end_process,
) -> Iterator[None]:
    """End this process, with what it waits for, where the work within takes longer.

    A store whose process hangs answers nothing, and torch then waits without end.
    """
    waits_for = [0] if rank else list(range(1, n_ranks))
    timer = threading.Timer(seconds, on_loss, [str(_late(waits_for, n_ranks))])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _key() -> str:
    return f"linreg-hub-{os.environ.get('TORCHELASTIC_RESTART_COUNT', '0')}"


def _open_hub(host: str) -> socket.socket:
    """Return what rank 0 listens at, on the address that others know it by."""
    try:
        return socket.create_server((host, 0), backlog=1024)
    except OSError:
        return socket.create_server(("", 0), backlog=1024)


def accepted_ranks(hub: socket.socket, n_ranks: int, token: bytes, seconds: float) -> Lines:
    """Return a line to each other rank; whoever has no token is turned away.

    Raises DataError as `met_ranks`.
    """
    found: Lines = {}
    try:
        _accept_all(found, hub, n_ranks, token, seconds)
        for rank, line in found.items():
            try:
                line.sendall(_ALL_HERE)
            except OSError:
                raise _gone(rank, n_ranks) from None
    except DataError:
        for line in found.values():
            line.close()
        raise
    return found


def _accept_all(
    found: Lines, hub: socket.socket, n_ranks: int, token: bytes, seconds: float
) -> None:
    """Fill in the lines to all other ranks; one that comes again takes the place of its first."""
    until = time.monotonic() + seconds
    with selectors.DefaultSelector() as waiting:
        waiting.register(hub, selectors.EVENT_READ)
        while len(found) < n_ranks - 1:
            left = until - time.monotonic()
            if left <= 0:
                raise _late([rank for rank in range(1, n_ranks) if rank not in found], n_ranks)
            ready = [key for key, _ in waiting.select(left)]
            if any(key.fileobj is hub for key in ready):
                rank, line = _come(hub, n_ranks, token)
                if line is None:
                    continue
                if rank in found:
                    waiting.unregister(found[rank])
                    found[rank].close()
                found[rank] = line
                waiting.register(line, selectors.EVENT_READ, rank)
            elif ready:
                raise _gone(ready[0].data, n_ranks)


def _come(hub: socket.socket, n_ranks: int, token: bytes) -> tuple[int, socket.socket | None]:
    """Return the next who has come, and a line to it; none for others than ranks."""
    line, _ = hub.accept()
    line.settimeout(_ANSWER_SECONDS)
    try:
        told = line.recv(len(token) + 4, socket.MSG_WAITALL)
        rank = int.from_bytes(told[len(token) :], "big")
        if hmac.compare_digest(told[: len(token)], token) and 0 < rank < n_ranks:
            line.sendall(_WELCOME)
            return rank, line
    except OSError:
        pass
    line.close()
    return 0, None


def _found_hub(
    store: SharedStore, host: str, rank: int, n_ranks: int, seconds: float
) -> tuple[Lines, bytes]:
    """Ask rank 0 as often as it takes: what the store has may be of an earlier start."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        told = store.get(_key()) if store.check([_key()]) else b""
        token, port = told[:TOKEN_BYTES], int.from_bytes(told[TOKEN_BYTES:], "big")
        line = _welcomed(host, port, token + rank.to_bytes(4, "big")) if told else None
        if line is None:
            time.sleep(_AGAIN_SECONDS)
            continue
        line.settimeout(max(until - time.monotonic(), 0.0) + _ANSWER_SECONDS)
        try:
            if line.recv(1) == _ALL_HERE:
                return {0: line}, token
            mistake = _gone(0, n_ranks)
        except TimeoutError:
            mistake = _late([0], n_ranks)
        except OSError:
            mistake = _gone(0, n_ranks)
        line.close()
        raise mistake
    raise _late([0], n_ranks)


def _welcomed(host: str, port: int, told: bytes) -> socket.socket | None:
    try:
        line = socket.create_connection((host, port), timeout=_ANSWER_SECONDS)
    except OSError:
        return None
    try:
        line.sendall(told)
        if line.recv(1) == _WELCOME:
            return line
    except OSError:
        pass
    line.close()
    return None


@contextmanager
def _store_at_rank_0(n_ranks: int) -> Iterator[None]:
    try:
        yield
    except RuntimeError:  # torch's own errors of connections
        raise _gone(0, n_ranks) from None


def _late(ranks: list[int], n_ranks: int) -> DataError:
    one = "rank" if len(ranks) == 1 else "ranks"
    told = ", ".join(map(str, ranks[:_MOST_NAMED])) + (", ..." if len(ranks) > _MOST_NAMED else "")
    return DataError(
        f"All ranks must start at about the same time. Got nothing of {one} {told} of {n_ranks}: "
        f"look at what started them, and whether their machines can reach one another."
    )


def _gone(rank: int, n_ranks: int) -> DataError:
    return DataError(
        f"All ranks must stay until the run has ended. Rank {rank} of {n_ranks} is gone: it was "
        f"ended, or died, while the others started; start again."
    )
