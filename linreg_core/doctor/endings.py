"""Diagnoses of how a run ended: there, too early, or stopped by rounding."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from linreg_core.arrays import BoolArray
from linreg_core.config import TrainConfig
from linreg_core.doctor.opinion import Opinion
from linreg_core.doctor.proposals import (
    another_momentum,
    another_rate,
    at_once,
    base_of,
    in_float64,
    more_epochs,
    standardised,
    with_momentum,
    without_penalties,
)
from linreg_core.doctor.signs import Signs
from linreg_core.doctor.telling import set_value
from linreg_core.doctor.trials import MOST_TRIAL_SECONDS, seconds_of, tried_out
from linreg_core.run_reference import LEAST_SQUARES, reference_name
from linreg_core.solvers import SOLVERS
from linreg_core.theory.lasting import first_lasting
from linreg_core.types import Status


def healthy(signs: Signs) -> Opinion | None:
    """It has arrived, or had nothing to do."""
    if not signs.is_near:
        return None
    near = _near(signs)
    if near[0]:
        start = f"There was little to learn: {signs.nearness} at the start."
        return Opinion("already_solved", start + _zeros(signs))
    place = first_lasting(near)
    epoch = int(signs.epochs[place if place is not None else -1])
    of_all = f" of {signs.last_epoch:,}" if epoch < signs.last_epoch else ""
    epochs = f"{epoch:,}{of_all} epoch{'s' * (signs.last_epoch != 1)}"
    arrived = f"It has arrived, after {epochs}: {signs.nearness}."
    return Opinion("healthy", arrived + _zeros(signs))


def _zeros(signs: Signs) -> str:
    """Return how many weights an L1 penalty has brought to 0, as a sentence that follows."""
    weights = signs.run.final.params.weights
    count = int(np.count_nonzero(weights == 0)) if signs.config.knobs.l1 else 0
    if not count:
        return ""
    if count == len(weights):
        every = "The weight is" if count == 1 else f"All {count:,} weights are"
        return f" {every} exactly 0."
    return f" {count:,} of {len(weights):,} weights {'is' if count == 1 else 'are'} exactly 0."


def _near(signs: Signs) -> BoolArray:
    """Return which losses are near. A fit with penalties is no minimum of the loss itself."""
    if reference_name(signs.run.config) == LEAST_SQUARES:
        return signs.losses <= signs.near
    return np.abs(signs.losses - signs.wanted) <= signs.near - signs.wanted


def stopped_early(signs: Signs) -> Opinion | None:
    """A run that was cut short, or stopped itself on a slope that is hardly one."""
    planned, epoch = signs.run.config.n_epochs, signs.last_epoch
    if epoch >= planned or signs.run.status is Status.DIVERGED:
        return None
    is_own = signs.run.status is Status.CONVERGED
    why = "its slope was a millionth of the first one" if is_own else "it was cut short"
    sentence = f"Stopped at epoch {epoch:,} of {planned:,}, when {why}: {signs.excess_words}."
    whole = replace(signs.run.config, stop_when_converged=False)
    ways = ([(signs.problem, whole)], more_epochs(signs), standardised(signs), at_once(signs))
    return Opinion("stopped_early", sentence, ways, allows_same=not is_own)


def rounding(signs: Signs) -> Opinion | None:
    """float32 has no digits left for what is still to be learned: float64 arrives."""
    base = base_of(signs)
    twin = replace(base, dtype="float64")
    if base.dtype != "float32" or not _arrives(signs, twin):
        return None
    sentence = (
        f"float32 has about 7 digits, and they are used up: {signs.excess_words}, where float64 "
        f"arrives with the same settings."
    )
    ways = (in_float64(signs), standardised(signs))
    return Opinion("float32", sentence, ways)


def held_back(signs: Signs) -> Opinion | None:
    """Penalties hold the weights back, of a loss that is not measured against a fit with them."""
    base = base_of(signs)
    decay = base.weight_decay if "weight_decay" in SOLVERS[base.solver].knobs else 0.0
    if reference_name(base) != LEAST_SQUARES or not (decay or base.knobs.l1):
        return None
    if not _arrives(signs, replace(base, weight_decay=0.0, l1=0.0)):
        return None
    penalties = [f"weight decay {set_value(decay)}"] if decay else []
    penalties += [f"the L1 penalty {set_value(base.l1)}"] if base.knobs.l1 else []
    what = " and ".join(penalties)
    pull, hold = ("pulls", "holds") if len(penalties) == 1 else ("pull", "hold")
    sentence = (
        f"{what[:1].upper()}{what[1:]} {pull} every weight towards 0, and {hold} the fit back: "
        f"{signs.excess_words}. Without {'it' if len(penalties) == 1 else 'them'} the same run "
        f"arrives."
    )
    return Opinion("weight_decay" if decay else "l1", sentence, (without_penalties(signs),))


def _arrives(signs: Signs, twin: TrainConfig) -> bool:
    """Whether the run's twin does, as far as it is worth the work to try."""
    if seconds_of(signs.problem, twin) > MOST_TRIAL_SECONDS:
        return False
    trial = tried_out(signs.problem, twin)
    return trial is not None and trial.arrives


def too_few_epochs(signs: Signs) -> Opinion:
    """It was on its way, and would have gone on."""
    epochs = "1 epoch" if signs.last_epoch == 1 else f"{signs.last_epoch:,} epochs"
    falls = "" if signs.has_settled else ", and still falls"
    sentence = f"Not there yet: after {epochs} {signs.excess_words}{falls}."
    ways = (
        more_epochs(signs),
        another_rate(signs),
        another_momentum(signs),
        standardised(signs),
        with_momentum(signs),
        without_penalties(signs),
        at_once(signs),
    )
    return Opinion("too_few_epochs", sentence, ways)
