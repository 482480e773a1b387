"""What can be read off a run: where its losses settled, and how far that is from the reference."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.arrays import BoolArray, FloatArray, IntArray
from linreg_core.arrival import root_mean_square_gap
from linreg_core.doctor.telling import part_of, percent, told
from linreg_core.evaluation import mean_loss
from linreg_core.losses import LOSSES
from linreg_core.numerics.reference import reference_fit
from linreg_core.run_reference import LEAST_SQUARES, RIDGE, reference_name
from linreg_core.theory.courses import course
from linreg_core.theory.minibatches import minibatch_limit
from linreg_core.theory.predictions import target_loss
from linreg_core.theory.spectrum import DENSE_FEATURES, Spectrum, spectrum
from linreg_core.theory.stability import stable_learning_rate
from linreg_core.types import Params, Status

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem
    from linreg_core.run import Run

MOST_CELLS: Final = 4_000_000
"""Rows times features above which nothing is tried: each pass over them would take too long."""
NEAR_PART_OF_MEAN: Final = 1e-3
"""An exact fit is near where errors are this part of predicting the mean's: nobody sees it."""
_NEAR: Final = 0.01
_FLAT: Final = 0.7
"""A run has settled where its excess is still this part of what it was in the quarter before."""
_RISES: Final = 0.2
_STILL: Final = 0.01
_ROUNDING: Final = 1e-6
LEFT_BEHIND: Final = 0.5


