"""How soon SGD on minibatches is near least squares, in expectation and approximately."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.theory.courses import Course, without_nan
from linreg_core.theory.minibatches import floors_at, noise_of, wide_floors
from linreg_core.theory.scores import Score, arrivals, looked_at, powers_looked_at
from linreg_core.theory.spectrum import DENSE_FEATURES, spectrum

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem


class NoisyCourse(NamedTuple):
    """A run on minibatches, in expectation: errors that shrink, and a floor of noise.

    `growth` (k,) times rate**2 is what a direction's squared error grows by in an update.
    """

    problem: Problem
    config: TrainConfig
    course: Course
    growth: FloatArray
    limit: float
    wanted: float
    last: int

    def score(self, rates: FloatArray) -> Score:
        """Return the score of each rate (r,)."""
        times = looked_at(self.last)
        with np.errstate(all="ignore"):
            rate = rates[:, np.newaxis]
            mean = 1 - rate * self.course.curvatures
            square = mean**2 + rate**2 * self.growth
            losses = powers_looked_at(square, self.last) @ np.square(self.course.start)
            mixed = 2 * self.course.start * self.course.end
            if mixed.any():
                losses += powers_looked_at(mean, self.last) @ mixed
            losses = losses.T + self.course.minimum + self.floors(rates)[:, np.newaxis]
        return arrivals(without_nan(losses), times, self.course.minimum, self.wanted)

    def floors(self, rates: FloatArray) -> FloatArray:
        """Return the noise floor (r,) at each rate."""
        if self.problem.n_features > DENSE_FEATURES:
            return wide_floors(self.problem, self.config, rates, self.limit)
        return floors_at(self.problem, self.config, rates)

    def hovers_above(self, rate: float) -> float:
        """Return the rate above which the floor alone is no longer near, at least `rate`."""
        low, high = rate, self.limit
        for _ in range(30):
            middle = np.sqrt(low * high)
            is_near = self.course.minimum + self.floors(np.array([middle]))[0] <= self.wanted
            low, high = (middle, high) if is_near else (low, middle)
        return float(low)


def noisy_course(
    problem: Problem, config: TrainConfig, course: Course, limit: float, wanted: float, last: int
) -> NoisyCourse:
    """Return a config's run on minibatches, whose directions are those of `course`."""
    h = course.curvatures
    if problem.n_features > DENSE_FEATURES:
        growth = h * (2 / limit - h.max(initial=0.0))  # so that the steepest grows at the limit
    else:
        noise, found = noise_of(problem, config), spectrum(problem)
        assert noise is not None and found is not None
        growth = np.zeros_like(h)
        growth[found.learns] = noise.part * noise.spread
    return NoisyCourse(problem, config, course, growth, limit, wanted, last)
