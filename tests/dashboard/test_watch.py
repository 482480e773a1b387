"""Runs from elsewhere: who may send one, what is taken in, and that it plays as if trained here."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from starlette.applications import Starlette

from dashboard.watch import watches as watches_module
from dashboard.watch.page_view import states_csv
from dashboard.watch.routes import watch_routes
from dashboard.watch.watches import LOST_SECONDS, Stage, Watch, WatchServer
from linreg_core import Problem, Status, TrainConfig
from linreg_core.block import Block
from linreg_core.watching import MOST_MESSAGE_BYTES, RunHead, RunRows, pack_message
from linreg_core.watching.run_head import name_of_run
from linreg_core.watching.table_head import head_of_table
from tests.core.watching.watched import (
    CONFIG,
    blocks_of,
    curved_problem,
    small_head,
    small_problem,
)
from tests.dashboard.serving import Answer, LocalServer, ask, streamed, until, within_patience
from tests.dashboard.streams import Received, received

HEAD = small_head().to_message()
BLOCKS = blocks_of(small_problem(), CONFIG)
OVERFLOWING = TrainConfig(n_epochs=400, learning_rate=3.0)


class Watched:
    """A server with one watch."""

    def __init__(self) -> None:
        self.live = LocalServer()
        self.server = WatchServer(self.live)
        self.watch, self.token = self.server.watches.new()
        self.app = Starlette(routes=watch_routes(self.server, ""))

    async def post(self, body: bytes, token: str | None = None) -> Answer:
        return await ask(self.app, f"/watch/{token or self.token}", "POST", body=body)

    async def next(self, body: bytes) -> int:
        """How many rows are here after a message that is taken in."""
        answer = await self.post(body)
        assert answer.status == 200, answer.body
        if self.watch.run is not None:
            held = self.watch.run.held
            self.live.problems.hold(held.spec.fingerprint, held.make())
        return int(json.loads(answer.body)["next"])

    async def stream(self) -> Answer:
        visitor = self.live.visitors.new()
        return await ask(self.app, f"{self.address}?visitor={visitor.id}&slot=0")

    @property
    def address(self) -> str:
        return f"/watched/{self.watch.view_id}/{self.watch.number}"


@pytest.fixture
def watched() -> Iterator[Watched]:
    watched = Watched()
    yield watched
    watched.live.stop()


def rows(blocks: list[Block], first: int = 0, head: bytes = HEAD) -> list[bytes]:
    """The messages of a run's blocks."""
    name, messages = name_of_run(head), []
    for block in blocks:
        messages.append(RunRows(name, first, block, 0.5).to_message())
        first += len(block)
    return messages


async def play(watched: Watched, head: RunHead, blocks: list[Block]) -> Received:
    """Send a run, and look at it from when half of it is there."""
    message = head.to_message()
    assert await watched.next(message) == 0
    messages = rows(blocks, head=message)
    half = len(messages) // 2
    for each in messages[:half]:
        await watched.next(each)
    looking = asyncio.ensure_future(watched.stream())
    run = watched.watch.run
    assert run is not None
    await until(lambda: run.fed)
    for each in messages[half:]:
        await watched.next(each)
    answer = await looking
    assert answer.status == 200 and answer.headers["linreg-run"] == run.spec.id
    return received(answer.body)


def is_alike(found: Any, expected: Any) -> bool:
    """Whether they are equal, numbers to rounding."""
    if isinstance(expected, dict):
        return found.keys() == expected.keys() and all(
            is_alike(found[name], value) for name, value in expected.items()
        )
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(is_alike, found, expected))
    if isinstance(expected, float):
        return bool(found == pytest.approx(expected, rel=1e-9, abs=1e-12))
    return bool(found == expected)


