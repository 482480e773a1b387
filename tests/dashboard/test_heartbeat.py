"""When a silent process is given up: soon where it does nothing, late where it works."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from dashboard.live import heartbeat
from dashboard.live.heartbeat import (
    LOST_BEATS,
    SILENT_BEATS,
    STARTING_BEATS,
    STUCK_BEATS,
    Heartbeat,
)
from tests.dashboard.serving import within_patience


def worked_at_each(beats: Iterator[float]) -> Callable[[], float]:
    """A process that has worked for so long before and after each beat."""
    return lambda: next(beats)


IDLE = itertools.repeat(7.0)
BUSY = itertools.count()
NOW_AND_THEN = (n // (LOST_BEATS - 1) for n in itertools.count())


@pytest.mark.parametrize(
    ("has_answered", "worked", "expected"),
    [
        (True, IDLE, LOST_BEATS),
        (True, BUSY, STUCK_BEATS),
        (True, NOW_AND_THEN, STUCK_BEATS),
        (False, IDLE, STARTING_BEATS),
    ],
    ids=["it hangs", "it works", "it gets to work now and then", "it starts"],
)
def test_a_silent_process_is_given_up_after(
    has_answered: bool, worked: Iterator[float], expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "BEAT_SECONDS", 0)
    asked: list[int] = []
    beating = Heartbeat(lambda: asked.append(1), worked_at_each(worked))
    if has_answered:
        beating.answered()
    within_patience(beating.until_lost())
    assert beating._n_unanswered == expected
    assert asked == [1]


def test_an_answer_is_a_new_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "BEAT_SECONDS", 0)
    n_answers = 3

    def worked() -> float:
        nonlocal n_answers
        if n_answers and beating._n_unanswered == SILENT_BEATS:
            n_answers -= 1
            beating.answered()
        return 0.0

    asked: list[int] = []
    beating = Heartbeat(lambda: asked.append(1), worked)
    beating.answered()
    within_patience(beating.until_lost())
    assert len(asked) == 4
