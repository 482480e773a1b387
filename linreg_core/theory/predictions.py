"""The losses of a run, told before it is trained: exact for full batches and squared losses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.evaluation import mean_loss
from linreg_core.limits import MAX_EPOCHS
from linreg_core.losses import LOSSES
from linreg_core.run_reference import LEAST_SQUARES, reference_for, reference_name
from linreg_core.theory.courses import (
    VALUES_AT_ONCE,
    Course,
    at_rest,
    course,
    is_linear,
    losses_by_epoch,
    reference_loss,
    states_after_each,
    update_matrices,
)
from linreg_core.theory.spectrum import spectrum

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem

NEAR_PART: Final = 0.01
"""A run is near when its loss is above the reference's by no more than this part of it."""
LEAST_NEAR: Final = 1e-12
"""Or by this part of the loss of predicting the mean: an exact fit's reference has no loss."""
_FIRST_WINDOW: Final = 1024
_MOST_WORK: Final = 2e8


def predicted_losses(problem: Problem, config: TrainConfig) -> FloatArray | None:
    """Return the training losses (n_epochs + 1,) of a full-batch run, by theory.

    loss(t) = floor + c / 2 * sum_k h_k (r_k(t) e_k)**2 with h_k the Hessian's eigenvalues and
    r_k(t) what t updates of sgd, momentum or nesterov leave of the start's error e_k along its
    eigenvector: the t-th power of a 2 x 2 matrix. Exact, up to rounding, for squared losses, with
    weight decay, from any start. Of a run that diverges the losses go on, to inf; a run ends
    before. None where there is no closed answer: minibatches, other losses and solvers, l1,
    schedules, more than 2,000 features, squares out of a float's range.

    >>> from linreg_core import Dataset, Problem, TrainConfig
    >>> problem = Problem.from_dataset(Dataset("line", np.array([[0.0], [1.0]]), [1.0, 3.0]))
    >>> predicted_losses(problem, TrainConfig(n_epochs=2)).round(3).tolist()
    [5.0, 2.825, 1.632]
    """
    found = course_of(problem, config)
    if found is None:
        return None
    n_updates = config.updates_in_epoch(problem.n_train)
    return losses_by_epoch(found, config, n_updates, config.n_epochs)


def predicted_epochs(problem: Problem, config: TrainConfig, most: int = MAX_EPOCHS) -> int | None:
    """Return after how many epochs the training loss is within 1 % of the reference's.

    See `near_loss`. `n_epochs` does not matter: the run goes on as far as it takes. None where it
    never comes there, or not in `most` epochs, and where `predicted_losses` is None.
    """
    found = course_of(problem, config)
    if found is None:
        return None
    wanted = near_loss(problem, config)
    one = update_matrices(config, found.curvatures)
    with np.errstate(all="ignore"):
        epoch = np.linalg.matrix_power(one, config.updates_in_epoch(problem.n_train))
        most = min(most, int(_MOST_WORK / len(epoch)))
        return _first_near(found, epoch, wanted, most)


def near_loss(problem: Problem, config: TrainConfig) -> float:
    """Return the training loss up to which a run is within 1 % of its reference (`Run.reference`).

    Where that fits exactly, 1e-12 of the loss of predicting the mean takes the place of 1 %.
    """
    wanted = target_loss(problem, config)
    return wanted + max(NEAR_PART * wanted, LEAST_NEAR * mean_loss(problem, config.loss))


def target_loss(problem: Problem, config: TrainConfig) -> float:
    """Return the training loss of what a run is compared with: see `reference_for`."""
    if reference_name(config) == LEAST_SQUARES:
        return reference_loss(problem, config)

    def compute() -> float:
        residuals = reference_for(problem, config).predict(problem.X_train) - problem.y_train
        return LOSSES[config.loss].value(residuals, problem.v_train)

    final = config.at(config.n_epochs)
    key = ("reference_loss", final.loss, final.weight_decay, final.knobs.l1)
    return problem.memo.get(key, compute)


def course_of(problem: Problem, config: TrainConfig) -> Course | None:
    """Return what the losses of a run are made of, None where there is no closed answer."""
    if not is_linear(config) or not config.is_full_batch(problem.n_train):
        return None
    found = spectrum(problem)
    if found is None:
        return None
    result = course(problem, config, found)
    return result if result.is_finite else None


def _first_near(course: Course, epoch: FloatArray, wanted: float, most: int) -> int | None:
    """Look through windows of epochs, each as long as all before it."""
    state = at_rest(len(epoch))
    first, length = 0, _FIRST_WINDOW
    while first <= most:
        states = states_after_each(epoch, length, state)
        near = np.flatnonzero(course.losses(states[:-1, :, 0]) <= wanted)
        if len(near):
            found = first + int(near[0])
            return found if found <= most else None
        state = states[-1]
        if not np.isfinite(state).all() or not state.any():
            return None
        first, length = first + length, min(first + length, VALUES_AT_ONCE // len(epoch))
    return None