def assert_same(found: Received, expected: Received) -> None:
    """The same pictures: all that does not tell of time, engine and the way there."""
    for kind in ("start", "reference", "end"):
        mine, theirs = found.the(kind), expected.the(kind)
        for name in theirs.fields.keys() - {"elapsed", "engine", "engineReason"}:
            assert is_alike(mine.fields[name], theirs.fields[name]), (kind, name)
        for name, column in theirs.columns.items():
            np.testing.assert_allclose(mine.columns[name], column, rtol=1e-6, err_msg=name)
    is_wide = expected.the("start").fields["wide"]
    for name in ("epoch", "trainLoss", "bias", "firstWeights" if is_wide else "weights"):
        np.testing.assert_allclose(found.column(name), expected.column(name), rtol=1e-6)


@pytest.mark.parametrize(
    "config, n_features",
    [(CONFIG, 2), (OVERFLOWING, 2), (CONFIG, 20)],
    ids=["finishes", "diverges", "wide"],
)
def test_a_run_from_elsewhere_plays_as_if_it_were_trained_here(
    watched: Watched, config: TrainConfig, n_features: int
) -> None:
    problem = small_problem(n_features=n_features)
    head = RunHead.of(problem, config, "small.csv")
    ordered = Problem.from_dataset(
        head.dataset, problem.n_test / 30, split="sequential"
    )  # as the head has the rows
    found = within_patience(play(watched, head, blocks_of(problem, config)))
    assert_same(found, streamed(ordered, config))
    assert watched.watch.standing.stage is Stage.ENDED
    assert found.the("end").fields["engine"].startswith("PyTorch")
    if config is OVERFLOWING:
        assert "is above" in found.the("end").fields["note"]


@pytest.mark.parametrize("n_rows", [30, 40_000])
def test_a_curve_over_one_column_is_drawn_as_of_a_run_that_is_trained_here(
    watched: Watched, n_rows: int
) -> None:
    problem = curved_problem(n_rows)
    head, blocks = head_of_table(problem, CONFIG, "c"), blocks_of(problem, CONFIG)
    start = within_patience(play(watched, head, blocks)).the("start")
    expected = streamed(problem, CONFIG).the("start")
    assert start.fields["curve"] == expected.fields["curve"] == {"column": "hours"}
    for name in ("curveAt", "curveFeatures"):
        np.testing.assert_array_equal(start.columns[name], expected.columns[name])
    X = start.columns["X"].reshape(-1, 2)
    np.testing.assert_array_equal(start.columns["curveX"], X[:, 0])
    assert watched.watch.run is not None and watched.watch.run.n_bytes > 8 * 50 * 3


@pytest.mark.parametrize("loss, batch_size", [("mse", None), ("huber", 256)])
def test_rows_that_stand_for_others_tell_of_all_of_them(
    watched: Watched, loss: str, batch_size: int | None
) -> None:
    problem = small_problem(60_000)
    config = TrainConfig(loss=loss, n_epochs=3, batch_size=batch_size)
    blocks = blocks_of(problem, config)
    found = within_patience(play(watched, head_of_table(problem, config, "large"), blocks))
    expected = streamed(problem, config)
    for name in ("nPoints", "nTrain", "nTest", "nRows", "loss", "featureNames"):
        assert found.the("start").fields[name] == expected.the("start").fields[name]
    assert len(found.the("start").columns["y"]) == 2_000
    for name in ("trainLoss", "testLoss", "bias"):
        mine, theirs = (each.the("reference").fields[name] for each in (found, expected))
        assert mine == pytest.approx(theirs, rel=1e-6)
    assert found.column("rowsSince").tolist() == expected.column("rowsSince").tolist()
    assert ("batchLoss" in found.rows()[0].columns) == (batch_size is not None)


def test_messages_that_come_twice_or_in_pieces_double_nothing(watched: Watched) -> None:
    async def scenario() -> None:
        messages = rows(BLOCKS)
        assert await watched.next(HEAD) == 0
        assert await watched.next(messages[0]) == 7
        assert await watched.next(messages[0]) == 7
        assert await watched.next(messages[2]) == 7  # one is missing between them
        assert await watched.next(HEAD) == 7  # a sender that was started anew asks how far it is
        assert await watched.next(rows([*BLOCKS[:2]])[1]) == 14
        for message in messages:
            await watched.next(message)

    within_patience(scenario())
    run = watched.watch.run
    assert run is not None
    np.testing.assert_array_equal(run.block.epoch, np.arange(41))
    assert run.status is BLOCKS[-1].status and len(run.rows) == len(BLOCKS)


