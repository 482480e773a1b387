"""What presenters and participants can do in a room, one thing at a time."""

from __future__ import annotations

import math

import pytest

from dashboard.library.tables import SavedRunRow
from dashboard.room.errors import (
    BadToken,
    NameIsTaken,
    NamesAreDrawn,
    NoSuchPerson,
    NoSuchRoom,
    NoSuchTask,
    RoomEnded,
    RoomIsFull,
    TooManyRooms,
    TooManyRuns,
    WasRemoved,
)
from dashboard.room.limits import PEOPLE_VARIABLE, ROOM_SECONDS
from dashboard.room.rooms import Rooms
from dashboard.store.base import Base
from dashboard.store.database import Store
from linreg_core import ConfigError
from tests.room.making import FREE, SPEC, Clock, new_room, outcome, token


def test_a_token_is_a_person(rooms: Rooms) -> None:
    code = new_room(rooms).code
    first = rooms.join(code, token(1))
    assert first.is_new and rooms.join(code, token(1)).person == first.person
    assert not rooms.join(code, token(1)).is_new
    assert rooms.join(code, token(2)).person.name != first.person.name
    assert rooms.state(code).body["nPeople"] == 2


@pytest.mark.parametrize("bad", ["", "a" * 21, "a" * 65, "a" * 21 + "é", "a" * 22 + "\n", 7, None])
def test_a_token_that_no_browser_draws_is_refused(rooms: Rooms, bad: str) -> None:
    with pytest.raises(BadToken):
        rooms.join(new_room(rooms).code, bad)


def test_a_code_is_read_as_people_type_it(rooms: Rooms) -> None:
    code = new_room(rooms).code
    typed = f" {code[:3].lower()}-{code[3:]} "
    assert rooms.state(typed) == rooms.state(code)
    for wrong in ("", code[:5], code + "3", "O" * 6, "x" * 1000, "%_%_%_"):
        with pytest.raises(NoSuchRoom):
            rooms.state(wrong)


def test_a_run_is_one_dot_however_often_it_comes(rooms: Rooms) -> None:
    code = new_room(rooms).code
    person = rooms.join(code, token(1)).person
    assert rooms.record(code, 1, person.id, outcome("a"))
    n = rooms.n_changes(code)
    assert not rooms.record(code, 1, person.id, outcome("a"))
    assert rooms.n_changes(code) == n
    dots = [each for each in rooms.changes(code, 0, None).changes if each.kind == "dot"]
    assert [each.body["run"] for each in dots] == ["a"]


def test_who_was_removed_stays_out_with_all_their_dots(rooms: Rooms) -> None:
    code = new_room(rooms).code
    person = rooms.join(code, token(1)).person
    rooms.record(code, 1, person.id, outcome())
    rooms.remove(code, person.id)
    for again in (
        lambda: rooms.join(code, token(1)),
        lambda: rooms.leave(code, token(1)),
        lambda: rooms.record(code, 1, person.id, outcome("b")),
    ):
        with pytest.raises(WasRemoved):
            again()
    changes = rooms.changes(code, 0, None).changes
    assert [each.kind for each in changes] == ["room", "person"]
    assert changes[-1].body["isRemoved"] and rooms.state(code).body["nPeople"] == 0
    with pytest.raises(NoSuchPerson):
        rooms.remove(code, person.id + 1)


def test_who_leaves_comes_back_as_the_same_person(rooms: Rooms) -> None:
    code = new_room(rooms).code
    person = rooms.join(code, token(1)).person
    rooms.leave(code, token(1))
    assert rooms.person(code, token(1)).has_left
    back = rooms.join(code, token(1))
    assert back.person == person and not back.is_new


def test_a_full_room_lets_in_only_those_who_are_of_it(store: Store) -> None:
    rooms = Rooms(store, max_people=2)
    code = new_room(rooms).code
    first = rooms.join(code, token(1)).person
    rooms.join(code, token(2))
    with pytest.raises(RoomIsFull, match="2 places"):
        rooms.join(code, token(3))
    rooms.leave(code, token(1))
    assert rooms.join(code, token(1)).person == first
    rooms.remove(code, first.id)
    assert rooms.join(code, token(3)).is_new


@pytest.mark.parametrize(
    ("text", "n_places"),
    [("7", 7), ("0", 300), ("3001", 300), ("-1", 300), ("many", 300), ("²", 300)],
)
def test_a_setting_says_how_many_places_there_are(
    store: Store, monkeypatch: pytest.MonkeyPatch, text: str, n_places: int
) -> None:
    monkeypatch.setenv(PEOPLE_VARIABLE, text)
    rooms = Rooms(store)
    assert rooms.state(new_room(rooms).code).body["maxPeople"] == n_places


def test_only_the_newest_playhead_is_kept_with_a_number_of_its_own(rooms: Rooms) -> None:
    code = new_room(rooms).code
    assert rooms.playhead(code) is None
    for row in (1, 2):
        rooms.set_playhead(code, {"address": "a", "row": row})
    assert rooms.playhead(code) == {"address": "a", "row": 2}
    assert (rooms.news([code, "x"])[code].playhead_n, rooms.n_changes(code)) == (2, 1)
    for wrong in ({"row": math.nan}, {"address": "x" * 6_000}):
        with pytest.raises(ConfigError, match="A playhead must .* Got"):
            rooms.set_playhead(code, wrong)


