"""Gradient descent with the heavy-ball momentum of Polyak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linreg_core.solvers.base import Solver, SolverKnobs
from linreg_core.solvers.eager import eager

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer

    from linreg_core.arrays import FloatArray


def _update(
    params: FloatArray,
    gradient: FloatArray,
    memory: FloatArray,
    n_updates: int,
    knobs: SolverKnobs,
) -> None:
    velocity = memory[0]
    if knobs.momentum == 0:  # torch leaves alone what was gathered
        for j in range(len(params)):
            params[j] -= knobs.learning_rate * (gradient[j] + knobs.weight_decay * params[j])
    else:
        for j in range(len(params)):
            slope = gradient[j] + knobs.weight_decay * params[j]
            velocity[j] = knobs.momentum * velocity[j] + slope
            params[j] -= knobs.learning_rate * velocity[j]
    threshold = knobs.learning_rate * knobs.l1
    if threshold > 0:
        for j in range(len(params) - 1):
            held = min(max(params[j], -threshold), threshold)
            params[j] -= held
            if knobs.momentum > 0:  # what was gathered is the step that was made
                velocity[j] += held / knobs.learning_rate


def _optimizer(params: list[Tensor], knobs: SolverKnobs) -> Optimizer:
    from torch.optim import SGD

    return eager(SGD)(
        params,
        lr=knobs.learning_rate,
        momentum=knobs.momentum,
        weight_decay=knobs.weight_decay,
        foreach=False,
    )


SGD_WITH_MOMENTUM = Solver(
    name="momentum",
    label="SGD with momentum",
    summary="Keeps part of every step for the next one, and so gathers speed.",
    formula="v = m * v + g; w = w - lr * v",
    knobs=("learning_rate", "momentum", "weight_decay", "l1"),
    source="torch.optim.SGD(momentum=m); "
    "Polyak (1964), Some methods of speeding up the convergence of iteration methods",
    update=_update,
    memory_rows=1,
    stability_factor=lambda knobs: 2.0 * (1.0 + knobs.momentum),
    optimizer=_optimizer,
)
