"""Ranks find those of their own start, whatever the store still has, and name who does not come."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from linreg_core.distributed.lifeline import Lifeline
from linreg_core.distributed.meeting import (
    TOKEN_BYTES,
    accepted_ranks,
    ended_when_late,
    met_ranks,
)
from linreg_core.errors import DataError

HOST = "127.0.0.1"
TURN = 0.05
LONG = 60.0
"""Seconds that nothing here takes, on a busy machine either."""


class HeldStore:
    """What ranks write to, which outlives them."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}

    def set(self, key: str, value: bytes) -> None:
        self.values[key] = value

    def get(self, key: str) -> bytes:
        return self.values[key]

    def check(self, keys: list[str]) -> bool:
        return all(key in self.values for key in keys)


class StoppedStore(HeldStore):
    """One whose process is gone."""

    def check(self, keys: list[str]) -> bool:
        raise RuntimeError("Connection reset by peer")


def closed(lines: dict[int, socket.socket]) -> list[int]:
    for line in lines.values():
        line.close()
    return sorted(lines)


@pytest.mark.parametrize("n_starts", [1, 3])
def test_ranks_find_those_of_their_own_start(n_starts: int) -> None:
    store, tokens = HeldStore(), set()
    for _ in range(n_starts):
        with ThreadPoolExecutor(3) as threads:
            # Rank 0 comes last: the others read what an earlier start has left in the store.
            others = [threads.submit(met_ranks, store, HOST, rank, 3, LONG) for rank in (1, 2)]
            lines, token = threads.submit(met_ranks, store, HOST, 0, 3, LONG).result()
            found = [each.result() for each in others]
        assert closed(lines) == [1, 2]
        assert [closed(theirs) for theirs, _ in found] == [[0], [0]]
        assert {token, *(told for _, told in found)} == {token}
        tokens.add(token)
    assert len(tokens) == n_starts


def test_a_stranger_at_the_port_of_an_earlier_start_is_no_rank_0() -> None:
    store = HeldStore()
    with socket.create_server((HOST, 0)) as stranger, ThreadPoolExecutor(2) as threads:
        port = stranger.getsockname()[1]
        store.set("linreg-hub-0", bytes(TOKEN_BYTES) + port.to_bytes(4, "big"))
        other = threads.submit(met_ranks, store, HOST, 1, 2, LONG)
        line, _ = stranger.accept()
        line.close()
        lines, token = met_ranks(store, HOST, 0, 2, LONG)
        theirs, told = other.result()
    assert told == token
    assert (closed(lines), closed(theirs)) == ([1], [0])


@pytest.mark.parametrize(
    ("rank", "n_ranks", "store", "said"),
    [
        (0, 2, HeldStore(), "Got nothing of rank 1 of 2"),
        (0, 4, HeldStore(), "Got nothing of ranks 1, 2, 3 of 4"),
        (0, 99, HeldStore(), r"ranks 1, 2, 3, 4, 5, 6, 7, 8, \.\.\. of 99"),
        (1, 3, HeldStore(), "Got nothing of rank 0 of 3"),
        (1, 3, StoppedStore(), "Rank 0 of 3 is gone"),
    ],
)
def test_who_does_not_start_is_named(rank: int, n_ranks: int, store: HeldStore, said: str) -> None:
    with pytest.raises(DataError, match=said):
        met_ranks(store, HOST, rank, n_ranks, 0.3)


@pytest.mark.parametrize(("rank", "named"), [(0, "ranks 1, 2 of 3"), (2, "rank 0 of 3")])
def test_a_store_that_hangs_ends_who_waits_for_it(rank: int, named: str) -> None:
    told: list[str] = []
    is_told = threading.Event()

    def on_loss(sentence: str) -> None:
        told.append(sentence)
        is_told.set()

    with ended_when_late(rank, 3, 0.05, on_loss):
        assert is_told.wait(LONG)
    assert f"Got nothing of {named}" in told[0]
    with ended_when_late(rank, 3, LONG, on_loss):
        pass
    assert len(told) == 1


def come(hub: socket.socket, told: bytes) -> tuple[socket.socket, bytes]:
    """Speak to rank 0; return the line and what it answers."""
    line = socket.create_connection(hub.getsockname(), timeout=LONG)
    line.sendall(told)
    return line, line.recv(1)


def test_rank_0_turns_strangers_away_and_names_who_goes_before_all_are_here() -> None:
    token = b"t" * TOKEN_BYTES
    with socket.create_server((HOST, 0)) as hub, ThreadPoolExecutor(1) as threads:
        accepting = threads.submit(accepted_ranks, hub, 4, token, LONG)
        for told in (b"x" * (TOKEN_BYTES + 4), token + (9).to_bytes(4, "big")):
            line, answer = come(hub, told)
            assert answer == b""
            line.close()
        again = [come(hub, token + (2).to_bytes(4, "big")) for _ in range(2)]
        assert [answer for _, answer in again] == [b"w", b"w"]
        assert again[0][0].recv(1) == b""  # a rank that comes again takes the place of its first
        for line, _ in again:
            line.close()
        with pytest.raises(DataError, match="Rank 2 of 4 is gone"):
            accepting.result(LONG)


@contextmanager
def lifelines(silence: float) -> Iterator[tuple[list[socket.socket], dict[int, list[str]]]]:
    """Ranks 0 and 1 of 3 with short silences, rank 2 a bare line; and what each is told."""
    told: dict[int, list[str]] = {0: [], 1: []}
    hub_1, end_1 = socket.socketpair()
    hub_2, end_2 = socket.socketpair()
    heard = {rank: threading.Event() for rank in told}

    def listener(rank: int) -> object:
        def on_loss(why: str) -> None:
            told[rank].append(why)
            heard[rank].set()

        return on_loss

    lines = [
        Lifeline(0, 3, {1: hub_1, 2: hub_2}, listener(0), silence),  # type: ignore[arg-type]
        Lifeline(1, 3, {0: end_1}, listener(1), LONG),  # type: ignore[arg-type]
    ]
    try:
        yield [end_2], told
        assert all(event.wait(LONG) for event in heard.values())
    finally:
        for line in lines:
            line.close()
        end_2.close()


@pytest.mark.parametrize(
    ("silence", "said"),
    [
        (3.0, "rank 2 of 3 has said nothing for 3 seconds: it hangs, or its machine"),
        (LONG, "rank 2 of 3 is gone: it was ended, or died"),
    ],
)
def test_who_hangs_or_dies_is_named_to_all(silence: float, said: str) -> None:
    with lifelines(silence) as ([line], told):
        if silence == LONG:
            line.close()
    assert told[0][0].startswith(said)
    assert told[1] == told[0]
