"""A run is told to its end, each row once, whatever becomes of who listens; training goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import numpy as np
import pytest

from linreg_core import Status, TrainConfig
from linreg_core.block import COLUMNS, Block
from linreg_core.watching import MOST_SHOWN_EPOCHS, RunHead
from linreg_core.watching.run_sender import RunSender
from linreg_core.watching.watch_address import WatchAddress, WatchAnswer
from tests.core.watching.watched import (
    CONFIG,
    Listener,
    blocks_of,
    http_server,
    small_head,
    small_problem,
)

PATIENCE = 60.0


def sent(
    listener: Any, blocks: list[Block], head: RunHead | None = None, stopped: str | None = None
) -> list[str]:
    """Tell a run; return what was said of it."""
    said: list[str] = []
    sender = RunSender(listener, "small.csv", said.append, 0.0, (0.001,))
    sender.start()
    sender.begin(small_head() if head is None else head)
    for block in blocks:
        sender.add(block)
    sender.end(stopped, PATIENCE)
    return said


def assert_whole(listener: Listener, blocks: list[Block]) -> None:
    for name in COLUMNS:
        whole = np.concatenate([getattr(block, name) for block in blocks])
        np.testing.assert_array_equal(listener.column(name), whole)
    assert listener.rows[-1].block.status is blocks[-1].status
    assert [told.first for told in listener.rows[:-1]] == sorted(
        {told.first for told in listener.rows[:-1]}
    )


def test_a_run_is_told_to_its_end() -> None:
    listener, blocks = Listener(), blocks_of(small_problem(), CONFIG)
    assert sent(listener, blocks) == []
    assert listener.kinds[:3] == ["coming", "run", "rows"]
    assert_whole(listener, blocks)


def test_a_connection_that_is_lost_is_told_once_and_nothing_comes_twice() -> None:
    def trouble(n: int) -> WatchAnswer | None:
        if n in (2, 4, 5, 6):
            raise ConnectionResetError("lost")
        return WatchAnswer(HTTPStatus.TOO_MANY_REQUESTS, message="full") if n == 7 else None

    listener, blocks = Listener(trouble), blocks_of(small_problem(), CONFIG, size=1)
    said = sent(listener, blocks)
    assert_whole(listener, blocks)
    assert said[0] == "here can't be told of the run now (lost). It is tried again."
    assert said[1] == "here is there again."
    assert len(said) <= 4


def test_an_answer_that_is_lost_does_not_double_rows() -> None:
    class Deaf(Listener):
        def post(self, body: bytes) -> WatchAnswer:
            answer = super().post(body)
            if self.n_posts % 2:
                raise TimeoutError("timed out")
            return answer

    listener, blocks = Deaf(), blocks_of(small_problem(), CONFIG, size=5)
    sent(listener, blocks)
    assert_whole(listener, blocks)


def test_a_watcher_that_has_forgotten_everything_is_told_again() -> None:
    class Forgetful(Listener):
        def post(self, body: bytes) -> WatchAnswer:
            if self.n_posts == 3:
                self.forget()
            return super().post(body)

    listener, blocks = Forgetful(), blocks_of(small_problem(), CONFIG, size=1)
    sent(listener, blocks)
    assert_whole(listener, blocks)


def test_a_run_that_goes_on_from_a_checkpoint_is_told_on() -> None:
    listener, blocks = Listener(), blocks_of(small_problem(), CONFIG)
    sent(listener, blocks[:3])
    former = listener.n_rows
    sent(listener, blocks)  # its former epochs come first
    assert 0 < former < listener.n_rows
    assert_whole(listener, blocks)


@pytest.mark.parametrize("status", [400, 404, 409, 413])
def test_who_is_refused_for_good_says_so_once_and_stops(status: int) -> None:
    listener = Listener(lambda n: WatchAnswer(status, message="The page was closed."))
    said = sent(listener, blocks_of(small_problem(), CONFIG))
    assert said == ["here does not show this run: The page was closed."]
    assert listener.n_posts == 1


def test_nobody_there_delays_nothing() -> None:
    def trouble(n: int) -> None:
        raise ConnectionRefusedError("refused")

    said: list[str] = []
    sender = RunSender(Listener(trouble), "small.csv", said.append, 0.0, (0.001,))
    sender.start()
    sender.begin(small_head())
    for block in blocks_of(small_problem(), CONFIG):
        sender.add(block)
    sender.end(seconds=0.0)
    assert said[0].startswith("here can't be told") and said[-1].endswith("end of the run.")


def test_of_a_long_run_as_much_is_told_as_pictures_show() -> None:
    n_epochs, size = 30_000, 1_000
    config = TrainConfig(n_epochs=n_epochs)
    listener, blocks = Listener(), [*long_run(n_epochs, size)]
    sent(listener, blocks, RunHead.of(small_problem(), config, "long"))
    epochs = listener.column("epoch")
    assert len(epochs) <= MOST_SHOWN_EPOCHS and epochs[0] == 0 and epochs[-1] == n_epochs
    assert listener.rows[-1].block.status is Status.FINISHED
    np.testing.assert_array_equal(listener.column("bias"), epochs)


def long_run(n_epochs: int, size: int) -> Iterator[Block]:
    """Blocks of a run whose numbers are those of its epochs."""
    for start in range(0, n_epochs + 1, size):
        epoch = np.arange(start, min(start + size, n_epochs + 1))
        columns = {name: epoch.astype(float) for name in COLUMNS}
        columns |= {"epoch": epoch, "n_updates": epoch, "weights": np.zeros((len(epoch), 2))}
        is_last = epoch[-1] == n_epochs
        yield Block(**columns, status=Status.FINISHED if is_last else Status.RUNNING)


def test_the_reason_of_an_early_end_is_told() -> None:
    listener = Listener()
    sent(listener, blocks_of(small_problem(), CONFIG)[:2], stopped="Rank 1 is lost.")
    assert listener.kinds[-1] == "stopped" and listener.rows[-1].block.status is Status.RUNNING


@contextmanager
def answering(answers: list[tuple[int, bytes]]) -> Iterator[tuple[WatchAddress, list[bytes]]]:
    """A server that answers so, one after the other, and what it was sent."""
    got: list[bytes] = []

    def answer(body: bytes) -> tuple[int, bytes]:
        got.append(body)
        return answers[len(got) - 1]

    with http_server(answer) as url:
        yield WatchAddress.from_text(url), got


ANSWERS = [
    (200, json.dumps({"next": 7}).encode(), WatchAnswer(200, 7)),
    (404, json.dumps({"message": "Gone\x1b[2J."}).encode(), WatchAnswer(404, None, "Gone [2J.")),
    (200, b"<html>", WatchAnswer(200)),
    (200, b"[" * 5_000, WatchAnswer(200)),
    (200, json.dumps({"next": True, "message": 5}).encode(), WatchAnswer(200)),
    (502, b"\xff", WatchAnswer(502)),
]


def test_whatever_answers_is_understood_as_far_as_it_goes() -> None:
    with answering([(status, body) for status, body, _ in ANSWERS]) as (address, got):
        for *_, expected in ANSWERS:
            assert address.post(b"body") == expected
    assert got == [b"body"] * len(ANSWERS)
    with pytest.raises(OSError):
        address.post(b"body")
