"""What a class can be asked to do, and how a run is judged: by what the server trained itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from dashboard.escaping import one_line
from dashboard.room.limits import MAX_SECONDS, MAX_TEXT, MAX_TITLE, MIN_SECONDS
from dashboard.run_spec import RunSpec
from linreg_core import ConfigError, Status
from linreg_core.checks import broken, choice, finite_number
from table_reader.wording import shown


@dataclass(frozen=True)
class Outcome:
    """How a run ended. `settings` are the values of the task's free knobs.

    `epochs_to_1_percent` is the first epoch from which the loss stayed within 1 % of least squares,
    None where it never did; `distance` is the root mean square of the difference between both
    fits' predictions on the training rows, in the target's unit.
    """

    spec_id: str
    settings: Mapping[str, Any]
    status: str
    final_loss: float | None
    epochs_to_1_percent: int | None
    distance: float | None


@dataclass(frozen=True)
class Measure:
    """What a task compares. `score` is a run's, or None where the run does not count."""

    name: str
    better: str
    score: Callable[[Outcome, RunSpec], float | None]


@dataclass(frozen=True)
class TaskKind:
    """A task of the list; `measure` names what is compared, None for nothing."""

    name: str
    title: str
    text: str
    measure: str | None


@dataclass(frozen=True)
class Task:
    """A task of a room, as it was started."""

    number: int
    kind: str
    title: str
    text: str
    measure: str | None
    spec: RunSpec
    free: tuple[str, ...]
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    started_at: float = 0.0
    ends_at: float | None = None

    def is_over(self, now: float) -> bool:
        """Whether its countdown, or the presenter, has ended it."""
        return self.ends_at is not None and now >= self.ends_at

    def check_settings(self, values: Mapping[str, Any]) -> None:
        """Raise ConfigError when a value is of no free knob, or out of the task's bounds."""
        for name, value in values.items():
            choice("a free knob", name, self.free)
            if name in self.bounds:
                low, high = self.bounds[name]
                finite_number(name, value, minimum=low, maximum=high)


def _learning_rate(run: Outcome, spec: RunSpec) -> float | None:
    if run.epochs_to_1_percent is None:
        return None
    return float(run.settings.get("learning_rate", spec.config.learning_rate))


def _epochs(run: Outcome, _spec: RunSpec) -> float | None:
    return None if run.epochs_to_1_percent is None else float(run.epochs_to_1_percent)


def _final_loss(run: Outcome, _spec: RunSpec) -> float | None:
    return None if run.status == Status.DIVERGED.value else finite_or_none(run.final_loss)


MEASURES: Final = {
    measure.name: measure
    for measure in (
        Measure("learning_rate", "larger", _learning_rate),
        Measure("epochs_to_1_percent", "smaller", _epochs),
        Measure("final_loss", "smaller", _final_loss),
    )
}

TASKS: Final = {
    kind.name: kind
    for kind in (
        TaskKind("free_play", "Free play", "Try what the knobs do.", None),
        TaskKind(
            "largest_rate",
            "Largest learning rate",
            "Find the largest learning rate that still comes within 1 % of least squares.",
            "learning_rate",
        ),
        TaskKind(
            "fewest_epochs",
            "Fewest epochs",
            "Come within 1 % of least squares in the fewest epochs.",
            "epochs_to_1_percent",
        ),
        TaskKind("lowest_loss", "Lowest loss", "End with the lowest loss.", "final_loss"),
        TaskKind("own", "Task", "", None),
    )
}
"""The list that a presenter starts one from; text and measure of "own" are the presenter's."""

FREE_KNOBS: Final = (
    "learning_rate",
    "n_epochs",
    "batch_size",
    "momentum",
    "weight_decay",
    "l1",
    "solver",
    "schedule",
    "warmup_epochs",
    "init",
    "seed",
    "loss",
    "sampling",
    "updates_per_epoch",
)
"""The fields of TrainConfig that a class may be left to set."""


def finite_or_none(value: float | None) -> float | None:
    """Return a number that JSON and every database can hold, else None."""
    return float(value) if value is not None and math.isfinite(value) else None


def checked_line(name: str, text: object, default: str = "") -> str:
    """Return a title on one line. Raises ConfigError for one that is too long."""
    return one_line(_bounded(name, text, MAX_TITLE)) or default


def checked_text(name: str, text: object, default: str = "") -> str:
    """Return a text without control signs. Raises ConfigError for one that is too long."""
    lines = _bounded(name, text, MAX_TEXT).splitlines()
    return "\n".join(map(one_line, lines)).strip() or default


def _bounded(name: str, text: object, most: int) -> str:
    if text is not None and not isinstance(text, str):
        raise broken(name, "must be text", text)
    if len(text := text or "") > most:
        raise ConfigError(f"`{name}` must have at most {most} characters. Got {len(text):,}.")
    return text


def checked_free(free: Sequence[str]) -> tuple[str, ...]:
    """Return the names of free knobs, each once, in the order of FREE_KNOBS."""
    if isinstance(free, str) or not isinstance(free, Sequence):
        raise broken("free", "must be a list of names", free)
    named = {choice("free", name, FREE_KNOBS) for name in free}
    return tuple(name for name in FREE_KNOBS if name in named)


def checked_bounds(bounds: object, free: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Return the bounds of free knobs, each a pair of finite numbers, the lower one first."""
    if not isinstance(bounds, Mapping):
        raise broken("bounds", "must be pairs of numbers by name", bounds)
    return {choice("bounds", name, free): _pair_of(name, pair) for name, pair in bounds.items()}


def _pair_of(name: str, pair: object) -> tuple[float, float]:
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise ConfigError(f"`bounds` of {name} must be a pair of numbers. Got {shown(pair)}.")
    low, high = (finite_number(f"bounds of {name}", end) for end in pair)
    if low > high:
        raise ConfigError(f"`bounds` of {name} must rise. Got {low:g} and {high:g}.")
    return low, high


def checked_measure(kind: TaskKind, measure: object, free: Sequence[str]) -> str | None:
    """Return what a task compares: the kind's measure, or the given one of a task of one's own.

    Raises ConfigError for another one, and for the learning rate where nobody may set it.
    """
    given = None if measure is None else choice("measure", measure, MEASURES)
    if kind.name != "own":
        if given not in (None, kind.measure):
            raise broken("measure", f"must be {kind.measure!r} in {kind.title!r}", given)
        given = kind.measure
    if given == "learning_rate" and given not in free:
        raise broken("free", "must have 'learning_rate' where that is what counts", list(free))
    return given


def checked_seconds(seconds: object) -> float | None:
    """Return how long a task lasts, None for as long as the presenter wants."""
    if seconds is None:
        return None
    return finite_number("seconds", seconds, minimum=MIN_SECONDS, maximum=MAX_SECONDS)
