"""What a room must be, in plain Python: no database, no threads, one thing after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dashboard.room.errors import (
    NameIsTaken,
    NamesAreDrawn,
    NoSuchPerson,
    RoomIsFull,
    WasRemoved,
)
from dashboard.room.tasks import Outcome

BETTER = {"learning_rate": -1.0, "epochs_to_1_percent": 1.0, "final_loss": 1.0}
"""With which sign a smaller score is the better one."""


@dataclass
class ModelPerson:
    name: str
    n: int
    id: int = 0
    is_removed: bool = False
    has_left: bool = False


@dataclass
class ModelRoom:
    """People by token, dots by task, person and run, and the number of each thing's last change."""

    n_places: int
    n: int = 1
    state_n: int = 1
    may_type_names: bool = False
    people: dict[str, ModelPerson] = field(default_factory=dict)
    dots: dict[tuple[int, str, str], tuple[int, Outcome]] = field(default_factory=dict)
    measures: list[str | None] = field(default_factory=lambda: [None])
    switches: dict[str, bool] = field(default_factory=dict)

    def count(self) -> int:
        self.n += 1
        return self.n

    def change_state(self) -> None:
        self.state_n = self.count()

    def refusal_to_join(self, token: str, name: str | None) -> type[Exception] | None:
        person = self.people.get(token)
        if person is not None:
            return WasRemoved if person.is_removed else None
        if sum(not each.is_removed for each in self.people.values()) >= self.n_places:
            return RoomIsFull
        return None if name is None else self.refusal_of_name(token, name)

    def refusal_to_act(self, token: str) -> type[Exception] | None:
        if token not in self.people:
            return NoSuchPerson
        return WasRemoved if self.people[token].is_removed else None

    def refusal_of_name(self, token: str, name: str) -> type[Exception] | None:
        if not self.may_type_names:
            return NamesAreDrawn
        others = [each.name for own, each in self.people.items() if own != token]
        return NameIsTaken if name.casefold() in map(str.casefold, others) else None

    def told(self, token: str | None = None) -> list[tuple[int, str, Any]]:
        """Return all that there is to tell the presenter, or the person of a token, in order."""
        people = [
            (each.n, "person", (each.id, each.name, each.is_removed, each.has_left))
            for own, each in self.people.items()
            if token in (None, own)
        ]
        dots = [
            (n, "dot", (task, self.people[own].id, run))
            for (task, own, run), (n, _) in self.dots.items()
            if token in (None, own)
        ]
        return sorted([(self.state_n, "room", None), *people, *dots])

    def ranking(self, task: int) -> list[tuple[int, float]]:
        """Return who counts in a task, the best first, with their scores."""
        best: dict[str, tuple[float, int, float]] = {}
        for (number, own, _), (n, run) in self.dots.items():
            score = self._score(task, run)
            if number == task and score is not None:
                sign = BETTER[self.measures[task - 1] or ""]
                best[own] = min(best.get(own, (sign * score, n, score)), (sign * score, n, score))
        places = sorted((*key, own) for own, key in best.items())
        return [(self.people[own].id, score) for _, _, score, own in places]

    def _score(self, task: int, run: Outcome) -> float | None:
        measure = self.measures[task - 1]
        if measure is None:
            return None
        if measure == "final_loss":
            return None if run.status == "diverged" else run.final_loss
        if run.epochs_to_1_percent is None:
            return None
        by_name = {"learning_rate": run.settings["learning_rate"]}
        return float(by_name.get(measure, run.epochs_to_1_percent))
