"""What a control is: a setting with its label, its bounds, its spelling and its place.

All that a page knows of a setting stands in its record: address, sidebar and exports follow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any, Final

from dashboard.numbers import count, plain_number
from dashboard.until import Until, parse_until
from linreg_core import ConfigError, TrainConfig
from linreg_core.datasets import Knob
from linreg_core.limits import MAX_EPOCHS
from linreg_core.solvers import Solver
from table_reader.wording import counted

CONFIG_NAMES: Final = frozenset(field.name for field in fields(TrainConfig))
CUSTOM_INIT: Final = "custom"
"""Start from `init_weight` and `init_bias`."""
COUNT_LADDER: Final = tuple(m * 10**e for e in range(6) for m in (1, 2, 5))
MOST_SHOWN: Final = 40
"""Characters of a bad value that a notice repeats."""

MAX_PACKED_LETTERS: Final = 6_000
_PACKED: Final = re.compile(f"[A-Za-z0-9_-]{{0,{MAX_PACKED_LETTERS}}}")


class Use(Enum):
    """With what a control means anything; elsewhere it is not shown."""

    ALWAYS = "always"
    ITERATION = "solvers that take many updates"
    KNOB = "solvers whose knob it is"
    GIVEN_START = "a start from given values"
    VIEW = "a control in the live view: not of the sidebar"


class Place(Enum):
    """Where a control stands in the sidebar; those of one place in the order of `CONTROLS`."""

    SPLIT = "with the data"
    SEED = "under the data"
    MODEL = "under model and solver"
    DETAILS = "in the model's details"
    PICTURES = "under pictures"
    TRANSPORT = "beside the playback"
    DATA = "with the data set's own"


@dataclass(frozen=True)
class Control:
    """One setting. Its `name` is the field of ModelSettings, the address's parameter and the key.

    It belongs to the config where TrainConfig has a field of that name, which then checks it.
    `said_as` is what a sentence calls it at some of its values, in the place of label and value.
    """

    name: str
    label: str
    help: str
    default: Any
    place: Place
    use: Use = Use.ALWAYS
    said_as: Mapping[Any, str] = field(default_factory=dict, hash=False, kw_only=True)

    @property
    def name_within(self) -> str:
        """What the setting is called within a sentence."""
        first, *rest = self.label.split(" ")
        return " ".join([first.lower() if first.isalpha() else first, *rest])

    @property
    def is_of_config(self) -> bool:
        """Whether it is a hyperparameter; else it is of the data, the problem or the pictures."""
        return self.name in CONFIG_NAMES and self.place is not Place.DATA

    def is_used(self, solver: Solver, init: str) -> bool:
        """Whether it means anything with this solver and this start."""
        if self.use is Use.KNOB:
            return self.name in solver.knobs
        if self.use is Use.VIEW:
            return False
        if self.use is Use.GIVEN_START:
            return init == CUSTOM_INIT
        return solver.is_iterative or self.use is Use.ALWAYS

    def parse(self, text: str) -> Any:
        """Return the value that an address spells.

        Raises ConfigError, ValueError or OverflowError when it is none.
        """
        raise NotImplementedError

    def said(self, value: Any) -> str:
        """Return what a sentence calls the setting where it has this value, e.g. "momentum 0.9"."""
        return self.said_as.get(value) or self._said(value)

    def _said(self, value: Any) -> str:
        raise NotImplementedError

    def _checked_by_config(self, value: Any) -> Any:
        long = {"n_epochs": MAX_EPOCHS}  # whether it fits into a run's epochs is not known here
        return getattr(TrainConfig(**{**long, self.name: value}), self.name)


@dataclass(frozen=True)
class Switch(Control):
    """On or off."""

    def parse(self, text: str) -> bool:
        return parse_choice(self.name, text.lower(), ("true", "false")) == "true"

    def _said(self, value: Any) -> str:
        return f"{self.label.lower()} {'on' if value else 'off'}"


@dataclass(frozen=True, kw_only=True)
class Choice(Control):
    """One of `options`, which are labelled; `is_row` shows them all in a row of buttons."""

    options: Mapping[str, str]
    is_row: bool = False

    def parse(self, text: str) -> str:
        if self.is_of_config and text not in self.options:
            return str(self._checked_by_config(text))  # refuses it in the core's words
        return parse_choice(self.name, text, self.options)

    def _said(self, value: Any) -> str:
        return self.options[value]


@dataclass(frozen=True, kw_only=True)
class Number(Control):
    """A number on a ladder of `rungs`, which is logarithmic, or in even steps; else one types it.

    Where it `is_fine`, the live view also takes values between the rungs.
    `minimum` and `maximum` are the page's bounds; the core's may be wider. Where `word_for_none` is
    set, the value may be None, and is called so on the page and in the address. `digits` are the
    decimals of an even step: what a slider adds beyond them is noise. `is_of_rows` leaves out rungs
    of as many rows as train, and more. A sentence says of an `is_counted` one how many there are.
    `check` refuses bad values in the place of the core.
    """

    minimum: float
    maximum: float
    is_whole: bool = False
    rungs: tuple[float, ...] = ()
    is_fine: bool = False
    step: float | None = None
    digits: int | None = None
    word_for_none: str = ""
    is_of_rows: bool = False
    is_counted: bool = False
    check: Callable[[Any], Any] | None = None

    def rungs_for(self, n_train: int) -> tuple[float, ...]:
        """Return the ladder's rungs where so many rows train, without the one of None."""
        return tuple(rung for rung in self.rungs if not self.is_of_rows or rung < n_train)

    def parse(self, text: str) -> Any:
        if self.word_for_none and text == self.word_for_none:
            return None
        value = int(text) if self.is_whole else float(text)
        if self.check is not None:
            return self.check(value)
        return self._checked_by_config(value) if self.is_of_config else self._bounded(value)

    def _said(self, value: Any) -> str:
        if value is None:
            return f"{self.label.lower()} {self.word_for_none}"
        number = count(value) if self.is_whole else plain_number(value)
        label = self.name_within
        return f"{number} {label}" if self.is_counted else f"{label} {number}"

    def _bounded(self, value: float) -> float:
        if not self.minimum <= value <= self.maximum:
            raise ConfigError(
                f"`{self.name}` must be between {self.minimum:g} and {self.maximum:g}. "
                f"Got {value:g}."
            )
        return value


