"""How a full-batch run goes on along the eigenvectors of its Hessian, in closed form.

Along an eigenvector with curvature h the update rules are linear. With q = rate * h, e the
distance from where the rule leads, and v its velocity times the rate, one update is

    sgd        e <- (1 - q) e
    momentum   v <- m v + q e;  e <- e - v
    nesterov   v <- m v + q e;  e <- e - q e - m v        (torch's form)

so that t updates are the t-th power of a 2 x 2 matrix. Sources: Polyak (1964), Some methods of
speeding up the convergence of iteration methods; Goh (2017), Why momentum really works.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.losses import LOSSES
from linreg_core.numerics.reference import reference_fit
from linreg_core.schedule import is_tuned_alike
from linreg_core.theory.spectrum import Spectrum, start_along

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem

_LINEAR: Final = ("sgd", "momentum", "nesterov")
VALUES_AT_ONCE: Final = 2_000_000
"""Distances that are kept at a time: epochs times directions."""


class Course(NamedTuple):
    """What a run's losses are made of, in units of the loss on original y.

    At t updates the loss is floor + sum((end + r(t) * start)**2), r what t updates leave of a
    distance along a direction of `curvatures` (k,), which have the weight decay in them. `end`
    (k,) is not 0 where the weight decay holds a run away from least squares, whose loss is
    `floor`.
    """

    curvatures: FloatArray
    start: FloatArray
    end: FloatArray
    floor: float

    @property
    def minimum(self) -> float:
        """The loss that the run leads to."""
        return self.floor + float(np.square(self.end).sum())

    @property
    def is_finite(self) -> bool:
        """Whether the losses at the start and at the end are within a float's range."""
        with np.errstate(all="ignore"):
            total = self.minimum + np.square(self.start).sum() + np.square(self.curvatures).sum()
        return bool(np.isfinite(total))

    def losses(self, left: FloatArray) -> FloatArray:
        """Return the loss (...) where `left` (..., k) is left of the start's distances."""
        with np.errstate(all="ignore"):
            losses = self.floor + np.square(self.end + left * self.start).sum(axis=-1)
        return without_nan(losses)


def is_linear(config: TrainConfig) -> bool:
    """Return whether every update is the same linear map where the loss is squared."""
    is_smooth = LOSSES[config.loss].is_squared and not config.knobs.l1
    return config.solver in _LINEAR and is_smooth and is_tuned_alike(config)


def momentum_of(config: TrainConfig) -> float:
    """Return the momentum that the solver uses."""
    return 0.0 if config.solver == "sgd" else config.momentum


def course(problem: Problem, config: TrainConfig, spectrum: Spectrum) -> Course:
    """Return what the losses of a full-batch run are made of; see `is_linear`."""
    curvature, decay = LOSSES[config.loss].curvature or 0.0, config.weight_decay
    slopes = curvature * spectrum.values
    with np.errstate(all="ignore"):
        scale = problem.y_scale * np.sqrt(curvature / 2)
        bent = np.where(slopes + decay > 0, slopes + decay, 1.0)
        end = -spectrum.target * decay / bent
        start = start_along(problem, config, spectrum) - end
        return Course(slopes + decay, scale * start, scale * end, reference_loss(problem, config))


def reference_loss(problem: Problem, config: TrainConfig) -> float:
    """Return the training loss of the least-squares fit, computed once per loss and problem."""

    def compute() -> float:
        residuals = reference_fit(problem).predict(problem.X_train) - problem.y_train
        return LOSSES[config.loss].value(residuals, problem.v_train)

    with np.errstate(all="ignore"):
        return problem.memo.get(("reference_loss", config.loss), compute)


def update_matrices(config: TrainConfig, curvatures: FloatArray) -> FloatArray:
    """Return what one update makes of (e, v) along each direction, (k, 2, 2)."""
    return matrices_at(config.solver, momentum_of(config), config.learning_rate * curvatures)


def matrices_at(solver: str, momentum: FloatArray | float, q: FloatArray) -> FloatArray:
    """Return what one update makes of (e, v) where rate * h = q, (*q.shape, 2, 2)."""
    m = momentum + np.zeros_like(q)
    matrices = np.empty((*q.shape, 2, 2))
    matrices[..., 1, 0], matrices[..., 1, 1] = q, m
    is_nesterov = solver == "nesterov"
    matrices[..., 0, 0] = 1 - q - m * q if is_nesterov else 1 - q
    matrices[..., 0, 1] = -m * m if is_nesterov else -m
    return matrices


def states_after_each(epoch: FloatArray, n_epochs: int, start: FloatArray) -> FloatArray:
    """Return (e, v) after 0 ... n_epochs epochs, (n_epochs + 1, k, 2), from `start` (k, 2).

    `epoch` (k, 2, 2) is what one epoch makes of (e, v). Each power is the square of the one
    before, so that rounding does not add up over the epochs.
    """
    states = np.empty((2, n_epochs + 1, len(start)))
    e, v = states
    e[0], v[0] = start.T
    known, power = 1, epoch
    while known <= n_epochs:
        more = min(known, n_epochs + 1 - known)
        (a, b), (c, d) = np.moveaxis(power, 0, 2)
        e[known : known + more] = a * e[:more] + b * v[:more]
        v[known : known + more] = c * e[:more] + d * v[:more]
        power, known = power @ power, known + more
    return np.moveaxis(states, 0, 2)


def powers(base: FloatArray, most: int) -> FloatArray:
    """Return base**0 ... base**most, (most + 1, *base.shape), each of two smaller ones."""
    found = np.empty((most + 1, *base.shape))
    found[0] = 1.0
    known, power = 1, base
    while known <= most:
        more = min(known, most + 1 - known)
        np.multiply(found[:more], power, out=found[known : known + more])
        power, known = power * power, known + more
    return found


def at_rest(n_directions: int) -> FloatArray:
    """Return (e, v) = (1, 0) along every direction: all of the start's distance, no velocity."""
    return np.tile([1.0, 0.0], (n_directions, 1))


def spectral_radius(solver: str, momentum: FloatArray | float, q: FloatArray) -> FloatArray:
    """Return by which factor a distance shrinks in an update, in the long run, at rate * h = q."""
    if solver == "sgd":
        return np.abs(1 - q)
    is_nesterov = solver == "nesterov"
    trace = (1 + momentum) * (1 - q) if is_nesterov else 1 + momentum - q
    determinant = momentum * (1 - q) if is_nesterov else momentum * np.ones_like(q)
    root = np.sqrt(np.asarray(trace**2 - 4 * determinant, dtype=np.complex128))
    return np.asarray(np.maximum(np.abs(trace + root), np.abs(trace - root)) / 2)


def without_nan(losses: Any) -> FloatArray:
    """Return losses with inf for every nan: what is beyond a float's range."""
    return np.asarray(np.where(np.isnan(losses), np.inf, losses))


def losses_by_epoch(course: Course, config: TrainConfig, n_updates: int, n: int) -> FloatArray:
    """Return the losses (n + 1,) after 0 ... n epochs of `n_updates` updates each."""
    total = np.full(n + 1, course.floor)
    size = max(1, VALUES_AT_ONCE // (n + 1))
    with np.errstate(all="ignore"):
        for first in range(0, len(course.curvatures), size):
            part = slice(first, first + size)
            one = update_matrices(config, course.curvatures[part])
            epoch = np.linalg.matrix_power(one, n_updates)
            left = states_after_each(epoch, n, at_rest(len(epoch)))[:, :, 0]
            total += np.square(course.end[part] + left * course.start[part]).sum(axis=1)
    return without_nan(total)
