"""How soon a run is near least squares at each of many settings: the search for the best one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from linreg_core.arrays import FloatArray, IntArray
from linreg_core.theory.courses import (
    Course,
    at_rest,
    matrices_at,
    powers,
    states_after_each,
    without_nan,
)

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig

MOST_DIRECTIONS: Final = 24
"""Directions that are followed singly; of more, neighbours are taken together."""
N_TIMES: Final = 240
"""Updates that are looked at one by one, and then as many in strides."""
N_SETTINGS: Final = 40
_TINY: Final = 1e-300
N_REFINED: Final = 12
N_ROUNDS: Final = 3
N_SECTIONS: Final = 12


class Directions(NamedTuple):
    """A course whose neighbouring directions are taken together, to be quick.

    The loss is `constant` + sum(2 r `mixed` + r**2 `square`) with r what is left along
    `curvatures`.
    """

    curvatures: FloatArray
    square: FloatArray
    mixed: FloatArray
    constant: float
    wanted: float

    @property
    def starts_near(self) -> bool:
        """Whether there is nothing left to do at the start."""
        return bool(self.losses(np.ones_like(self.curvatures)) <= self.wanted)

    def losses(self, left: FloatArray) -> FloatArray:
        """Return the loss (...) where `left` (..., k) is left of the start's distances."""
        with np.errstate(all="ignore"):
            terms = left * (2 * self.mixed + left * self.square)
            return without_nan(self.constant + terms.sum(axis=-1))


class Score(NamedTuple):
    """How good each setting is, (r,): after how many updates it is near, and its last loss."""

    arrival: FloatArray
    final: FloatArray

    @property
    def best(self) -> int:
        """The setting that is near first, or if none is, that whose last loss is smallest."""
        return int(np.lexsort((self.final, self.arrival))[0])


def few_directions(course: Course, wanted: float) -> Directions:
    """Return the directions of a course, at most `MOST_DIRECTIONS`, the ends among them."""
    h = np.where(course.curvatures > 0, course.curvatures, np.finfo(float).tiny)
    groups = np.arange(len(h))
    if len(h) > MOST_DIRECTIONS:
        inner = np.geomspace(h[0], h[-1], MOST_DIRECTIONS - 1)
        groups = 1 + np.clip(np.searchsorted(-inner, -h), 0, MOST_DIRECTIONS - 2)
        groups[0] = 0
        groups = np.unique(groups, return_inverse=True)[1]
    count = np.bincount(groups)
    return Directions(
        np.exp(_sums(groups, np.log(h)) / count),
        _sums(groups, np.square(course.start)),
        _sums(groups, course.start * course.end),
        course.minimum,
        wanted,
    )


def _sums(groups: IntArray, values: FloatArray) -> FloatArray:
    return np.asarray(np.bincount(groups, values), dtype=np.float64)


def scores(
    directions: Directions, config: TrainConfig, rates: FloatArray, momenta: FloatArray, last: int
) -> Score:
    """Return the score of each pair of rate and momentum (r,) in up to `last` updates."""
    with np.errstate(all="ignore"):
        q = rates[:, np.newaxis] * directions.curvatures
        if not momenta.any():
            left = np.moveaxis(powers_looked_at(1 - q, last), 0, 1)
            losses = directions.losses(left)
            return arrivals(losses, looked_at(last), directions.constant, directions.wanted)
        one = matrices_at(config.solver, momenta[:, np.newaxis], q).reshape(-1, 2, 2)
        n_single, stride, n_strides = _split(last)
        states = states_after_each(one, n_single, at_rest(len(one)))
        if n_strides:
            power = np.linalg.matrix_power(one, stride)
            later = states_after_each(power, n_strides, states[-1])[1:]
            states = np.concatenate([states, later])
        left = np.moveaxis(states[:, :, 0].reshape(-1, *q.shape), 0, 1)
    return arrivals(
        directions.losses(left), looked_at(last), directions.constant, directions.wanted
    )


