"""What might cure a run: other settings near its own, with rates from the zones."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from linreg_core.arrival import MOST_EPOCHS
from linreg_core.doctor.signs import Signs
from linreg_core.doctor.trials import Attempt
from linreg_core.limits import MAX_EPOCHS
from linreg_core.losses import LOSSES
from linreg_core.solvers import SOLVERS
from linreg_core.theory.measured import measured_zones
from linreg_core.theory.momentum import momentum_zones
from linreg_core.theory.predictions import predicted_epochs
from linreg_core.theory.spectrum import DENSE_FEATURES
from linreg_core.theory.zones import LearningRateZones, learning_rate_zones
from linreg_core.types import Status

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem

ROUND: Final = (1, 2, 5)
ENOUGH_EPOCHS: Final = 200
"""Where no rate is quick enough in fewer, as many are proposed."""
_MORE: Final = (2, 5, 10, 50)
_MOST_MOMENTUM: Final = 0.99


def base_of(signs: Signs) -> TrainConfig:
    """Return the run's last settings, without what stopped it where it had not arrived."""
    has_stopped = signs.run.status is Status.CONVERGED and not signs.is_near
    stops = signs.config.stop_when_converged and not has_stopped
    return replace(signs.config, changes=(), stop_when_converged=stops)


def standardised(signs: Signs) -> Iterator[Attempt]:
    """Propose standardised columns with a rate that suits, and the epochs that it takes."""
    if not signs.problem.standardize:
        yield from suited(signs.standardised, constant(base_of(signs)))


def suited(problem: Problem, config: TrainConfig) -> Iterator[Attempt]:
    """Propose a rate that suits; where no rate is quick enough, more epochs with it."""
    if config.n_epochs < ENOUGH_EPOCHS and not is_quick_enough(zones_of(problem, config)):
        config = replace(config, n_epochs=ENOUGH_EPOCHS)
    rate = suitable_rate(problem, config)
    if rate is not None:
        config = replace(config, learning_rate=rate)
        yield problem, config
        yield from longer(problem, config)


def longer(problem: Problem, config: TrainConfig) -> Iterator[Attempt]:
    """Propose more epochs: as many as theory tells, or several times as many."""
    is_few = problem.n_features <= DENSE_FEATURES
    needed = predicted_epochs(problem, config, MOST_EPOCHS) if is_few else None
    if needed is not None:
        if needed > config.n_epochs:
            yield problem, replace(config, n_epochs=round_up(1.05 * needed))
        return
    for factor in _MORE:
        n_epochs = round_up(factor * config.n_epochs)
        if n_epochs <= MOST_EPOCHS:
            yield problem, replace(config, n_epochs=n_epochs)


def another_rate(signs: Signs) -> Iterator[Attempt]:
    """Propose a rate that suits the run as it is."""
    yield from suited(signs.problem, constant(base_of(signs)))


def more_epochs(signs: Signs) -> Iterator[Attempt]:
    """Propose the same run, longer."""
    yield from longer(signs.problem, base_of(signs))


def with_momentum(signs: Signs) -> Iterator[Attempt]:
    """Propose momentum on full batches."""
    config = constant(base_of(signs))
    if config.solver == "sgd" and LOSSES[config.loss].is_squared:
        config = replace(config, solver="momentum", momentum=0.9, batch_size=None)
        yield from suited(signs.problem, replace(config, updates_per_epoch=None))


def another_momentum(signs: Signs) -> Iterator[Attempt]:
    """Propose the momentum that suits the run's learning rate."""
    config = constant(base_of(signs))
    zones = momentum_zones(signs.problem, config)
    if zones is not None and zones.best is not None:
        momentum = min(math.floor(zones.best * 100) / 100, _MOST_MOMENTUM)
        config = replace(config, momentum=momentum)
        yield signs.problem, config
        yield from longer(signs.problem, config)


