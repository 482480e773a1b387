"""The rules of a room, in any order: what happens is compared with a model after each step."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from dashboard.room.rooms import Rooms
from dashboard.room.tasks import TASKS
from dashboard.room.told import RoomChange
from dashboard.store.database import Store
from tests.room.making import FREE, SPEC, Clock, new_room, outcome, token
from tests.room.model import ModelPerson, ModelRoom

PLACES = 3
TOKENS = st.sampled_from([1, 1, 1, 2, 2, 3, 4, 5]).map(token)
"""Somebody who is there, more often than not: three find a place."""
NAMES = st.sampled_from(["Ada", "ADA", "Emmy", "Sofja"])
RUNS = st.sampled_from(["a", "b"])
OUTCOMES = {
    "rate": st.sampled_from([0.1, 0.2, 0.4]),
    "epochs": st.sampled_from([None, 3, 7]),
    "status": st.sampled_from(["converged", "finished", "diverged"]),
    "final_loss": st.sampled_from([None, 0.5, 2.0]),
}
SWITCHES = {
    "reveal": "isRevealed",
    "explain": "isExplained",
    "freeze": "isFrozen",
    "podium": "isPodium",
    "typed_names": "mayTypeNames",
}


class Reader:
    """Somebody who asks what came after, page by page, and keeps the newest of each thing."""

    def __init__(self, own: str | None) -> None:
        self.own, self.n = own, 0
        self.things: dict[Any, tuple[int, str, Any]] = {}

    def take(self, change: RoomChange) -> None:
        assert change.n > self.n
        self.n = change.n
        told = essence(change)
        self.things[change.kind, told[2] and identity(change)] = told
        if change.kind == "person" and change.body["isRemoved"]:
            gone = [
                key
                for key, (_, kind, what) in self.things.items()
                if kind == "dot" and what[1] == change.body["id"]
            ]
            for key in gone:
                del self.things[key]


def identity(change: RoomChange) -> Any:
    """What stays the same of a thing when it changes."""
    body = change.body
    return body["id"] if change.kind == "person" else (body["task"], body["person"], body["run"])


def essence(change: RoomChange) -> tuple[int, str, Any]:
    body = change.body
    if change.kind == "room":
        return change.n, "room", None
    if change.kind == "dot":
        return change.n, "dot", (body["task"], body["person"], body["run"])
    return change.n, "person", (body["id"], body["name"], body["isRemoved"], body["hasLeft"])


class RoomRules(RuleBasedStateMachine):
    """Steps on a real room and on a model of it."""

    url = ""

    @initialize()
    def open(self) -> None:
        self.clock = Clock()
        self.start()
        self.code = new_room(self.rooms).code
        self.model = ModelRoom(PLACES)
        self.readers = {own: Reader(own) for own in (None, token(1), token(2))}
        for number in (1, 2):
            self.join(token(number), None)
        self.start_task("fewest_epochs", None)

    def start(self) -> None:
        self.store = Store(self.url)
        self.rooms = Rooms(self.store, self.clock, PLACES)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.look()
            for own in self.readers:
                self.read_all(own)
            self.store.dispose()

    @rule()
    def restart(self) -> None:
        self.store.dispose()
        self.start()

    @rule(who=TOKENS, name=st.none() | NAMES)
    def join(self, who: str, name: str | None) -> None:
        if refusal := self.model.refusal_to_join(who, name):
            with pytest.raises(refusal):
                self.rooms.join(self.code, who, name)
            return
        joined = self.rooms.join(self.code, who, name)
        assert joined.is_new == (who not in self.model.people)
        if joined.is_new:
            given = joined.person.name if name is None else name
            assert not any(each.name == given for each in self.model.people.values())
            self.model.people[who] = ModelPerson(given, self.model.count(), joined.person.id)
        person = self.model.people[who]
        assert (joined.person.id, joined.person.name) == (person.id, person.name)
        if person.has_left:
            person.has_left, person.n = False, self.model.count()

    @rule(who=TOKENS, also_back=st.booleans())
    def leave_perhaps_for_a_while(self, who: str, also_back: bool) -> None:
        self.leave(who)
        if also_back:
            self.join(who, None)

    def leave(self, who: str) -> None:
        if refusal := self.model.refusal_to_act(who):
            with pytest.raises(refusal):
                self.rooms.leave(self.code, who)
            return
        self.rooms.leave(self.code, who)
        person = self.model.people[who]
        if not person.has_left:
            person.has_left, person.n = True, self.model.count()

    @rule(who=TOKENS, name=NAMES)
    def rename(self, who: str, name: str) -> None:
        refusal = self.model.refusal_to_act(who) or self.model.refusal_of_name(who, name)
        if refusal:
            with pytest.raises(refusal):
                self.rooms.rename(self.code, who, name)
            return
        self.rooms.rename(self.code, who, name)
        person = self.model.people[who]
        if person.name != name:
            person.name, person.n = name, self.model.count()

    @rule(who=TOKENS, values=st.fixed_dictionaries(OUTCOMES))
    def remove_after_a_run(self, who: str, values: dict[str, Any]) -> None:
        self.run(who, 0, "last", values)
        self.remove(who)

    def remove(self, who: str) -> None:
        if who not in self.model.people:
            return
        person = self.model.people[who]
        self.rooms.remove(self.code, person.id)
        if not person.is_removed:
            person.is_removed, person.n = True, self.model.count()
            self.model.dots = {key: dot for key, dot in self.model.dots.items() if key[1] != who}

    @rule(who=TOKENS, back=st.integers(0, 1), run=RUNS, values=st.fixed_dictionaries(OUTCOMES))
    def run(self, who: str, back: int, run: str, values: dict[str, Any]) -> None:
        """A run of the task that is on, or of the one before; often one that was there already."""
        task = max(1, len(self.model.measures) - back)
        done, person = outcome(run, **values), self.model.people.get(who)
        if refusal := self.model.refusal_to_act(who):
            with pytest.raises(refusal):
                self.rooms.record(self.code, task, person.id if person else 10**9, done)
            return
        is_new = (task, who, run) not in self.model.dots
        assert self.rooms.record(self.code, task, person.id, done) == is_new
        if is_new:
            self.model.dots[task, who, run] = (self.model.count(), done)

    @rule(order=st.permutations([1, 2, 3]), values=st.fixed_dictionaries(OUTCOMES))
    def run_the_same(self, order: list[int], values: dict[str, Any]) -> None:
        """Several people come to equal results: the earlier one is before the others."""
        for number in order:
            self.run(token(number), 0, "same", values)
        self.run(token(order[0]), 0, "again", values)

    @rule(kind=st.sampled_from([*TASKS]), seconds=st.none() | st.just(60))
    def start_task(self, kind: str, seconds: int | None) -> None:
        self.rooms.start_task(self.code, kind, SPEC, FREE, seconds=seconds)
        self.model.measures.append(TASKS[kind].measure)
        self.model.change_state()
        for name in ("follow", "freeze", "reveal", "explain"):
            self.model.switches[name] = False

    @rule(seconds=st.sampled_from([0, 59, 60]))
    def end_task(self, seconds: int) -> None:
        self.clock.now += seconds
        was_over = self.rooms.state(self.code).body["task"]["isOver"]
        self.rooms.end_task(self.code)
        assert self.rooms.state(self.code).body["task"]["isOver"]
        if not was_over:
            self.model.change_state()

    @rule(name=st.sampled_from(["follow", *SWITCHES]), on=st.booleans())
    def switch(self, name: str, on: bool) -> None:
        getattr(self.rooms, name)(self.code, on)
        if self.model.switches.get(name, False) != on:
            self.model.switches[name] = on
            self.model.change_state()
        self.model.may_type_names = self.model.switches.get("typed_names", False)

    @rule(own=st.sampled_from([None, token(1), token(2)]), limit=st.integers(1, 4))
    def read_a_page(self, own: str | None, limit: int) -> None:
        self.read(own, limit)

    def read_all(self, own: str | None) -> None:
        while self.read(own, 2):
            pass
        if self.person_of(own) != 0:
            assert sorted(self.readers[own].things.values()) == self.model.told(own)

    def read(self, own: str | None, limit: int) -> bool:
        reader, person_id = self.readers[own], self.person_of(own)
        page = self.rooms.changes(self.code, reader.n, person_id, limit)
        assert len(page.changes) <= limit and page.n >= reader.n
        for change in page.changes:
            reader.take(change)
        reader.n = page.n
        return page.more

    def person_of(self, own: str | None) -> int | None:
        """The number of a token's person, 0 for nobody."""
        return None if own is None else getattr(self.model.people.get(own), "id", 0)

    @invariant()
    def every_change_is_counted(self) -> None:
        if hasattr(self, "model"):
            assert self.rooms.n_changes(self.code) == self.model.n

    @rule()
    def look(self) -> None:
        """All is told in order and once; the board and the state are what they must be."""
        changes = self.rooms.changes(self.code, 0, None)
        assert [essence(each) for each in changes.changes] == self.model.told()
        assert changes.n == self.model.n
        self.look_at_the_board()
        self.look_at_the_state()

    def look_at_the_board(self) -> None:
        for task in range(1, len(self.model.measures) + 1):
            board, ranking = self.rooms.board(self.code, task), self.model.ranking(task)
            assert [(row.person, row.score) for row in board.rows] == ranking
            ranks = enumerate(ranking, start=1)
            assert board.ranks == {person: (rank, score) for rank, (person, score) in ranks}

    def look_at_the_state(self) -> None:
        body = self.rooms.state(self.code).body
        told = {name: body[member] for name, member in SWITCHES.items()}
        assert told == {name: self.model.switches.get(name, False) for name in SWITCHES}
        assert (body["mode"] == "follow") == self.model.switches.get("follow", False)
        people = self.model.people.values()
        assert body["nPeople"] == sum(not each.is_removed for each in people)


def test_the_rules_hold_in_any_order(url: str) -> None:
    machine = type("Rules", (RoomRules,), {"url": url})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20 if url.startswith("sqlite") else 6,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
