"""Diagnoses of steps: too large, so that a run diverges or swings; too noisy; too small."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from linreg_core.doctor.opinion import Opinion
from linreg_core.doctor.proposals import (
    ENOUGH_EPOCHS,
    another_momentum,
    another_rate,
    at_once,
    base_of,
    fading_steps,
    full_batches,
    is_quick_enough,
    more_epochs,
    standardised,
    with_momentum,
    without_penalties,
    zones_of,
)
from linreg_core.doctor.signs import Signs
from linreg_core.doctor.telling import column_words, part_of, set_value, times, told
from linreg_core.doctor.trials import Attempt
from linreg_core.losses import LOSSES
from linreg_core.solvers import SOLVERS
from linreg_core.theory.facts import OUT_OF_RANGE
from linreg_core.theory.minibatches import noise_floor
from linreg_core.theory.stability import rows_overshooting, stable_learning_rate
from linreg_core.types import Status
from table_reader.wording import counted

SLOW: Final = 3.0
"""A rate this many times below the best one is what makes a run slow."""
_VERY_SLOW: Final = 10.0
"""Or this many, where not even that one is quick enough."""
_LARGE: Final = 1.5
_NEAR_LIMIT: Final = 0.7
_ALONE: Final = 0.8


def diverged(signs: Signs) -> Opinion | None:
    """The steps grow: above the limit, most often because a raw column is large."""
    if not signs.is_in_range:
        return Opinion("diverged", OUT_OF_RANGE)
    if not signs.has_diverged:
        return None
    is_over = signs.run.status is Status.DIVERGED
    start = f"Diverged at epoch {signs.last_epoch:,}" if is_over else "On its way to diverge"
    rate, limit = signs.config.learning_rate, _limit(signs)
    cause = _cause(signs)
    if limit is None or rate <= limit:
        sentence = f"{start}: steps with learning rate {set_value(rate)} overshoot more and more"
    else:
        bound = told(limit, 3)
        above = f"{times(rate / limit)} over" if rate > 2 * limit else "above"
        sentence = f"{start}: the learning rate {set_value(rate)} is {above} the limit {bound}"
    ways = (
        standardised(signs),
        another_rate(signs),
        another_momentum(signs),
        full_batches(signs),
        at_once(signs),
    )
    return Opinion("diverged", f"{sentence}{cause}.", ways)


def swinging(signs: Signs) -> Opinion | None:
    """Full batches whose steps jump to and fro over the minimum, and settle too slowly."""
    if not signs.is_full_batch or not SOLVERS[signs.config.solver].is_iterative:
        return None
    if not (signs.swings or _overshoots(signs)):
        return None
    rate = set_value(signs.config.learning_rate)
    sentence = f"The steps swing to and fro over the minimum: {signs.excess_words}. "
    limit = signs.limit
    if limit is not None:
        share = signs.config.learning_rate / limit
        sentence += f"The learning rate {rate} is {part_of(share)} of the limit {told(limit)}."
    elif LOSSES[signs.config.loss].is_squared:
        sentence += f"Steps at learning rate {rate} are too long to settle."
    else:
        sentence += f"This loss pulls as hard near its minimum as far off, at rate {rate}."
    ways = (
        another_rate(signs),
        another_momentum(signs),
        fading_steps(signs),
        standardised(signs),
        at_once(signs),
    )
    return Opinion("oscillation", sentence, ways)


def hovering(signs: Signs) -> Opinion | None:
    """Minibatches whose noise keeps a run off the minimum, however long it goes on."""
    is_noisy = signs.has_settled and (signs.swings or signs.stands_still)
    if signs.is_full_batch or not (is_noisy or _is_mostly_noise(signs)):
        return None
    size = signs.config.batch_size or 1
    n_over = rows_overshooting(signs.problem, signs.config) if size == 1 else 0
    if n_over:
        return Opinion("noise_floor", _thrashing(signs, n_over), _calmer(signs))
    rows = "1 row" if size == 1 else f"{size:,} rows"
    sentence = f"Batches of {rows} tell each step something else, so that the run hovers: "
    sentence += f"{signs.excess_words}."
    floor = noise_floor(signs.problem, signs.config)
    if floor is not None and signs.wanted > 0:
        sentence += (
            f" At learning rate {set_value(signs.config.learning_rate)} about "
            f"{part_of(floor / signs.wanted)} is what theory expects."
        )
    return Opinion("noise_floor", sentence, _calmer(signs))


def crawling(signs: Signs) -> Opinion | None:
    """A ravine: no constant rate is quick along its floor, most often the bias's direction."""
    found, k = signs.spectrum, signs.slowest
    is_iterative = SOLVERS[signs.config.solver].is_iterative
    if found is None or k is None or found.condition_number is None or not is_iterative:
        return None
    flatness = found.largest / found.values[k] if found.values[k] > 0 else 0.0
    if flatness < 100 or not found.learns[k]:
        return None
    if signs.is_near:
        if not signs.is_left_behind:
            return None
    elif is_quick_enough(zones_of(signs.problem, base_of(signs))):
        return None
    is_bias = bool(signs.problem.fit_intercept and found.vectors[-1, k] ** 2 > 0.5)
    what = "The bias" if is_bias else _direction(signs, k)
    sentence = (
        f"{what} crawls: the loss is {times(flatness)} flatter along it than along "
        f"{_steepest(signs)}, and a rate that the one stands is too small for the other"
    )
    sentence += f" (the limit is {told(signs.limit)})." if signs.limit is not None else "."
    if is_bias:
        bias, wanted = signs.run.final.params.bias, signs.run.reference.bias
        sentence += (
            f" After {counted(signs.last_epoch, 'epoch')} it is {told(bias)} of {told(wanted)}."
        )
    ways = (standardised(signs), with_momentum(signs), more_epochs(signs), at_once(signs))
    kind = "crawling_bias" if is_bias else "crawling"
    return Opinion(kind, sentence, ways)


