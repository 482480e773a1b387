"""L-BFGS: a quasi-Newton method with limited memory."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.solvers.base import Solver, SolverKnobs, ValueAndGradient
from linreg_core.solvers.eager import eager

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer

    from linreg_core.arrays import FloatArray

INNER_STEPS: Final = 20
HISTORY: Final = 100
SMALLEST_GRADIENT: Final = 1e-7
SMALLEST_CHANGE: Final = 1e-9
_SMALLEST_CURVATURE: Final = 1e-10


class Lbfgs:
    """The curvature gathered so far: pairs of a step and what the gradient changed by on it."""

    def __init__(self) -> None:
        self._learning_rate = 1.0
        self._pairs: deque[tuple[FloatArray, FloatArray, float]] = deque(maxlen=HISTORY)
        self._scale = 1.0
        self._step: FloatArray | None = None
        self._former_gradient: FloatArray | None = None

    def update(
        self, params: FloatArray, objective: ValueAndGradient, knobs: SolverKnobs
    ) -> tuple[float, FloatArray]:
        """Make up to 20 steps without line search; see `Minimizer.update`."""
        self._learning_rate = knobs.learning_rate
        first = loss, gradient = objective(params)
        for inner in range(1, INNER_STEPS + 1):
            if np.abs(gradient).max() <= SMALLEST_GRADIENT:
                break
            direction, step = self._direction(gradient)
            if gradient @ direction > -SMALLEST_CHANGE:
                break
            params += step
            if inner == INNER_STEPS:
                break
            former_loss, (loss, gradient) = loss, objective(params)
            is_still = np.abs(step).max() <= SMALLEST_CHANGE
            if is_still or abs(loss - former_loss) < SMALLEST_CHANGE:
                break
        return first

    def _direction(self, gradient: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return minus the inverse curvature times the gradient, and the step along it."""
        rate = self._learning_rate
        if self._former_gradient is None:
            direction = -gradient
            rate *= min(1.0, 1.0 / float(np.abs(gradient).sum()))
        else:
            self._learn(gradient - self._former_gradient)
            direction = self._times_inverse_curvature(-gradient)
        self._former_gradient, self._step = gradient, rate * direction
        return direction, self._step

    def _learn(self, change: FloatArray) -> None:
        assert self._step is not None
        curvature = float(change @ self._step)
        if curvature > _SMALLEST_CURVATURE:
            self._pairs.append((change, self._step, 1.0 / curvature))
            self._scale = curvature / float(change @ change)

    def _times_inverse_curvature(self, vector: FloatArray) -> FloatArray:
        """The two loops of Nocedal (1980), Updating quasi-Newton matrices with limited storage."""
        parts = []
        for change, step, inverse in reversed(self._pairs):
            parts.append(inverse * (step @ vector))
            vector = vector - parts[-1] * change
        vector = self._scale * vector
        for (change, step, inverse), part in zip(self._pairs, reversed(parts), strict=True):
            vector = vector + (part - inverse * (change @ vector)) * step
        return vector


def _optimizer(params: list[Tensor], knobs: SolverKnobs) -> Optimizer:
    from torch.optim import LBFGS

    return eager(LBFGS)(
        params,
        lr=knobs.learning_rate,
    )


LBFGS = Solver(
    name="lbfgs",
    label="L-BFGS",
    summary="Builds up the curvature from past gradients; each update is up to 20 inner steps.",
    formula="w = w - lr * H * g, H the inverse curvature estimated from the last 100 steps",
    knobs=("learning_rate",),
    source="torch.optim.LBFGS; Liu and Nocedal (1989), On the limited memory BFGS method",
    minimizer=Lbfgs,
    optimizer=_optimizer,
)