def test_rooms_of_one_database_are_bounded(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.room.room_rows.MAX_OPEN_ROOMS", 2)
    first = new_room(rooms)
    new_room(rooms)
    with pytest.raises(TooManyRooms, match="at most 2 rooms"):
        new_room(rooms)
    rooms.end(first.code)
    assert new_room(rooms).code != first.code


def test_tasks_of_one_room_are_bounded(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.room.rooms.MAX_TASKS", 2)
    code = new_room(rooms).code
    rooms.start_task(code, "lowest_loss", SPEC, FREE)
    with pytest.raises(ConfigError, match="at most 2 tasks"):
        rooms.start_task(code, "lowest_loss", SPEC, FREE)


def test_a_reader_that_is_ahead_is_told_everything_anew(rooms: Rooms) -> None:
    code = new_room(rooms).code
    rooms.join(code, token(1))
    assert rooms.changes(code, 99, None) == rooms.changes(code, 0, None)


def test_a_room_ends_after_a_day_and_is_gone_after_another(rooms: Rooms, clock: Clock) -> None:
    code = new_room(rooms).code
    rooms.join(code, token(1))
    clock.now += ROOM_SECONDS
    assert rooms.state(code).body["hasEnded"]
    for late in (lambda: rooms.join(code, token(1)), lambda: rooms.reveal(code, True)):
        with pytest.raises(RoomEnded):
            late()
    assert rooms.end_old() == (1, 0)
    assert rooms.end_old() == (0, 0) and rooms.state(code).body["hasEnded"]
    clock.now += ROOM_SECONDS
    assert rooms.end_old() == (0, 1)
    with pytest.raises(NoSuchRoom):
        rooms.state(code)


def test_only_the_key_presents(rooms: Rooms) -> None:
    one, other = new_room(rooms), new_room(rooms)
    assert rooms.is_presenter(one.code, one.key)
    assert not any(rooms.is_presenter(one.code, key) for key in (other.key, "", "é", token(1)))


def test_names_are_typed_where_the_presenter_allows_it(rooms: Rooms) -> None:
    code = new_room(rooms).code
    rooms.join(code, token(1))
    with pytest.raises(NamesAreDrawn):
        rooms.rename(code, token(1), "Ada")
    with pytest.raises(NamesAreDrawn):
        rooms.join(code, token(2), "Ada")
    rooms.typed_names(code, True)
    assert rooms.rename(code, token(1), " Ada  L ").name == "Ada L"
    with pytest.raises(NameIsTaken):
        rooms.join(code, token(2), "ADA l")
    assert rooms.rename(code, token(1), "ADA l").name == "ADA l"


def test_a_task_begins_with_everybody_free(rooms: Rooms) -> None:
    code = new_room(rooms).code
    for switch in (rooms.follow, rooms.freeze, rooms.reveal, rooms.explain, rooms.podium):
        switch(code, True)
    n = rooms.start_task(code, "fewest_epochs", SPEC, FREE, seconds=60)
    state = rooms.state(code)
    assert state.n == n and state.body["mode"] == "free" and state.body["isPodium"]
    assert not any(state.body[name] for name in ("isFrozen", "isRevealed", "isExplained"))
    assert state.body["task"]["number"] == 2


def test_a_countdown_ends_a_task_and_so_does_the_presenter(rooms: Rooms, clock: Clock) -> None:
    code = new_room(rooms).code
    rooms.start_task(code, "fewest_epochs", SPEC, FREE, seconds=60)
    task = rooms.task(code, 2)
    assert not task.is_over(clock.now + 59) and task.is_over(clock.now + 60)
    rooms.end_task(code)
    assert rooms.state(code).body["task"]["isOver"] and rooms.task(code, 2).is_over(clock.now)
    n = rooms.n_changes(code)
    assert rooms.end_task(code) == n
    with pytest.raises(NoSuchTask):
        rooms.task(code, 3)


def test_one_person_makes_so_many_dots_and_no_more(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.room.dots.MAX_RUNS_EACH", 3)
    code = new_room(rooms).code
    person = rooms.join(code, token(1)).person.id
    for number in range(3):
        rooms.record(code, 1, person, outcome(str(number)))
    with pytest.raises(TooManyRuns):
        rooms.record(code, 1, person, outcome("more"))
    assert not rooms.record(code, 1, person, outcome("0"))


def test_nothing_is_left_of_a_deleted_room(rooms: Rooms, store: Store) -> None:
    code, other = new_room(rooms).code, new_room(rooms).code
    for each in (code, other):
        rooms.record(each, 1, rooms.join(each, token(1)).person.id, outcome())
    rooms.delete(code)
    with store.reading() as session:
        counts = {
            table.name: len(session.execute(table.select()).all())
            for table in Base.metadata.sorted_tables
            if table.name != SavedRunRow.__tablename__  # no room's
        }
    assert counts == {"rooms": 1, "people": 1, "tasks": 1, "runs": 1}