@dataclass(frozen=True)
class Changes(Control):
    """What the controls said before the run was changed on its way: see `dashboard.until`."""

    def parse(self, text: str) -> Until:
        return parse_until(text)

    def _said(self, value: Any) -> str:
        return counted(len(value), "change") + " on the way"


@dataclass(frozen=True)
class Packed(Control):
    """What a link spells in letters that mean nothing to people: see `dashboard.pins.link`."""

    def parse(self, text: str) -> str:
        if not _PACKED.fullmatch(text):
            raise ConfigError(
                f"`{self.name}` must be at most {MAX_PACKED_LETTERS:,} letters, digits, - and _. "
                f"Got {text[:MOST_SHOWN]!r}."
            )
        return text

    def _said(self, value: Any) -> str:
        return self.label.lower()


def number_of(knob: Knob) -> Number:
    """Return the control of a data set's knob."""
    is_whole = knob.kind == "int"
    rungs = tuple(n for n in COUNT_LADDER if knob.minimum <= n <= knob.maximum)
    return Number(
        knob.name,
        knob.label,
        knob.help,
        knob.default,
        Place.DATA,
        minimum=knob.minimum,
        maximum=knob.maximum,
        is_whole=is_whole,
        rungs=rungs if is_whole else (),
        step=knob.step,
        check=knob.check,
    )


def parse_choice(name: str, text: str, options: Any) -> str:
    """Return `text`, which must be one of `options`.

    Raises ConfigError when it is not.
    """
    if text not in options:
        named = ", ".join(filter(None, options))
        raise ConfigError(f"`{name}` must be one of {named}. Got {text[:MOST_SHOWN]!r}.")
    return text
