"""What each momentum would do to these data at the config's learning rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.theory.courses import is_linear
from linreg_core.theory.facts import OUT_OF_RANGE
from linreg_core.theory.predictions import near_loss
from linreg_core.theory.rates import curvature_ends
from linreg_core.theory.scores import N_SETTINGS, Score, few_directions, scores, search
from linreg_core.theory.spectrum import DENSE_FEATURES, spectrum
from linreg_core.theory.zones import (
    ALREADY_NEAR,
    last_update,
    learning_note,
    rate_course,
)

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem

MOST_MEMORY: Final = 1000.0
"""The longest memory looked at, 1 / (1 - momentum): a momentum of 0.999."""
TOO_SLOW_ANYWAY: Final = (
    "At this learning rate no momentum is within 1 % of the best loss after {n_epochs} epochs."
)
TOO_FAST: Final = "At this learning rate a run diverges whatever its momentum."


@dataclass(frozen=True)
class MomentumZones:
    """Where momenta are too small, good, and swinging, at one learning rate.

    As in `LearningRateZones`; from `limit` on a run diverges (None: no momentum below 1 is too
    large), and where the rate is one that only momentum makes stable, below `stable_above` too.
    """

    slow_below: float | None
    best: float | None
    oscillates_above: float | None
    limit: float | None
    source: str
    note: str = ""
    stable_above: float | None = None


def momentum_zones(problem: Problem, config: TrainConfig) -> MomentumZones | None:
    """Return the zones of the momentum at the config's learning rate, told without training.

    None where theory has no answer: solvers without momentum, minibatches, losses that are not
    squared, schedules. From `oscillates_above` on even the flattest direction swings past its
    minimum: with h its curvature, momentum above (1 - sqrt(rate h))**2, or for nesterov
    (1 - sqrt(rate h)) / (1 + sqrt(rate h)). Source: Goh (2017), Why momentum really works.
    """
    config = config.at(config.n_epochs)
    is_known = is_linear(config) and config.is_full_batch(problem.n_train)
    if not is_known or config.solver == "sgd" or problem.n_features > DENSE_FEATURES:
        return None
    found, course = spectrum(problem), rate_course(problem, config)
    ends = None if found is None else curvature_ends(config, found)
    if course is None or ends is None:
        return MomentumZones(None, None, None, None, "theory", OUT_OF_RANGE)
    steepest, flattest = (config.learning_rate * end for end in ends)
    low, limit = _stable(config.solver, steepest)
    if low >= limit:
        return MomentumZones(None, None, None, None, "theory", TOO_FAST)
    bounds = (low if low > 0 else None, limit if limit < 1 else None)
    note, directions = learning_note(problem), few_directions(course, near_loss(problem, config))
    if directions.starts_near:
        note = note or ALREADY_NEAR
        return MomentumZones(None, None, None, bounds[1], "theory", note, bounds[0])

    def score(memories: FloatArray) -> Score:
        rates, momenta = np.full(len(memories), config.learning_rate), 1 - 1 / memories
        return scores(directions, config, rates, momenta, last_update(problem, config))

    best = search(score, _memories(low, limit))
    slow, chosen = (1 - 1 / memory for memory in (best.slow_below, best.best))
    swings = max(chosen, _swings_above(config.solver, flattest)) if best.arrives else chosen
    if not best.arrives:
        note = note or TOO_SLOW_ANYWAY.format(n_epochs=f"{config.n_epochs:,}")
    return MomentumZones(slow, chosen, min(swings, limit), bounds[1], "theory", note, bounds[0])


def _stable(solver: str, q: float) -> tuple[float, float]:
    """Return between which momenta a run is stable whose rate times steepest curvature is q."""
    if solver == "nesterov":
        limit = (2 - q) / (2 * (q - 1)) if q > 4 / 3 else 1.0
        return 0.0, max(limit, 0.0)
    return max(q / 2 - 1, 0.0), 1.0


def _memories(low: float, limit: float) -> FloatArray:
    """Return memories 1 / (1 - momentum) to look at, inside what is stable."""
    most = min(limit - 1e-6 * (limit - low), 1 - 1 / MOST_MEMORY)
    least = low + 1e-6 * (limit - low) if low > 0 else 0.0
    return np.geomspace(1 / (1 - least), 1 / (1 - max(most, least)), N_SETTINGS)


def _swings_above(solver: str, q: float) -> float:
    """Return the momentum of critical damping at rate times curvature q, 0 where all swing."""
    root = np.sqrt(min(q, 1.0))
    return float((1 - root) / (1 + root) if solver == "nesterov" else (1 - root) ** 2)
