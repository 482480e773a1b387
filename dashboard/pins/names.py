"""What a run is called when it is pinned, until somebody calls it otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.numbers import plain_number
from dashboard.pins.differences import values_of
from dashboard.pins.pin import MAX_NAME_LETTERS, Pin
from dashboard.settings import ModelSettings
from linreg_core import SOLVERS


def name_for(settings: ModelSettings, others: Iterable[Pin]) -> str:
    """Return a name that tells a run from those that are pinned.

    It is the solver and its rate, then the first setting that differs, then a number.
    """
    others = tuple(others)
    taken = {pin.name for pin in others}
    solver = SOLVERS[settings.solver]
    rate = f" {plain_number(settings.learning_rate)}" if solver.is_iterative else ""
    name = f"{solver.label}{rate}"
    alike = [pin for pin in others if pin.name.startswith(name)]
    if alike and (what := _first_difference(settings, alike[-1].settings)):
        name = f"{name}, {what}"[:MAX_NAME_LETTERS]
    count, numbered = 2, name
    while numbered in taken:
        numbered, count = f"{name[: MAX_NAME_LETTERS - 4]} ({count})", count + 1
    return numbered


def _first_difference(settings: ModelSettings, other: ModelSettings) -> str:
    here, there = values_of(settings), values_of(other)
    different = (value for key, value in here.items() if value != there.get(key))
    return next((f"{value.label.lower()} {value.text}" for value in different), "")
