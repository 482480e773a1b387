"""What each learning rate would do to these data: too slow, good, oscillating, diverging."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.memo import Recent
from linreg_core.theory.courses import Course, course, is_linear, momentum_of
from linreg_core.theory.facts import NOTHING_LEARNS, OUT_OF_RANGE, what_does_not_learn
from linreg_core.theory.lanczos import lanczos_course
from linreg_core.theory.minibatches import has_noise_theory, minibatch_limit
from linreg_core.theory.noisy import noisy_course
from linreg_core.theory.predictions import near_loss
from linreg_core.theory.rates import best_learning_rate
from linreg_core.theory.scores import N_SETTINGS, Score, few_directions, scores, search
from linreg_core.theory.spectrum import DENSE_FEATURES, spectrum, spectrum_otherwise
from linreg_core.theory.stability import largest_eigenvalue, stable_learning_rate

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem

DECADES: Final = 7
"""How far below the limit rates are looked at."""
SWINGING: Final = 0.75
"""From this part of the limit on, a step leaves more than half of the steepest error, reversed."""
MOST_KEPT: Final = 64
"""Results that are kept of a problem: its other settings are dragged as well."""
_NEAR_LIMIT: Final = 1 - 1e-6
ALREADY_NEAR: Final = "The start is within 1 % of the best loss already."
TOO_SLOW: Final = "No constant rate is within 1 % of the best loss after {n_epochs} epochs."


@dataclass(frozen=True)
class LearningRateZones:
    """Where learning rates are too slow, good, oscillating and diverging.

    Below `slow_below` a run is not within 1 % of the reference's loss in the config's `n_epochs`;
    at `best` it is so after the fewest, or, where no constant rate is quick enough, ends lowest
    (`slow_below` is then `best`). From `oscillates_above` on it swings (minibatches: hovers) about
    the minimum, from `limit` on it diverges. They stand in this order; None is unknown. `source`
    is "theory", "approximation" or "measured"; `note` is "" or a sentence for people.
    """

    slow_below: float | None
    best: float | None
    oscillates_above: float | None
    limit: float | None
    source: str
    note: str = ""


def learning_rate_zones(problem: Problem, config: TrainConfig) -> LearningRateZones | None:
    """Return the zones of the learning rate, told without training.

    Exact for full batches ("theory"; of more than 200 features slow and best nearly so), and
    approximate for SGD's random minibatches. None where theory has no answer: other losses and
    solvers, momentum on minibatches, the order of the file, schedules. The config's own rate does
    not matter; of one with changes the last settings count, as if it had begun with them.
    """
    config = config.at(config.n_epochs)
    if not has_rate_theory(problem, config):
        return None
    is_full = config.is_full_batch(problem.n_train)
    compute = _full_batch_zones if is_full else _minibatch_zones
    return remembered(problem, replace(config, learning_rate=1.0), "rate_zones", compute)


def has_rate_theory(problem: Problem, config: TrainConfig) -> bool:
    """Whether theory has an answer for `learning_rate_zones`."""
    config = config.at(config.n_epochs)
    if config.is_full_batch(problem.n_train):
        return is_linear(config)
    return has_noise_theory(problem, config)


_T = TypeVar("_T")


def remembered(
    problem: Problem, config: TrainConfig, name: str, compute: Callable[[Problem, TrainConfig], _T]
) -> _T:
    """Return what is computed of a config; of each problem the latest results are kept."""
    recent = problem.memo.get(("recent", name), lambda: Recent(MOST_KEPT))
    return recent.get(_by_value(config), lambda: compute(problem, config))


def _by_value(config: TrainConfig) -> Hashable:
    """Return a key that equal configs share; starts of the same parameters are equal here."""
    if isinstance(config.init, str):
        return config
    start = config.init
    return replace(config, init="zeros"), start.weights.tobytes(), start.bias


def _full_batch_zones(problem: Problem, config: TrainConfig) -> LearningRateZones:
    limit, found = stable_learning_rate(problem, config), rate_course(problem, config)
    if limit is None or found is None:
        return _without_rates(problem)
    note, directions = learning_note(problem), few_directions(found, near_loss(problem, config))
    if directions.starts_near:
        return LearningRateZones(
            None, None, SWINGING * limit, limit, "theory", note or ALREADY_NEAR
        )

    def score(rates: FloatArray) -> Score:
        momenta = np.full(len(rates), momentum_of(config))
        return scores(directions, config, rates, momenta, last_update(problem, config))

    is_dense = problem.n_features <= DENSE_FEATURES
    known = best_learning_rate(problem, config) if is_dense else None
    best = search(score, _rates_below(limit, known))
    swings = max(best.best, SWINGING * limit) if best.arrives else best.best
    if not best.arrives:
        note = note or _too_slow(problem, config)
    return LearningRateZones(best.slow_below, best.best, swings, limit, "theory", note)


def _minibatch_zones(problem: Problem, config: TrainConfig) -> LearningRateZones:
    limit, found = minibatch_limit(problem, config), rate_course(problem, config)
    if limit is None or found is None:
        return _without_rates(problem)
    note, directions = learning_note(problem), few_directions(found, near_loss(problem, config))
    if directions.starts_near:
        return LearningRateZones(None, None, None, limit, "approximation", note or ALREADY_NEAR)
    noisy = noisy_course(
        problem, config, found, limit, directions.wanted, last_update(problem, config)
    )
    best = search(noisy.score, _rates_below(limit))
    swings = noisy.hovers_above(best.best) if best.arrives else best.best
    if not best.arrives:
        note = note or TOO_SLOW.format(n_epochs=f"{config.n_epochs:,}")
    return LearningRateZones(best.slow_below, best.best, swings, limit, "approximation", note)


def last_update(problem: Problem, config: TrainConfig) -> int:
    """Return how many updates a run makes."""
    return config.n_epochs * config.updates_in_epoch(problem.n_train)


def rate_course(problem: Problem, config: TrainConfig) -> Course | None:
    """Return what a full-batch run's losses are made of, in few directions where there are many."""
    if problem.n_features > DENSE_FEATURES:
        result = lanczos_course(problem, config)
    else:
        found = spectrum(problem)
        result = None if found is None else course(problem, config, found)
    return result if result is not None and result.is_finite else None


