"""Scripts' turns: one at a time, in order, and nobody waits long for one that takes its time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from dashboard.live import turns as turns_module
from dashboard.live.turns import Turns

PATIENCE_SECONDS = 60


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> Iterator[Turns]:
    """Turns that last for as long as they are held."""
    monkeypatch.setattr(turns_module, "LONGEST_SECONDS", 1e6)
    yield Turns()


def in_thread(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.001)


def test_turns_come_one_at_a_time_in_the_order_of_asking(turns: Turns) -> None:
    log: list[tuple[int, str]] = []

    def take(number: int) -> None:
        with turns.turn():
            log.append((number, "begins"))
            time.sleep(0.001)
            log.append((number, "ends"))

    threads = []
    with turns.turn():
        for number in range(6):
            threads.append(in_thread(partial(take, number)))
            wait_until(lambda: turns.n_waiting == len(threads))
        assert not log
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert log == [(number, what) for number in range(6) for what in ("begins", "ends")]


def test_one_that_fails_gives_its_turn_back(turns: Turns) -> None:
    with pytest.raises(ZeroDivisionError), turns.turn():
        1 / 0  # noqa: B018
    with turns.turn():
        pass


def test_one_that_takes_long_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next takes the turn over, and those behind it wait for that one."""
    monkeypatch.setattr(turns_module, "LONGEST_SECONDS", 0.02)
    turns, is_done, log = Turns(), threading.Event(), list[str]()

    def stay() -> None:
        with turns.turn():
            log.append("long")
            is_done.wait(PATIENCE_SECONDS)
        log.append("long ends")

    def enter() -> None:
        with turns.turn():
            log.append("next")

    thread = in_thread(stay)
    wait_until(lambda: bool(log))
    with turns.turn():
        log.append("short")
        monkeypatch.setattr(turns_module, "LONGEST_SECONDS", 1e6)
        is_done.set()
        thread.join(PATIENCE_SECONDS)  # its end gives nobody else's turn away
        waiting = in_thread(enter)
        wait_until(lambda: turns.n_waiting == 1)
        log.append("short ends")
    waiting.join(PATIENCE_SECONDS)
    assert log == ["long", "short", "long ends", "short ends", "next"]
