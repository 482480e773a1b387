"""A run from elsewhere before a class: held while it is shown, told anew when it is another."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from dashboard.room.shown_watch import ShownWatch
from dashboard.watch.routes import watch_routes
from dashboard.watch.watches import Watches, WatchServer
from tests.core.watching.watched import CONFIG, blocks_of, small_head, small_problem
from tests.dashboard.classroom import Classroom
from tests.dashboard.serving import LocalServer, ask, until, within_patience
from tests.dashboard.streams import received
from tests.dashboard.test_watch import rows

PLAYHEAD = {"row": 7, "isPlaying": False, "speed": 1.0, "at": 1.0}
HEAD = small_head().to_message()
BLOCKS = blocks_of(small_problem(), CONFIG)


def test_of_a_run_from_elsewhere_the_newest_is_told() -> None:
    watches = Watches()
    watch, _ = watches.new()
    watch.number = 1
    shown, first = ShownWatch(watches), PLAYHEAD | {"address": watch.run_path}
    assert shown.told(first, 9.0) == first and not shown.has_next
    watch.number = 2
    assert shown.has_next
    second = {"row": 0, "isPlaying": True, "speed": 1.0, "at": 9.0, "address": watch.run_path}
    assert shown.told(first, 9.0) == second and not shown.has_next
    assert shown.told(first | {"row": 8}, 9.5) is None, "the presenter's page is late"
    later = PLAYHEAD | {"address": watch.run_path}
    assert shown.told(later | {"isPlaying": True}, 10.0) is None, "the class plays it already"
    for news in ({"isPlaying": True, "speed": 2.0}, {"isPlaying": True}, {"row": 3}):
        assert shown.told(later | news, 11.0) == later | news


@pytest.mark.parametrize("address", ["signed.run_-", "watched/gone/1", "watched", "other/x/1", ""])
def test_what_is_no_run_from_elsewhere_is_told_as_it_is(address: str) -> None:
    shown, playhead = ShownWatch(Watches()), PLAYHEAD | {"address": address}
    assert shown.told(playhead, 9.0) is playhead and not shown.has_next


def test_a_watch_is_held_while_it_is_shown_and_no_longer() -> None:
    watches = Watches()
    watch, token = watches.new()
    shown = ShownWatch(watches)
    shown.told(PLAYHEAD | {"address": watch.run_path}, 9.0)
    del watch
    assert watches.of_token(token) is not None, "its page was closed, and the class looks on"
    shown.told(PLAYHEAD | {"address": "signed.run"}, 9.0)
    assert watches.of_token(token) is None


class Lecture:
    """A room whose server has a watch, of which the presenter's page shows the run."""

    def __init__(self, server: LocalServer, folder: Path) -> None:
        watching = WatchServer(server)
        self.live, self.watches = server, watching.watches
        self.room = Classroom(server, folder, watches=self.watches)
        self.room.app.routes.extend(watch_routes(watching, ""))
        self.watch, self.token = self.watches.new()

    async def send(self, *messages: bytes) -> None:
        for message in messages:
            answer = await ask(self.room.app, f"/watch/{self.token}", "POST", body=message)
            assert answer.status == 200, answer.body
        run = self.watch.run
        assert run is not None
        self.live.problems.hold(run.held.spec.fingerprint, run.held.make())

    async def show(self) -> None:
        await self.room.present("follow", on=True)
        told = PLAYHEAD | {"address": self.watch.run_path}
        answer = await self.room.post("playhead", self.room.key, **told)
        assert answer.status == 200, answer.body


@pytest.fixture
def give(server: LocalServer, tmp_path: Path) -> Callable[[Callable[[Lecture], Any]], Any]:
    """Gives a lecture."""

    def give(scenario: Callable[[Lecture], Awaitable[Any]]) -> Any:
        async def whole() -> Any:
            lecture = Lecture(server, tmp_path)
            try:
                return await scenario(lecture)
            finally:
                lecture.room.close()

        return within_patience(whole())

    return give


def test_a_class_hears_of_the_next_run_and_never_of_the_token(give: Callable[..., Any]) -> None:
    async def scenario(lecture: Lecture) -> None:
        ann = await lecture.room.join()
        await lecture.send(HEAD, *rows(BLOCKS))
        async with lecture.room.listening(ann) as heard:
            await lecture.show()
            await until(lambda: heard.of("playhead"))
            assert heard.of("playhead")[-1].items() >= {"row": 7, "isPlaying": False}.items()
            await lecture.send(HEAD)  # the same command, given again
            await until(lambda: len(heard.of("playhead")) > 1)
            told = heard.of("playhead")[-1]
            assert (told["address"], told["row"]) == (lecture.watch.run_path, 0)
            assert told["address"].endswith("/2") and told["isPlaying"]
        async with lecture.room.listening(ann) as late:
            await until(lambda: late.of("playhead"))
            assert late.of("playhead")[-1]["address"] == lecture.watch.run_path
        for words in (heard.changes, late.changes):
            assert lecture.token not in json.dumps(words)

    give(scenario)


def test_a_room_that_has_ended_holds_nothing(give: Callable[..., Any]) -> None:
    async def scenario(lecture: Lecture) -> None:
        ann = await lecture.room.join()
        await lecture.send(HEAD)
        async with lecture.room.listening(ann) as heard:
            await lecture.show()
            await until(lambda: heard.of("playhead"))
            del lecture.watch
            assert lecture.watches.of_token(lecture.token) is not None
            await lecture.room.present("end")
            await until(lambda: heard.of("room")[-1]["hasEnded"])
            assert lecture.watches.of_token(lecture.token) is None

    give(scenario)


def test_a_class_looks_at_one_run_that_is_encoded_once(give: Callable[..., Any]) -> None:
    async def scenario(lecture: Lecture) -> None:
        messages = rows(BLOCKS)
        await lecture.send(HEAD, messages[0])
        path = f"/{lecture.watch.run_path}?slot=1&visitor="
        names = [lecture.live.visitors.new().id for _ in range(20)]
        looks = [asyncio.ensure_future(ask(lecture.room.app, path + name)) for name in names]
        run = lecture.watch.run
        assert run is not None
        await until(lambda: run.fed and len(run.fed[0]._views) == len(looks))
        assert len(run.fed) == 1
        await lecture.send(*messages[1:])
        bodies = {answer.body for answer in await asyncio.gather(*looks)}
        streams = [received(body).column("epoch").tolist() for body in bodies]
        assert all(epochs == list(range(41)) for epochs in streams)

    give(scenario)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "../watch/abc",
        "watched/abc",
        "watched/a/b/1",
        "watched/../x/1",
        "watched/abc/1?x=1",
        "watched/abc/" + "1" * 10,
        "//elsewhere.example/x",
        "a" * 4_001,
        "signed.run\n",
        "\u0661.run",
        7,
        None,
    ],
)
def test_a_playhead_names_a_run_or_is_refused(give: Callable[..., Any], address: object) -> None:
    async def scenario(lecture: Lecture) -> None:
        body = PLAYHEAD | {"address": address}
        answer = await lecture.room.post("playhead", lecture.room.key, **body)
        assert answer.status == 400 and "must be that of a run" in answer.message

    give(scenario)