def learning_note(problem: Problem) -> str:
    """Return a sentence on what does not learn, "" where everything does or nobody knows."""
    found = spectrum(problem) if problem.n_features <= DENSE_FEATURES else None
    return "" if found is None else what_does_not_learn(problem, found)


def _rates_below(limit: float, known: float | None = None) -> FloatArray:
    """Return the rates to look at first, among them one that is known to be good."""
    grid = np.geomspace(limit / 10**DECADES, limit * _NEAR_LIMIT, N_SETTINGS)
    return grid if known is None else np.unique(np.append(grid, known))


def _without_rates(problem: Problem) -> LearningRateZones:
    note = NOTHING_LEARNS if largest_eigenvalue(problem) == 0 else OUT_OF_RANGE
    return LearningRateZones(None, None, None, None, "theory", note)


def _too_slow(problem: Problem, config: TrainConfig) -> str:
    """Return a sentence on why no rate is quick enough: the ravine, and what standardising does."""
    sentence = TOO_SLOW.format(n_epochs=f"{config.n_epochs:,}")
    here = spectrum(problem) if problem.n_features <= DENSE_FEATURES else None
    if here is None or here.condition_number is None:
        return sentence
    ravine = f"the loss is {here.condition_number:.2g} times steeper one way than another"
    there = None if problem.standardize else spectrum_otherwise(problem)
    number = None if there is None else there.condition_number
    standardised = "" if number is None else f" ({number:.2g} times when standardised)"
    return f"{sentence[:-1]}: {ravine}{standardised}."
