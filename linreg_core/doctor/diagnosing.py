"""The order in which the doctor looks: what explains most comes first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from linreg_core.doctor.diagnosis import FINE_KINDS, Diagnosis
from linreg_core.doctor.endings import healthy, held_back, rounding, stopped_early, too_few_epochs
from linreg_core.doctor.fits import overfitting, pulled_by_outliers
from linreg_core.doctor.opinion import Opinion
from linreg_core.doctor.signs import Signs
from linreg_core.doctor.step_sizes import crawling, diverged, hovering, slow, swinging
from linreg_core.doctor.trials import Trial, cures_among

if TYPE_CHECKING:
    from linreg_core.run import Run

_Examination = Callable[[Signs], Opinion | None]
_ALWAYS: Final[tuple[_Examination, ...]] = (diverged, overfitting)
_ARRIVED: Final[tuple[_Examination, ...]] = (pulled_by_outliers, crawling, healthy)
_ON_ITS_WAY: Final[tuple[_Examination, ...]] = (
    stopped_early,
    rounding,
    held_back,
    hovering,
    swinging,
    crawling,
    slow,
    too_few_epochs,
)
_OF_THE_DATA: Final = ("outliers", "overfitting")


def diagnose(run: Run) -> Diagnosis:
    """Return what happened in `run`, in one or two sentences with the cause, and what cures it.

    `run` may have ended in any way, or not yet. Kinds: "healthy", "already_solved"; "diverged",
    "overfitting", "outliers" (the wrong loss for them), "stopped_early", "float32" (its rounding),
    "noise_floor" (of minibatches), "oscillation", "crawling_bias", "crawling" (another direction),
    "weight_decay", "l1" (the penalty), "slow_rate", "too_few_epochs". Up to two cures, each trained
    (with the compiled engine, at most 8 trials of about half a second) and offered only if it
    works: if its training loss ends within 1 % of the reference's and nothing else is found in it,
    if the test loss is lower where a run overfits, and if most rows follow the line where some are
    outliers.

    >>> import linreg_core as lc
    >>> problem = lc.Problem.from_dataset(lc.make_dataset("condos"))
    >>> diagnosis = diagnose(lc.fit(problem, lc.TrainConfig(learning_rate=0.1)))
    >>> diagnosis.kind, diagnosis.cures[0].changes["standardize"]
    ('diverged', True)
    """
    if run.config.changes:  # what is said is about the settings that the run has ended with
        run = replace(run, config=run.config.at(run.final.epoch))
    signs = Signs(run)
    found = examined(signs)
    works, words = found.works or is_well, found.words or (lambda trial: trial.reached)
    cures = cures_among(signs, found.ways, works, words, found.allows_same)
    return Diagnosis(found.kind, found.sentence, cures)


def examined(signs: Signs) -> Opinion:
    """Return what is found, before any cure is tried."""
    for examine in (*_ALWAYS, *(_ARRIVED if signs.is_near else _ON_ITS_WAY)):
        if (found := examine(signs)) is not None:
            return found
    return too_few_epochs(signs)


def is_well(trial: Trial) -> bool:
    """Return whether nothing is found in a cure's run but what lies in the data."""
    if not trial.arrives:
        return False
    return examined(Signs(trial.run)).kind in (*FINE_KINDS, *_OF_THE_DATA)