def test_the_same_command_given_again_after_its_end_is_another_run(watched: Watched) -> None:
    async def scenario() -> tuple[int, int]:
        await watched.next(HEAD)
        for message in rows(BLOCKS):
            await watched.next(message)
        number = watched.watch.number
        await watched.next(pack_message("coming", {"title": "small.csv"}))
        assert watched.watch.standing.is_next_coming
        await watched.next(HEAD)
        return number, watched.watch.number

    first, second = within_patience(scenario())
    run = watched.watch.run
    assert run is not None and not run.rows and second == first + 1


def test_a_run_that_another_has_replaced_is_told_so(watched: Watched) -> None:
    async def scenario() -> Answer:
        await watched.next(HEAD)
        await watched.next(small_head(TrainConfig(n_epochs=5)).to_message())
        return await watched.post(rows(BLOCKS)[0])

    answer = within_patience(scenario())
    assert answer.status == 409 and "another run" in answer.message.lower()


def test_rows_of_a_run_that_is_not_known_ask_for_its_head(watched: Watched) -> None:
    assert within_patience(watched.post(rows(BLOCKS)[0])).status == 428


def test_a_run_that_was_stopped_says_why_and_may_go_on(watched: Watched) -> None:
    stop = pack_message("stopped", {"run": name_of_run(HEAD), "reason": "<b>Rank 1</b> is lost."})

    async def scenario() -> list[Answer]:
        await watched.next(HEAD)
        await watched.next(rows(BLOCKS)[0])
        looking = asyncio.ensure_future(watched.stream())
        run = watched.watch.run
        assert run is not None
        await until(lambda: run.fed)
        await watched.next(stop)
        answers = [await looking, await watched.stream()]
        assert watched.watch.standing.stage is Stage.STOPPED
        number = watched.watch.number
        await watched.next(rows(BLOCKS)[1])
        assert watched.watch.standing.stage is Stage.RUNNING
        assert watched.watch.number == number + 1  # its stream begins anew
        return answers

    for answer in within_patience(scenario()):  # also for those who come late
        found = received(answer.body)
        assert found.column("epoch").tolist() == list(range(7))
        message = found.the("error").fields["message"]
        assert message == "The run was stopped. <b>Rank 1</b> is lost."


REFUSED: dict[str, tuple[bytes, int]] = {
    "nothing": (b"", 400),
    "no message": (b"\x80\x04K\x01.", 400),
    "another kind": (pack_message("evil", {}), 400),
    "a title that is none": (pack_message("coming", {"title": 5}), 400),
    "too much": (bytes(MOST_MESSAGE_BYTES + 1), 413),
}


@pytest.mark.parametrize("body, status", REFUSED.values(), ids=REFUSED)
def test_what_is_no_message_is_refused_with_a_sentence(
    watched: Watched, body: bytes, status: int
) -> None:
    answer = within_patience(watched.post(body))
    assert answer.status == status and answer.message.endswith(".")
    assert watched.watch.run is None


def broken_rows() -> Iterator[tuple[str, bytes]]:
    """Rows that fit no place of the run that is there."""
    late = BLOCKS[1]
    yield "not from the start", RunRows(name_of_run(HEAD), 0, late, 0.0).to_message()
    wide = blocks_of(small_problem(n_features=3), CONFIG)[0]
    yield "other features", RunRows(name_of_run(HEAD), 0, wide, 0.0).to_message()
    beyond = blocks_of(small_problem(), TrainConfig(n_epochs=60), size=61)[0]
    yield "beyond the end", RunRows(name_of_run(HEAD), 0, beyond, 0.0).to_message()