@dataclass(frozen=True, eq=False)
class Signs:
    """A run's losses at the epochs that were evaluated, and what they are compared with."""

    run: Run

    @property
    def problem(self) -> Problem:
        """What was trained on."""
        return self.run.problem

    @cached_property
    def config(self) -> TrainConfig:
        """The settings at the run's end."""
        return self.run.config.at(max(1, self.last_epoch))

    @property
    def is_huge(self) -> bool:
        """Whether every pass over the rows takes so long that little can be tried."""
        return self.problem.X_train.size > MOST_CELLS

    @property
    def last_epoch(self) -> int:
        """How far the run came."""
        return self.run.final.epoch

    @cached_property
    def standardised(self) -> Problem:
        """The same problem in standardised columns."""
        return self.problem.with_standardize(True)

    @cached_property
    def evaluated(self) -> BoolArray:
        """Which epochs have a training loss."""
        return np.asarray(~np.isnan(self.run.trajectory.train_loss))

    @property
    def epochs(self) -> IntArray:
        """The epochs with a training loss."""
        return self.run.trajectory.epoch[self.evaluated]

    @cached_property
    def losses(self) -> FloatArray:
        """The training losses at `epochs`."""
        return self.run.trajectory.train_loss[self.evaluated]

    @property
    def test_losses(self) -> FloatArray:
        """The test losses at `epochs`, nan without a test set."""
        return self.run.trajectory.test_loss[self.evaluated]

    @cached_property
    def wanted(self) -> float:
        """The reference's training loss: the best there is, for a squared loss."""
        with np.errstate(all="ignore"):
            return target_loss(self.problem, self.run.config)

    @property
    def reference_words(self) -> str:
        """What the run is compared with, in words."""
        return fit_words(self.run.config)

    @cached_property
    def near(self) -> float:
        """The training loss up to which the run is as good as the reference."""
        return near_enough(self.problem, self.run.config)

    @cached_property
    def is_in_range(self) -> bool:
        """Whether the losses of the start and of the reference are numbers that can be told."""
        return all(math.isfinite(loss) for loss in (self.losses[0], self.wanted, self.near))

    @property
    def settled(self) -> float:
        """The median of the last tenth of the losses: one spike does not move it."""
        return settled_loss(self.losses)

    @property
    def has_diverged(self) -> bool:
        """Whether the run ended as diverged, or is on its way there."""
        if self.run.status is Status.DIVERGED:
            return True
        limit = None if self.is_huge else self.limit
        is_above = limit is not None and self.config.learning_rate > limit
        return is_above and bool(self.settled > max(self.losses[0], self.near))

    @property
    def is_near(self) -> bool:
        """Whether the run ended as good as its reference."""
        return self.settled <= self.near

    @property
    def nearness(self) -> str:
        """How near the loss is to the reference's, in words."""
        excess = self.settled / self.wanted - 1 if self.wanted > 0 else math.inf
        if excess > 2 * _NEAR:
            return f"the loss is {told(self.settled, 2)}"
        name = self.reference_words
        where = "below that" if excess < -1e-9 else f"within {percent(excess)}"
        return f"the loss is {where} of {name}"

    @property
    def excess_words(self) -> str:
        """By how much the loss is above the reference's, in words."""
        loss, wanted = told(self.settled), self.wanted
        excess = self.settled / wanted - 1 if wanted > 0 else math.inf
        if excess < 1:
            return f"the loss {loss} is {part_of(excess)} above that of {self.reference_words}"
        return f"the loss is {loss}, that of {self.reference_words} {told(wanted)}"

    @cached_property
    def is_left_behind(self) -> bool:
        """Whether the slowest direction is off by half of its standard error, or more."""
        if reference_name(self.run.config) != LEAST_SQUARES:
            return False
        return standard_errors_off(self.problem, self.run.final.params) > LEFT_BEHIND

    @cached_property
    def limit(self) -> float | None:
        """The rate from which the run diverges, by theory, exact or approximate."""
        if self.config.knobs.l1:
            return None  # weights that are held at 0 may let it stand more
        exact = stable_learning_rate(self.problem, self.config)
        return minibatch_limit(self.problem, self.config) if exact is None else exact

    @property
    def is_full_batch(self) -> bool:
        """Whether every update saw all rows."""
        return self.config.is_full_batch(self.problem.n_train)

    @property
    def has_settled(self) -> bool:
        """Whether the losses no longer fall, over the last half of the run."""
        half = self.losses[len(self.losses) // 2 :] - self.wanted
        if len(half) < 8:
            return False
        former, latter = np.median(half[: len(half) // 2]), np.median(half[len(half) // 2 :])
        return bool(latter > _FLAT * former)

    @property
    def stands_still(self) -> bool:
        """Whether nothing changes any more, most of the way down: batches in order go round."""
        half = self.losses[len(self.losses) // 2 :] - self.wanted
        is_down = self.settled - self.wanted < 0.5 * (self.losses[0] - self.wanted)
        return bool(is_down and np.ptp(half) < _STILL * np.abs(half).max())

    @property
    def swings(self) -> bool:
        """Whether the losses rise every now and then, over the last half of the run."""
        half = self.losses[len(self.losses) // 2 :]
        return len(half) >= 8 and float(np.mean(np.diff(half) > 0)) > _RISES

    @cached_property
    def spectrum(self) -> Spectrum | None:
        """The eigenvalues, of a few features only."""
        is_few = self.problem.n_features <= DENSE_FEATURES
        return spectrum(self.problem) if is_few else None

    @cached_property
    def slowest(self) -> int | None:
        """The direction in which most of the loss is left, of a squared loss."""
        found, final = self.spectrum, self.run.final.params
        if found is None or not LOSSES[self.config.loss].is_squared:
            return None
        with np.errstate(all="ignore"):
            off = self._along(found, final) - self._end(found)
        return int(np.argmax(np.abs(off))) if np.isfinite(off).all() and len(off) else None

    def _along(self, found: Spectrum, params: Params) -> FloatArray:
        """Return how far off least squares parameters are, along each direction."""
        weights, bias = self.problem.to_training(params)
        values = np.append(weights, bias) if self.problem.fit_intercept else weights
        return np.asarray(np.sqrt(found.values) * (found.vectors.T @ values) - found.target)

    def _end(self, found: Spectrum) -> FloatArray | float:
        """Return where penalties lead along each direction, in training coordinates."""
        name = reference_name(self.run.config)
        if name == LEAST_SQUARES:
            return 0.0
        if name != RIDGE:
            return self._along(found, self.run.reference)
        scale = self.problem.y_scale * math.sqrt((LOSSES[self.config.loss].curvature or 2.0) / 2)
        return course(self.problem, self.config, found).end / scale


def standard_errors_off(problem: Problem, params: Params) -> float:
    """Return by how many of its standard errors any combination of parameters is off, at most."""
    freedom = max(1, problem.n_train - problem.n_features - int(problem.fit_intercept))
    residuals = reference_fit(problem).predict(problem.X_train) - problem.y_train
    with np.errstate(all="ignore"):
        v = problem.v_train
        squares = float(residuals @ (residuals if v is None else v * residuals))
        error = math.sqrt(squares / freedom)
        gap = root_mean_square_gap(problem, params) * math.sqrt(problem.n_train)
    least = _ROUNDING * float(np.abs(problem.y_train).max(initial=0.0))
    return gap / error if error > least and math.isfinite(error) else 0.0


def fit_words(config: TrainConfig) -> str:
    """Return what a run of `config` is compared with, in words."""
    name = reference_name(config)
    return name if name == LEAST_SQUARES else f"the {name} fit"


def near_enough(problem: Problem, config: TrainConfig) -> float:
    """Return the training loss up to which a run is as good as its reference.

    Within 1 % of the reference's loss, or of a part of the mean's that nobody sees.
    """
    with np.errstate(all="ignore"):
        wanted = target_loss(problem, config)
        part = NEAR_PART_OF_MEAN ** LOSSES[config.loss].unit_exponent
        return wanted + max(_NEAR * wanted, part * mean_loss(problem, config.loss))


def settled_loss(losses: FloatArray) -> float:
    """Return the median of the last tenth of the losses."""
    with np.errstate(all="ignore"):
        return float(np.median(losses[-max(1, math.ceil(len(losses) / 10)) :]))
