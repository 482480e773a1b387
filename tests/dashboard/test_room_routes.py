"""The room's routes: who may ask what, and what a class's runs become."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dashboard.links import read_query
from dashboard.room.rate_limit import RateLimit
from dashboard.room.room_server import GUESSES_A_MINUTE, RUNS_A_SECOND
from linreg_core.theory.sweeps import sweep
from tests.dashboard.classroom import LINE, Classroom, end_of, signed, token_for
from tests.dashboard.serving import SECRETS, LocalServer, ask, until, within_patience

Scenario = Callable[[Classroom], Awaitable[Any]]


@pytest.fixture
def play(server: LocalServer, tmp_path: Path) -> Callable[[Scenario], Any]:
    """Plays a scenario in a room of its own."""

    def run(scenario: Scenario) -> Any:
        async def whole() -> Any:
            room = Classroom(server, tmp_path)
            try:
                return await scenario(room)
            finally:
                room.close()

        return within_patience(whole())

    return run


def test_a_run_becomes_a_dot_as_the_core_judges_it(play: Callable[[Scenario], Any]) -> None:
    async def scenario(room: Classroom) -> None:
        ann = await room.join()
        answer = await room.run(ann, learning_rate=0.3)
        assert answer.status == 200
        (dot,) = await room.dots()
        spec = LINE.run_spec
        expected = sweep(spec.problem.build(), [_with_rate(0.3)])
        assert (
            dot["settings"] == {"learning_rate": 0.3} and dot["status"] == end_of(answer)["status"]
        )
        assert dot["finalLoss"] == pytest.approx(expected.final_loss[0])
        assert dot["epochsTo1Percent"] == expected.epochs_to_1_percent[0]
        assert dot["run"] == answer.headers["linreg-run"]

    play(scenario)


def _with_rate(rate: float) -> Any:
    return replace(LINE, learning_rate=rate).config()


def test_the_same_run_is_one_dot_and_a_preview_none(play: Callable[[Scenario], Any]) -> None:
    async def scenario(room: Classroom) -> None:
        ann, bob = await room.join("ann"), await room.join("bob")
        await room.run(ann, learning_rate=0.2, preview=10)
        assert await room.dots() == []
        for token, tab in ((ann, "one"), (ann, "two"), (ann, "one"), (bob, "one")):
            await room.run(token, tab=tab, learning_rate=0.2)
        assert [dot["person"] for dot in await room.dots()] == [1, 2]
        assert [dot["person"] for dot in await room.dots(ann)] == [1]
        assert [dot["person"] for dot in await room.dots(bob)] == [2]

    play(scenario)


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ({"learning_rate": "-1"}, 400, "learning_rate"),
        ({"learning_rate": "nan"}, 400, "learning_rate"),
        ({"learning_rate": "<script>"}, 400, "learning_rate"),
        ({"momentum": "0.5"}, 400, "free knob"),
        ({"n_epochs": "100000"}, 400, "free knob"),
        ({"engine": "torch"}, 400, "free knob"),
        ({"preview": "0"}, 400, "preview"),
        ({"preview": "201"}, 400, "preview"),
        ({"preview": "x" * 500}, 400, "preview"),
        ({"task": "2"}, 409, "over"),
        ({"task": "-1"}, 400, "task"),
        ({"task": "99999999999999999999"}, 400, "task"),
        ({"visitor": "short"}, 400, "visitor"),
        ({"slot": "11"}, 400, "slot"),
    ],
)
def test_a_run_out_of_bounds_is_refused_with_a_sentence(
    play: Callable[[Scenario], Any], query: dict[str, str], status: int, says: str
) -> None:
    async def scenario(room: Classroom) -> None:
        ann = await room.join()
        asked = {"task": 1, "visitor": token_for("tab"), "slot": 0, **query}
        answer = await room.get("run", ann, **asked)
        assert answer.status == status and says in answer.message
        assert not [secret for secret in SECRETS if secret in answer.message]
        assert await room.dots() == []

    play(scenario)


def test_asking_for_a_runs_head_trains_nothing(play: Callable[[Scenario], Any]) -> None:
    async def scenario(room: Classroom) -> None:
        ann = await room.join()
        address = f"/room/{room.code}/run?task=1&visitor={token_for('tab')}&learning_rate=0.2"
        answer = await ask(room.app, address, "HEAD", signed(ann))
        assert (answer.status, answer.body) == (200, b"")
        assert await room.dots() == []

    play(scenario)


def test_bounds_of_a_task_hold(play: Callable[[Scenario], Any]) -> None:
    async def scenario(room: Classroom) -> None:
        ann = await room.join()
        address = room.live.addresses.address(LINE.run_spec)
        bounds = {"learning_rate": [0.01, 0.5]}
        answer = await room.present(
            "start_task",
            kind="largest_rate",
            address=address,
            free=["learning_rate"],
            bounds=bounds,
        )
        assert answer.status == 200, answer.body
        assert (await room.run(ann, task=2, learning_rate=0.6)).status == 400
        assert (await room.run(ann, task=2, learning_rate=0.5)).status == 200
        assert (await room.run(ann, task=1, learning_rate=0.5)).status == 409
        (dot,) = await room.dots()
        assert (dot["task"], dot["score"]) == (2, 0.5)

    play(scenario)


def test_strangers_and_people_may_not_present(play: Callable[[Scenario], Any]) -> None:
    async def scenario(room: Classroom) -> None:
        ann = await room.join()
        for token in ("", ann, token_for("nobody"), "x" * 500):
            for path in ("present", "playhead"):
                answer = await room.post(path, token, do="reveal", on=True)
                assert answer.status == 401
            assert (await room.get("board.csv", token)).status == 401
        for token in ("", token_for("nobody")):
            assert (await room.get("events", token)).status == 401
            assert (await room.get("changes", token, after=0)).status == 401
            assert (await room.run(token, learning_rate=0.2)).status == 401

    play(scenario)


def test_who_is_removed_is_out_for_good(play: Callable[[Scenario], Any]) -> None:
    async def scenario(room: Classroom) -> None:
        ann = await room.join()
        await room.run(ann, learning_rate=0.2)
        async with room.listening(ann) as heard:
            assert (await room.present("remove", person=1)).status == 200
            await until(lambda: heard.is_over)
            assert heard.of("person")[-1]["isRemoved"]
        assert (await room.post("people", ann)).status == 403
        assert (await room.run(ann, learning_rate=0.3)).status == 403
        assert await room.dots() == []

    play(scenario)


def test_who_is_removed_while_told_where_the_room_stands_hears_of_it(
    play: Callable[[Scenario], Any],
) -> None:
    async def scenario(room: Classroom) -> None:
        await room.join()
        channel = await room.server.hub.channel(room.code)
        hearing = channel.listen(1, 0)
        heard = [await anext(hearing)]
        assert (await room.present("remove", person=1)).status == 200
        await channel.look()
        heard += [change async for change in hearing]
        assert heard[-1].body["isRemoved"]

    play(scenario)


def test_events_tell_people_their_own_and_the_presenter_all(
    play: Callable[[Scenario], Any],
) -> None:
    async def scenario(room: Classroom) -> None:
        ann, bob = await room.join("ann"), await room.join("bob")
        async with room.listening(ann) as hers, room.listening(room.key) as all_of_it:
            await room.run(ann, learning_rate=0.2)
            await room.run(bob, learning_rate=0.2)
            await until(lambda: len(all_of_it.of("dot")) == 2)
            assert [dot["person"] for dot in hers.of("dot")] == [1]
            assert {person["id"] for person in hers.of("person")} == {1}
            assert {person["id"] for person in all_of_it.of("person")} == {1, 2}
            state = hers.of("room")[0]
            assert "spec" not in state["task"] and state["now"] > 0
            assert state["task"]["knobs"][0]["name"] == "learning_rate"
            assert room.live.addresses.spec(state["task"]["address"]) == LINE.run_spec

    play(scenario)


def test_who_comes_back_hears_what_was_missed_and_no_more(play: Callable[[Scenario], Any]) -> None:
    async def scenario(room: Classroom) -> None:
        ann = await room.join()
        await room.run(ann, learning_rate=0.1)
        async with room.listening(ann) as heard:
            await until(lambda: heard.of("dot"))
        last = heard.changes[-1][0]
        await room.run(ann, learning_rate=0.2)
        async with room.listening(ann, after=last) as again:
            await until(lambda: again.of("dot"))
            await room.run(ann, learning_rate=0.3)
            await until(lambda: len(again.of("dot")) == 2)
        rates = [dot["settings"]["learning_rate"] for dot in again.of("dot")]
        assert rates == [0.2, 0.3] and len(again.of("room")) == 1

    play(scenario)


def test_the_board_is_pushed_at_the_reveal_and_kept_up(play: Callable[[Scenario], Any]) -> None:
    async def scenario(room: Classroom) -> None:
        ann, bob = await room.join("ann"), await room.join("bob")
        address = room.live.addresses.address(LINE.run_spec)
        await room.present(
            "start_task", kind="largest_rate", address=address, free=["learning_rate"]
        )
        await room.run(ann, task=2, learning_rate=0.2)
        async with room.listening(ann) as hers, room.listening(bob) as his:
            assert not hers.of("board")
            await room.present("reveal", on=True)
            await until(lambda: hers.of("board") and his.of("board"))
            assert hers.of("board")[0]["you"] == {"rank": 1, "score": 0.2}
            assert his.of("board")[0]["you"] is None
            await room.run(bob, task=2, learning_rate=0.3)
            await until(lambda: len(hers.of("board")) > 1)
            assert hers.of("board")[-1]["you"]["rank"] == 2
            await room.present("reveal", on=False)
            await until(lambda: not hers.of("room")[-1]["isRevealed"])
        async with room.listening(ann) as later:
            assert not later.of("board")

    play(scenario)


def test_the_playhead_is_told_to_everybody(play: Callable[[Scenario], Any]) -> None:
    async def scenario(room: Classroom) -> None:
        ann = await room.join()
        async with room.listening(ann) as heard:
            await room.present("follow", on=True)
            told = {"address": "abc", "row": 3, "isPlaying": True, "speed": 1}
            assert (await room.post("playhead", room.key, **told)).status == 200
            await until(lambda: heard.of("playhead"))
            assert heard.of("playhead")[-1].items() >= told.items()
        async with room.listening(ann) as later:
            assert later.of("playhead") and later.of("room")[0]["mode"] == "follow"

    play(scenario)


def test_where_a_room_stands_holds_no_dots(play: Callable[[Scenario], Any]) -> None:
    async def scenario(room: Classroom) -> None:
        ann = await room.join()
        await room.run(ann, learning_rate=0.2)
        answer = await room.get("standing", room.key)
        assert [change["kind"] for change in json.loads(answer.body)["changes"]] == ["room"]
        assert (await room.get("standing", token_for("nobody"))).status == 401

    play(scenario)


def test_codes_cannot_be_guessed_for_long(play: Callable[[Scenario], Any]) -> None:
    async def scenario(room: Classroom) -> None:
        ann = await room.join()
        code, room.code = room.code, "XXXXXX"
        for _ in range(GUESSES_A_MINUTE):
            assert (await room.post("people", token_for("bob"))).status == 404
        assert (await room.post("people", token_for("bob"))).status == 429
        room.code = code
        assert (await room.post("people", token_for("bob"))).status == 429
        assert (await room.post("people", ann)).status == 200, "who is in stays in"
        assert (await room.run(ann, learning_rate=0.2)).status == 200

    play(scenario)


def test_one_person_asks_only_so_often(play: Callable[[Scenario], Any]) -> None:
    async def scenario(room: Classroom) -> None:
        ann, bob = await room.join("ann"), await room.join("bob")
        room.server.runs = RateLimit(RUNS_A_SECOND, 1.0, clock=lambda: 0.0)
        answers = [await room.run(ann, learning_rate=0.2) for _ in range(RUNS_A_SECOND + 3)]
        assert [answer.status for answer in answers] == [200] * RUNS_A_SECOND + [429] * 3
        assert (await room.run(bob, learning_rate=0.2)).status == 200

    play(scenario)


def test_a_dot_opens_as_a_link_to_the_play_page(play: Callable[[Scenario], Any]) -> None:
    async def scenario(room: Classroom) -> None:
        ann = await room.join()
        run = (await room.run(ann, learning_rate=0.3)).headers["linreg-run"]
        answer = await room.get(f"open/{run}", task=1)
        assert answer.status == 303
        link = answer.headers["location"]
        query = dict(pair.split("=", 1) for pair in link.partition("?")[2].split("&"))
        settings, notices = read_query(query)
        assert settings.run_spec.id == run and not notices
        assert (await room.get("open/nothing", task=1)).status == 404

    play(scenario)


def test_a_table_of_all_dots_at_any_time(play: Callable[[Scenario], Any]) -> None:
    async def scenario(room: Classroom) -> None:
        ann = await room.join()
        await room.run(ann, learning_rate=0.3)
        answer = await room.get("board.csv", room.key)
        assert answer.headers["content-type"].startswith("text/csv")
        head, line = answer.body.decode().splitlines()
        assert dict(zip(head.split(","), line.split(","), strict=True))["learning_rate"] == "0.3"

    play(scenario)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b'{"do": 1}'])
def test_nonsense_gets_a_sentence(play: Callable[[Scenario], Any], body: bytes) -> None:
    async def scenario(room: Classroom) -> None:
        address = f"/room/{room.code}/present"
        answer = await ask(room.app, address, "POST", signed(room.key), body)
        assert answer.status == 400 and answer.message.endswith(".")

    play(scenario)


def test_a_room_that_is_deleted_is_gone(play: Callable[[Scenario], Any]) -> None:
    async def scenario(room: Classroom) -> None:
        ann = await room.join()
        async with room.listening(ann) as heard:
            assert (await room.present("delete")).status == 200
            await until(lambda: heard.is_over)
        assert (await room.post("people", ann)).status == 404

    play(scenario)


def test_a_room_that_has_ended_says_so(play: Callable[[Scenario], Any]) -> None:
    async def scenario(room: Classroom) -> None:
        ann = await room.join()
        async with room.listening(ann) as heard:
            await room.present("end")
            await until(lambda: heard.of("room")[-1]["hasEnded"])
        assert (await room.post("people", token_for("bob"))).status == 410
        assert (await room.run(ann, learning_rate=0.2)).status == 409
        answer = await room.get("changes", room.key, after=0)
        assert json.loads(answer.body)["changes"][0]["body"]["hasEnded"]

    play(scenario)


@pytest.mark.parametrize("address", ["/join", "/join/", "/join/CDF-346", "/join/nonsense"])
def test_the_participants_page_is_there_for_every_code(
    play: Callable[[Scenario], Any], address: str
) -> None:
    async def scenario(room: Classroom) -> None:
        answer = await ask(room.app, address)
        assert answer.status == 200 and answer.headers["content-type"].startswith("text/html")
        assert "script-src 'self'" in answer.headers["content-security-policy"]

    play(scenario)
