"""Runs that are kept on screen beside the one in front, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dashboard.escaping import one_line
from dashboard.settings import ModelSettings
from linreg_core import ConfigError
from linreg_core.checks import whole_number

MAX_PINS = 8
MAX_NAME_LETTERS = 40


@dataclass(frozen=True)
class Pin:
    """A run that is kept, its name, and the number of its colour, 0 to `MAX_PINS` - 1.

    How pictures are drawn is no part of it. Raises ConfigError for another colour.
    """

    name: str
    settings: ModelSettings
    color: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", one_line(self.name.strip(), MAX_NAME_LETTERS) or "run")
        object.__setattr__(self, "settings", self.settings.run_key)
        whole_number("color", self.color, minimum=0, maximum=MAX_PINS - 1)

    @property
    def slot(self) -> int:
        """The visitor's place for its run: as its colour it stays when other pins go."""
        return self.color + 1

    @property
    def id(self) -> str:
        """The run's id.

        Raises ConfigError when a setting is out of bounds.
        """
        return self.settings.run_spec.id


@dataclass(frozen=True)
class Pins:
    """The pins of a page in their order; `baseline` is the position of the one to compare with.

    Raises ConfigError for too many, for two of one colour, or where there is no such baseline.
    """

    pins: tuple[Pin, ...] = ()
    baseline: int | None = None

    def __post_init__(self) -> None:
        if len(self.pins) > MAX_PINS:
            raise ConfigError(
                f"At most {MAX_PINS} runs can be pinned. Got {len(self.pins)}: remove one first."
            )
        if len({pin.color for pin in self.pins}) < len(self.pins):
            raise ConfigError("Each pin must have a colour of its own. Got one twice.")
        if self.baseline is not None:
            whole_number("baseline", self.baseline, minimum=0, maximum=len(self.pins) - 1)

    def with_run(self, settings: ModelSettings, name: str) -> Pins:
        """Return these with one more run, unless it is among them; the first is the baseline.

        Raises ConfigError when there are as many as there can be.
        """
        if self.position_of(settings) is not None:
            return self
        taken = {pin.color for pin in self.pins}
        free = next((color for color in range(MAX_PINS) if color not in taken), 0)
        pins = (*self.pins, Pin(name, settings, free))
        return Pins(pins, self.baseline if self.pins else 0)

    def position_of(self, settings: ModelSettings) -> int | None:
        """Return where the run of `settings` is among these; None where it is not."""
        id = settings.run_spec.id
        return next((i for i, pin in enumerate(self.pins) if pin.id == id), None)

    def without(self, position: int) -> Pins:
        """Return these without one; where that was the baseline, the first is it now."""
        pins = self.pins[:position] + self.pins[position + 1 :]
        if self.baseline == position:
            return Pins(pins, 0 if pins else None)
        is_behind = self.baseline is not None and self.baseline > position
        return Pins(pins, (self.baseline or 0) - 1 if is_behind else self.baseline)

    def renamed(self, position: int, name: str) -> Pins:
        """Return these with another name for one; an empty one leaves it as it is called."""
        if not one_line(name.strip()):
            return self
        pins = list(self.pins)
        pins[position] = replace(pins[position], name=name)
        return replace(self, pins=tuple(pins))