def powers_looked_at(base: FloatArray, last: int) -> FloatArray:
    """Return base**t at the numbers t of updates that are looked at, (t, *base.shape)."""
    n_single, stride, n_strides = _split(last)
    single = powers(base, n_single)
    later = single[-1] * powers(np.power(base, stride), n_strides)[1:]
    return np.concatenate([single, later])


def _split(last: int) -> tuple[int, int, int]:
    """Return how many updates are looked at one by one, and how many strides of what length."""
    n_single = min(last, N_TIMES)
    stride = max(1, -(-(last - n_single) // N_TIMES))
    return n_single, stride, (last - n_single) // stride


def looked_at(last: int) -> FloatArray:
    """Return the numbers of updates at which losses are looked at, 0 ... about `last`."""
    n_single, stride, n_strides = _split(last)
    later = n_single + stride * np.arange(1, n_strides + 1)
    return np.concatenate([np.arange(n_single + 1), later]).astype(np.float64)


def arrivals(losses: FloatArray, times: FloatArray, minimum: float, wanted: float) -> Score:
    """Return when each run is near, by its losses (r, t) at `times` (t,), and its last loss.

    Near and from then on: what swings past the minimum is not there yet.
    """
    is_far, rows = losses > wanted, np.arange(len(losses))
    n_near = np.argmax(is_far[:, ::-1], axis=1)  # of the last ones, in a row
    n_near[~is_far.any(axis=1)] = len(times)
    first = np.minimum(len(times) - n_near, len(times) - 1)
    before = np.maximum(first - 1, 0)
    with np.errstate(all="ignore"):
        high, low, aim = (
            np.log(np.maximum(loss - minimum, _TINY))
            for loss in (losses[rows, before], losses[rows, first], np.float64(wanted))
        )
        part = np.clip((high - aim) / np.maximum(high - low, _TINY), 0, 1)
        between = times[before] + part * (times[first] - times[before])
    return Score(np.where(n_near > 0, between, np.inf), losses[:, -1])


Scorer = Callable[[FloatArray], Score]
"""The score of each value (r,) of a setting."""


class Searched(NamedTuple):
    """Values of a setting: where a run begins to arrive in time, and the best one.

    `slow_below` is the best value itself where no run arrives in time.
    """

    slow_below: float
    best: float
    arrives: bool


def search(score: Scorer, grid: FloatArray) -> Searched:
    """Look for the best value on a rising `grid`, and for the first that is in time.

    Then on finer grids about both.
    """
    coarse = score(grid)
    at = coarse.best
    best, arrives = _refined(score, grid, at)
    if not arrives:
        return Searched(best, best, False)
    late = np.flatnonzero(~np.isfinite(coarse.arrival[:at]))
    if not len(late):
        return Searched(min(float(grid[0]), best), best, True)
    bracket = float(grid[late[-1]]), min(float(grid[late[-1] + 1]), best)
    for _ in range(2):
        bracket = _first_in_time(score, *bracket)
    return Searched(bracket[1], best, True)


def _refined(score: Scorer, grid: FloatArray, at: int) -> tuple[float, bool]:
    """Return the best value about grid[at], and whether a run with it is near in time."""
    for _ in range(N_ROUNDS):
        low, high = grid[max(at - 1, 0)], grid[min(at + 1, len(grid) - 1)]
        grid = np.unique(np.append(np.geomspace(low, high, N_REFINED), grid[at]))
        found = score(grid)
        at = found.best
    return float(grid[at]), bool(np.isfinite(found.arrival[at]))


def _first_in_time(score: Scorer, late: float, in_time: float) -> tuple[float, float]:
    """Return a narrower pair of a value that is late and one that is in time."""
    grid = np.geomspace(late, in_time, N_SECTIONS)
    arrives = np.isfinite(score(grid).arrival)
    arrives[0], arrives[-1] = False, True
    first = int(np.argmax(arrives))
    return float(grid[first - 1]), float(grid[first])
