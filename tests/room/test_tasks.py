"""What a task may ask, how runs are judged, the board, and the table to take away."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import fields
from typing import Any

import pytest

from dashboard.room.limits import BOARD_ROWS
from dashboard.room.rooms import Rooms
from dashboard.room.tasks import FREE_KNOBS, MEASURES, TASKS, Outcome
from linreg_core import ConfigError, Status, TrainConfig
from tests.room.making import FREE, SPEC, new_room, outcome, token

DIVERGED = {"status": Status.DIVERGED.value, "epochs": None, "final_loss": 1e300, "distance": None}
NEVER = {"epochs": None, "final_loss": 3.0}


def test_the_list_is_of_what_can_be_measured() -> None:
    assert {kind.measure for kind in TASKS.values()} - {None} == set(MEASURES)
    assert set(FREE_KNOBS) <= {field.name for field in fields(TrainConfig)}
    assert all(kind.text and kind.title for kind in TASKS.values() if kind.name != "own")


@pytest.mark.parametrize(
    ("measure", "run", "score"),
    [
        ("learning_rate", outcome(rate=0.3, epochs=5), 0.3),
        ("learning_rate", outcome(rate=0.3, **NEVER), None),
        ("learning_rate", outcome(rate=0.3, **DIVERGED), None),
        ("learning_rate", Outcome("run", {}, "finished", 1.0, 5, 0.1), SPEC.config.learning_rate),
        ("epochs_to_1_percent", outcome(epochs=5), 5.0),
        ("epochs_to_1_percent", outcome(**NEVER), None),
        ("epochs_to_1_percent", outcome(epochs=0), 0.0),
        ("final_loss", outcome(final_loss=0.25), 0.25),
        ("final_loss", outcome(**NEVER), 3.0),
        ("final_loss", outcome(**DIVERGED), None),
        ("final_loss", outcome(final_loss=math.inf), None),
        ("final_loss", outcome(final_loss=math.nan), None),
    ],
)
def test_runs_are_judged_by_what_the_task_compares(
    measure: str, run: Outcome, score: float | None
) -> None:
    assert MEASURES[measure].score(run, SPEC) == score


def test_numbers_that_are_none_are_told_as_none(rooms: Rooms) -> None:
    code = new_room(rooms).code
    person = rooms.join(code, token(1)).person.id
    rooms.record(code, 1, person, outcome(final_loss=math.inf, distance=math.nan))
    dot = rooms.changes(code, 0, None).changes[-1].body
    assert dot["finalLoss"] is None and dot["distance"] is None and dot["score"] is None


def test_the_earlier_of_equals_comes_first_and_only_the_best_run_counts(rooms: Rooms) -> None:
    code = new_room(rooms).code
    rooms.start_task(code, "fewest_epochs", SPEC, FREE)
    people = [rooms.join(code, token(number)).person for number in range(4)]
    for person, run, epochs in [(1, "a", 9), (0, "a", 5), (1, "b", 5), (2, "a", 3), (0, "b", 7)]:
        rooms.record(code, 2, people[person].id, outcome(run, epochs=epochs))
    rooms.record(code, 2, people[3].id, outcome(epochs=None))
    board = rooms.board(code, 2)
    assert [(row.rank, row.name, row.score) for row in board.rows] == [
        (1, people[2].name, 3.0),
        (2, people[0].name, 5.0),
        (3, people[1].name, 5.0),
    ]
    assert (board.n_people, board.n_counted) == (4, 3)
    assert board.body(people[1].id)["you"] == {"rank": 3, "score": 5.0}
    assert board.body(people[3].id)["you"] is None and "you" not in board.body()
    rooms.remove(code, people[2].id)
    assert rooms.board(code, 2).ranks == {people[0].id: (1, 5.0), people[1].id: (2, 5.0)}


def test_the_board_shows_the_first_ten_and_ranks_everybody(rooms: Rooms) -> None:
    code = new_room(rooms).code
    rooms.start_task(code, "largest_rate", SPEC, FREE)
    for number in range(12):
        person = rooms.join(code, token(number)).person.id
        rooms.record(code, 2, person, outcome(rate=0.1 + number / 100))
    board = rooms.board(code, 2)
    assert len(board.rows) == BOARD_ROWS and board.rows[0].score == 0.1 + 11 / 100
    assert sorted(rank for rank, _ in board.ranks.values()) == [*range(1, 13)]


def test_free_play_has_no_board(rooms: Rooms) -> None:
    code = new_room(rooms).code
    rooms.record(code, 1, rooms.join(code, token(1)).person.id, outcome())
    board = rooms.board(code, 1)
    assert board.rows == [] and board.ranks == {} and board.measure is None


def test_a_task_of_ones_own(rooms: Rooms) -> None:
    code = new_room(rooms).code
    asked = {"title": "Mine", "text": "Two\nlines\x00", "measure": "final_loss", "seconds": 30}
    rooms.start_task(code, "own", SPEC, FREE, **asked, bounds={"learning_rate": [0.01, 1]})
    told = rooms.state(code).body["task"]
    assert (told["title"], told["text"], told["better"]) == ("Mine", "Two\nlines", "smaller")
    assert told["bounds"] == {"learning_rate": [0.01, 1.0]} and told["free"] == ["learning_rate"]
    assert told["endsAt"] == told["startedAt"] + 30 and told["spec"] == SPEC.to_text()
    task = rooms.task(code, 2)
    assert task.spec == SPEC and task.free == FREE and task.bounds == {"learning_rate": (0.01, 1.0)}
    task.check_settings({"learning_rate": 0.5})


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"learning_rate": 2.0}, "`learning_rate` must be <= 1. Got 2.0."),
        ({"learning_rate": 0.001}, "`learning_rate` must be >= 0.01. Got 0.001."),
        ({"learning_rate": math.nan}, "`learning_rate` must be a finite number. Got nan."),
        ({"n_epochs": 5}, "`a free knob` must be one of 'learning_rate'. Got 'n_epochs'."),
    ],
)
def test_settings_keep_within_the_tasks_bounds(
    rooms: Rooms, values: dict[str, Any], sentence: str
) -> None:
    code = rooms.create(SPEC, FREE, bounds={"learning_rate": [0.01, 1]}).code
    with pytest.raises(ConfigError) as refused:
        rooms.task(code, 1).check_settings(values)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "race"},
        {"kind": None},
        {"free": "learning_rate"},
        {"free": ["engine"]},
        {"free": [["learning_rate"]]},
        {"bounds": [1, 2]},
        {"bounds": {"n_epochs": [1, 2]}},
        {"bounds": {"learning_rate": [2, 1]}},
        {"bounds": {"learning_rate": [0, math.inf]}},
        {"bounds": {"learning_rate": 3}},
        {"bounds": {"learning_rate": ["0", "1"]}},
        {"title": "x" * 81},
        {"title": 7},
        {"text": "x" * 501},
        {"measure": "beauty"},
        {"measure": "final_loss"},
        {"seconds": 0},
        {"seconds": 1e9},
        {"seconds": "60"},
        {"seconds": math.nan},
        {"kind": "largest_rate", "free": ["n_epochs"]},
    ],
    ids=repr,
)
def test_a_task_out_of_bounds_is_refused_and_changes_nothing(
    rooms: Rooms, wrong: dict[str, Any]
) -> None:
    code = new_room(rooms).code
    values = {"kind": "fewest_epochs", "free": FREE} | wrong
    with pytest.raises(ConfigError, match="Got"):
        rooms.start_task(code, values.pop("kind"), SPEC, values.pop("free"), **values)
    assert rooms.n_changes(code) == 1


def test_a_room_is_a_table_at_any_time(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.room.export.PAGE", 2)
    code = new_room(rooms).code
    rooms.typed_names(code, True)
    people = [rooms.join(code, token(1), "=cmd|' /C'!A0"), rooms.join(code, token(2))]
    rooms.start_task(code, "own", SPEC, ["n_epochs", "learning_rate"], title='Say "hi", all')
    for number in range(5):
        person = people[number % 2].person.id
        rooms.record(code, 1 + number % 2, person, outcome(f"run{number}"))
    lines = rooms.csv_rows(code)
    head = next(lines)
    first = next(lines)
    rooms.record(code, 1, people[0].person.id, outcome("late"))  # while the table is being read
    text = io.StringIO()
    csv.writer(text).writerows([head, first, *lines])
    table = [*csv.DictReader(io.StringIO(text.getvalue()))]
    assert [row["run"] for row in table] == ["run0", "run1", "run2", "run3", "run4", "late"]
    assert table[0]["name"] == "'=cmd|' /C'!A0" and table[1]["title"] == 'Say "hi", all'
    assert table[0]["learning_rate"] == "0.1" and table[0]["n_epochs"] == ""
    assert table[0]["at"] == "1970-01-12T13:46:40.000+00:00"