@pytest.mark.parametrize("body", [pytest.param(b, id=name) for name, b in broken_rows()])
def test_rows_that_fit_nowhere_are_refused(watched: Watched, body: bytes) -> None:
    async def scenario() -> Answer:
        await watched.next(HEAD)
        return await watched.post(body)

    assert within_patience(scenario()).status == 400
    assert watched.watch.run is not None and not watched.watch.run.rows


def test_an_address_is_good_as_long_as_its_page_is_there(watched: Watched) -> None:
    async def scenario() -> list[Answer]:
        answers = [await watched.post(HEAD, token="0123456789abcdefgh")]
        answers.append(await watched.post(HEAD, token=watched.watch.view_id))
        await watched.next(HEAD)
        view_id = watched.watch.view_id
        del watched.watch
        gc.collect()
        answers.append(await watched.post(HEAD))
        answers.append(await ask(watched.app, f"/watched/{view_id}/1"))
        return answers

    answers = within_patience(scenario())
    assert [answer.status for answer in answers] == [404, 404, 404, 410]
    assert all("closed" in answer.message for answer in answers)


def test_whoever_opens_the_address_is_told_what_it_is_for(watched: Watched) -> None:
    answer = within_patience(ask(watched.app, f"/watch/{watched.token}"))
    assert answer.status == 405 and "--watch" in answer.message


def test_a_token_is_not_kept() -> None:
    watch = Watch("a token of somebody's")
    assert "a token" not in repr(vars(watch)) and len(watch.token_hash) == 64


def test_only_so_much_is_kept_at_once(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watches_module, "MOST_WATCHED_BYTES", len(HEAD) + 600)

    async def scenario() -> list[Answer]:
        await watched.next(HEAD)
        await watched.next(rows(BLOCKS)[0])
        first = await watched.post(rows(BLOCKS)[1])
        other, token = watched.server.watches.new()
        second = await watched.post(HEAD, token=token)
        assert other.run is None
        return [first, second]

    for answer in within_patience(scenario()):
        assert answer.status == 429 and answer.headers["retry-after"]


def test_one_message_of_a_watch_is_taken_in_at_a_time(watched: Watched) -> None:
    async def scenario() -> Answer:
        async with watched.watch.lock:
            return await watched.post(HEAD)

    assert within_patience(scenario()).status == 429


def test_silence_is_told() -> None:
    now = [0.0]
    watch = Watch("token", clock=lambda: now[0])
    assert watch.standing.stage is Stage.WAITING
    watch.hear_of_next("table.csv")
    assert watch.standing.stage is Stage.COMING
    now[0] = LOST_SECONDS + 1
    assert watch.standing.stage is Stage.LOST
    watch.hear_of_next("table.csv")
    assert watch.standing.stage is Stage.COMING


def test_the_view_hears_of_a_run_that_is_lost(watched: Watched) -> None:
    async def scenario() -> tuple[Answer, Answer]:
        await watched.next(HEAD)
        before = await ask(watched.app, f"{watched.address}/trainer")
        watched.watch.heard_at -= LOST_SECONDS + 1
        return before, await ask(watched.app, f"{watched.address}/trainer")

    before, after = within_patience(scenario())
    assert before.message == "" and after.message.startswith("Nothing has come from the run")


def test_states_are_taken_away_in_full_precision(watched: Watched) -> None:
    async def scenario() -> Any:
        await watched.next(HEAD)
        for message in rows(BLOCKS):
            await watched.next(message)
        return watched.watch.run

    run = within_patience(scenario())
    lines = states_csv(run).decode("utf-8-sig").splitlines()
    assert len(lines) == 42 and run.status is not Status.RUNNING
    names = [name.strip('"') for name in lines[0].split(",")]
    last = dict(zip(names, lines[-1].split(","), strict=True))
    assert float(last["bias"]) == BLOCKS[-1].bias[-1]
    assert float(last["weight_<b>1</b>"]) == BLOCKS[-1].weights[-1, 1]
