"""What a grid can go along: each axis with its values, as the controls have them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from dashboard.controls.control import Choice, Number, number_of
from dashboard.controls.declared import (
    BATCH_SIZE,
    LEARNING_RATE,
    MOMENTUM,
    SCHEDULE,
    SEED,
    SOLVER,
)
from dashboard.problem_spec import GeneratedData
from dashboard.settings import ModelSettings
from dashboard.sweep.limits import MAX_STEPS
from linreg_core import DATASETS, LOSSES, SOLVERS
from linreg_core.limits import MAX_SEED

NOISE: Final = "noise"
_LARGEST_RATE: Final = 1.0  # where no theory says which suit
_BEYOND = 1.6  # times the limit at least: what diverges is on the map
_TO_A_DECADE = 10  # rates: round numbers are among them
_DIGITS: Final = 3  # of a value on a logarithmic axis
_DECIMALS: Final = 4  # of one in even steps


@dataclass(frozen=True)
class Axis:
    """One setting that a grid can go along. `usual_steps` is how many values it has at first.

    `scale` is "log", "linear", "whole" (every whole number from the first on) or "choice".
    """

    name: str
    label: str
    scale: str
    usual_steps: int = 32


_ALL = (
    Axis(LEARNING_RATE.name, LEARNING_RATE.label, "log"),
    Axis(BATCH_SIZE.name, BATCH_SIZE.label, "log", usual_steps=8),
    Axis(NOISE, "Noise", "linear"),
    Axis(MOMENTUM.name, MOMENTUM.label, "linear"),
    Axis(SOLVER.name, SOLVER.label, "choice"),
    Axis(SCHEDULE.name, SCHEDULE.label, "choice"),
    Axis(SEED.name, SEED.label, "whole", usual_steps=16),
)
AXES: Final[Mapping[str, Axis]] = MappingProxyType({axis.name: axis for axis in _ALL})
"""Every axis by the name of its setting, in the order of the menus."""


@dataclass(frozen=True)
class Reach:
    """From where to where an axis goes, in how many steps; None: as it does by itself."""

    start: float | None = None
    end: float | None = None
    steps: int | None = None


def axes_of(settings: ModelSettings, other: str = "") -> list[str]:
    """Return the axes that mean anything here beside another one, by their names."""
    return [name for name in AXES if name != other and _is_of_use(name, settings, other)]


def _is_of_use(name: str, settings: ModelSettings, other: str) -> bool:
    solver = SOLVERS[settings.solver]
    if name == NOISE:
        return noise_control(settings) is not None
    if name in (SOLVER.name, SEED.name):
        return True
    if name == MOMENTUM.name:
        return other == SOLVER.name or name in solver.knobs
    return other == SOLVER.name or solver.is_iterative


def noise_control(settings: ModelSettings) -> Number | None:
    """Return the control of the data's noise, where they have any."""
    if not isinstance(settings.data, GeneratedData):
        return None
    knobs = DATASETS[settings.data.dataset].knobs
    return next((number_of(knob) for knob in knobs if knob.name == NOISE), None)


def control_of(name: str, settings: ModelSettings) -> Number | Choice:
    """Return the control of the setting that an axis goes along."""
    noise = noise_control(settings)
    if name == NOISE and noise is not None:
        return noise
    controls: dict[str, Number | Choice] = {
        each.name: each for each in (LEARNING_RATE, BATCH_SIZE, MOMENTUM, SOLVER, SCHEDULE, SEED)
    }
    return controls[name]


def usual_reach(name: str, settings: ModelSettings, limit: float | None) -> Reach:
    """Return from where to where an axis goes where nobody says so.

    `limit` is the learning rate above which full-batch runs diverge, where it is known.
    """
    steps = AXES[name].usual_steps
    if name == LEARNING_RATE.name:
        last = math.ceil(_TO_A_DECADE * math.log10(_BEYOND * limit if limit else _LARGEST_RATE))
        start, end = (10 ** (k / _TO_A_DECADE) for k in (last - steps + 1, last))
        return Reach(_rounded(start), _rounded(min(end, LEARNING_RATE.maximum)), steps)
    if name == BATCH_SIZE.name:
        return Reach(1, settings.n_train, steps)
    if name == SEED.name:
        return Reach(settings.seed, None, steps)
    if name == MOMENTUM.name:
        return Reach(0.0, MOMENTUM.maximum, steps)
    if name == NOISE and (noise := noise_control(settings)) is not None:
        return Reach(0.0, min(noise.maximum, max(10 * noise.default, 1.0)), steps)
    return Reach()


def filled(reach: Reach, usual: Reach) -> Reach:
    """Return a reach with what nobody has said of it as usual."""
    return Reach(
        usual.start if reach.start is None else reach.start,
        usual.end if reach.end is None else reach.end,
        usual.steps if reach.steps is None else reach.steps,
    )


def axis_values(name: str, settings: ModelSettings, reach: Reach) -> tuple[Any, ...]:
    """Return an axis's values, rising and each of them once; a reach says all of its parts."""
    if AXES[name].scale == "choice":
        return _options_of(name, settings)
    start, steps = reach.start or 0.0, max(1, min(reach.steps or 1, MAX_STEPS))
    if name == SEED.name:
        first = int(start)
        return tuple(range(first, min(first + steps, MAX_SEED + 1)))
    end = start if reach.end is None else reach.end
    if name == BATCH_SIZE.name:
        return _batch_sizes(int(start), int(end), steps, settings.n_train)
    low, high = min(start, end), max(start, end)
    if AXES[name].scale == "log":
        return _distinct(_rounded(float(each)) for each in np.geomspace(low, high, steps))
    return _distinct(round(float(each), _DECIMALS) for each in np.linspace(low, high, steps))


def _options_of(name: str, settings: ModelSettings) -> tuple[str, ...]:
    if name == SCHEDULE.name:
        return tuple(SCHEDULE.options)
    loss = LOSSES[settings.loss]
    each = (s for s in SOLVERS.values() if s.is_iterative and s.can_minimize(loss))
    return tuple(solver.name for solver in each)


def _batch_sizes(start: int, end: int, steps: int, n_train: int) -> tuple[int | None, ...]:
    """Return powers of two where there are enough of them, and the full batch at the end."""
    low, high = max(1, min(start, end)), max(start, end)
    is_full = high >= n_train
    rungs: Sequence[int] = [int(n) for n in BATCH_SIZE.rungs if low <= n <= high and n < n_train]
    if len(rungs) + is_full < steps:
        points = np.geomspace(low, max(low, min(high, n_train)), steps)
        rungs = sorted({round(float(each)) for each in points} - {n_train})
    elif len(rungs) + is_full > steps:
        places = np.linspace(0, len(rungs) - 1, max(1, steps - is_full))
        rungs = sorted({rungs[round(float(place))] for place in places})
    return (*rungs, None) if is_full else tuple(rungs)


def _rounded(value: float) -> float:
    """Return a number with so many digits as a person would set."""
    if not (value > 0 and math.isfinite(value)):
        return value
    return float(f"{value:.{_DIGITS - 1}e}")


def _distinct(values: Any) -> tuple[float, ...]:
    return tuple(sorted(set(values)))
