"""Rooms, people and runs for tests, made from few words."""

from __future__ import annotations

from typing import Any

from dashboard.problem_spec import GeneratedData, ProblemSpec
from dashboard.room.rooms import NewRoom, Rooms
from dashboard.room.tasks import Outcome
from dashboard.run_spec import RunSpec
from linreg_core import TrainConfig

SPEC = RunSpec(ProblemSpec(GeneratedData("line")), TrainConfig())
FREE = ("learning_rate",)


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def token(number: int) -> str:
    return f"{number:022d}"


def new_room(rooms: Rooms, title: str = "") -> NewRoom:
    return rooms.create(SPEC, FREE, title)


def outcome(run: str = "run", rate: float = 0.1, epochs: int | None = 10, **other: Any) -> Outcome:
    values = {"status": "finished", "final_loss": 1.0, "distance": 0.01} | other
    return Outcome(run, {"learning_rate": rate}, epochs_to_1_percent=epochs, **values)