def slow(signs: Signs) -> Opinion | None:
    """A rate far below the best one."""
    if signs.is_huge or not SOLVERS[signs.config.solver].is_iterative:
        return None
    # In an epoch or two only absurd rates are quick enough: what is slow is told of some more.
    base = replace(base_of(signs), n_epochs=max(signs.config.n_epochs, ENOUGH_EPOCHS))
    zones = zones_of(signs.problem, base)
    rate = signs.config.learning_rate
    if zones is None or zones.best is None:
        return None
    if rate * (SLOW if is_quick_enough(zones) else _VERY_SLOW) > zones.best:
        return None
    below = f"{times(zones.best / rate)} below the best one here, {told(zones.best, 2)}"
    sentence = (
        f"The steps are small: {signs.excess_words} after {counted(signs.last_epoch, 'epoch')}. "
        f"The learning rate {set_value(rate)} is {below}."
    )
    ways = (
        another_rate(signs),
        without_penalties(signs),
        more_epochs(signs),
        standardised(signs),
        at_once(signs),
    )
    return Opinion("slow_rate", sentence, ways)


def _thrashing(signs: Signs, n_over: int) -> str:
    """Return a sentence on rows whose own steps are too long for them."""
    rows = f"{n_over:,} of {signs.problem.n_train:,} rows"
    return (
        f"The line thrashes: each step looks at 1 row, and {rows} are overshot by their own steps"
        f"{_cause(signs)}. In the end {signs.excess_words}."
    )


def _calmer(signs: Signs) -> tuple[Iterator[Attempt], ...]:
    ways = (another_rate(signs), fading_steps(signs), full_batches(signs), at_once(signs))
    if _cause(signs):
        return (standardised(signs), *ways)
    return (*ways[:3], standardised(signs), ways[3])


def _limit(signs: Signs) -> float | None:
    if signs.limit is not None:
        return signs.limit
    zones = zones_of(signs.problem, base_of(signs))
    return None if zones is None else zones.limit


def _cause(signs: Signs) -> str:
    """Return what makes the limit small, as the end of a sentence."""
    problem = signs.problem
    sizes = _sizes(signs)
    if not problem.standardize and sizes.max(initial=0.0) > _LARGE:
        name = problem.dataset.feature_names[int(np.argmax(sizes))]
        return f", because {column_words(name)} is about {told(float(sizes.max()), 2)}"
    if not signs.is_full_batch:
        full = stable_learning_rate(problem, replace(signs.config, batch_size=None))
        size = signs.config.batch_size or 1
        if full is not None and signs.config.learning_rate < full:
            return f", because batches of {size:,} stand less than full ones ({told(full)})"
    return ""


def _sizes(signs: Signs) -> np.ndarray:
    """Return about how large each feature is, from some of its rows."""
    X = signs.problem.X_train
    rows = X[:: max(1, len(X) // 1000)]
    with np.errstate(all="ignore"):
        largest = np.abs(rows).max(axis=0)
        unit = np.where(largest > 0, largest, 1.0)
        return np.asarray(np.sqrt(np.mean(np.square(rows / unit), axis=0)) * unit)


def _overshoots(signs: Signs) -> bool:
    """Whether what is left is along a direction that every step jumps over."""
    found, k = signs.spectrum, signs.slowest
    if found is None or k is None or signs.limit is None:
        return False
    curvature = LOSSES[signs.config.loss].curvature or 0.0
    jumps = signs.config.learning_rate * curvature * found.values[k] > 1
    return bool(jumps and signs.config.learning_rate > _NEAR_LIMIT * signs.limit)


def _is_mostly_noise(signs: Signs) -> bool:
    floor = noise_floor(signs.problem, signs.config)
    excess = signs.settled - signs.wanted
    return floor is not None and floor > 0.5 * excess


def _steepest(signs: Signs) -> str:
    found = signs.spectrum
    assert found is not None
    vector = found.vectors[:, 0]
    largest = int(np.argmax(np.abs(vector)))
    names = signs.problem.dataset.feature_names
    return column_words(names[largest]) if largest < len(names) else "the bias"


def _direction(signs: Signs, k: int) -> str:
    """Return the features that a direction is made of, in words."""
    found = signs.spectrum
    assert found is not None
    names = signs.problem.dataset.feature_names
    shares = np.square(found.vectors[: len(names), k])
    first, *others = (column_words(names[j]) for j in np.argsort(-shares)[:2])
    if not others or shares.max() > _ALONE:
        return f"The weight of {first}"
    return f"The difference between {first} and {others[0]}"