def full_batches(signs: Signs) -> Iterator[Attempt]:
    """Propose full batches with a rate that suits them."""
    config = constant(base_of(signs))
    if not signs.is_full_batch:
        yield from suited(signs.problem, replace(config, batch_size=None, updates_per_epoch=None))


def fading_steps(signs: Signs) -> Iterator[Attempt]:
    """Propose steps that fade, so that a run can settle.

    A pull that does not get weaker near the minimum sums them up: they may begin larger.
    """
    config = base_of(signs)
    if config.schedule == "constant":
        another = 1 / 5 if LOSSES[config.loss].is_squared else 5
        for rate in (config.learning_rate, _round_down(another * config.learning_rate)):
            yield signs.problem, replace(config, schedule="cosine", learning_rate=rate)


def in_float64(signs: Signs) -> Iterator[Attempt]:
    """Propose float64, as it is and with a rate that suits."""
    config = base_of(signs)
    if config.dtype == "float32":
        yield signs.problem, replace(config, dtype="float64")


def at_once(signs: Signs) -> Iterator[Attempt]:
    """Propose the closed form, which always arrives at least squares."""
    config = base_of(signs)
    if LOSSES[config.loss].is_squared and not (config.weight_decay or config.l1):
        yield signs.problem, replace(constant(config), solver="closed_form")


def constant(config: TrainConfig) -> TrainConfig:
    """Return the settings with a constant rate."""
    return replace(config, schedule="constant", warmup_epochs=0)


def suitable_rate(problem: Problem, config: TrainConfig) -> float | None:
    """Return a round rate that is good by the zones, None where there are none.

    The largest of 1, 2, 5, 10, ... up to the best one that is quick enough and does not swing.
    """
    if "learning_rate" not in SOLVERS[config.solver].knobs:
        return None
    zones = zones_of(problem, config)
    if zones is None or zones.best is None or not math.isfinite(zones.best):
        return None
    rate = _round_down(zones.best)
    low, high = zones.slow_below or 0.0, zones.oscillates_above or math.inf
    if rate < low < zones.best:  # between two rungs
        rate = _floored(math.sqrt(max(low, 0.5 * zones.best) * zones.best), 2)
    elif low >= zones.best:  # nothing is quick enough: nearly the best, some way off the limit
        rate = _floored(min(zones.best, 0.9 * (zones.limit or math.inf)), 2)
    return rate if 0 < rate <= high else _floored(zones.best, 2)


def without_penalties(signs: Signs) -> Iterator[Attempt]:
    """Propose no weight decay and no l1, as it is and with a rate that suits."""
    config = base_of(signs)
    if config.weight_decay or config.l1:
        plain = replace(config, weight_decay=0.0, l1=0.0)
        yield signs.problem, plain
        yield from suited(signs.problem, constant(plain))


def is_quick_enough(zones: LearningRateZones | None) -> bool:
    """Return whether some constant rate is near in the epochs that there are."""
    return zones is not None and zones.best is not None and zones.best != zones.slow_below


def zones_of(problem: Problem, config: TrainConfig) -> LearningRateZones | None:
    """Return the zones by theory, or measured."""
    return learning_rate_zones(problem, config) or measured_zones(problem, config)


def round_up(value: float) -> int:
    """Return the next of 1, 2, 5, 10, ...

    >>> round_up(1), round_up(3), round_up(51)
    (1, 5, 100)
    """
    for power in itertools.count():
        for rung in ROUND:
            if rung * 10**power >= value:
                return int(min(rung * 10**power, MAX_EPOCHS))
    raise AssertionError


def _round_down(rate: float) -> float:
    power = math.floor(math.log10(rate * (1 + 1e-9)))
    rungs = [float(f"{rung}e{power}") for rung in ROUND]
    return max(each for each in rungs if each <= rate * (1 + 1e-9))


def _floored(rate: float, digits: int) -> float:
    unit = 10.0 ** (math.floor(math.log10(rate)) - digits + 1)
    return float(f"{math.floor(rate / unit * (1 + 1e-9)) * unit:.{digits}g}")
