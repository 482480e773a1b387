"""Gradient descent with the momentum of Nesterov, in torch's formulation."""

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
    velocity, rate, threshold = memory[0], knobs.learning_rate, knobs.learning_rate * knobs.l1
    if knobs.momentum == 0:  # torch leaves alone what was gathered
        for j in range(len(params)):
            params[j] -= rate * (gradient[j] + knobs.weight_decay * params[j])
        if threshold > 0:
            for j in range(len(params) - 1):
                params[j] -= min(max(params[j], -threshold), threshold)
        return
    for j in range(len(params)):
        slope = gradient[j] + knobs.weight_decay * params[j]
        if threshold > 0 and j < len(params) - 1:
            reached = params[j] - rate * slope
            if -threshold <= reached <= threshold:
                slope = params[j] / rate
            else:
                slope += knobs.l1 if reached > 0 else -knobs.l1
        velocity[j] = knobs.momentum * velocity[j] + slope
        params[j] -= rate * (slope + knobs.momentum * velocity[j])


def _optimizer(params: list[Tensor], knobs: SolverKnobs) -> Optimizer:
    from torch.optim import SGD

    # torch refuses nesterov=True with momentum 0, where both rules are plain gradient descent.
    return eager(SGD)(
        params,
        lr=knobs.learning_rate,
        momentum=knobs.momentum,
        weight_decay=knobs.weight_decay,
        nesterov=knobs.momentum > 0,
        foreach=False,
    )


NESTEROV = Solver(
    name="nesterov",
    label="SGD with Nesterov momentum",
    summary="Momentum that looks ahead: the gradient counts once more after the gathered speed.",
    formula="v = m * v + g; w = w - lr * (g + m * v)",
    knobs=("learning_rate", "momentum", "weight_decay", "l1"),
    source="torch.optim.SGD(nesterov=True); "
    "Sutskever et al. (2013), On the importance of initialization and momentum in deep learning",
    update=_update,
    memory_rows=1,
    stability_factor=lambda knobs: 2.0 * (1.0 + knobs.momentum) / (1.0 + 2.0 * knobs.momentum),
    optimizer=_optimizer,
)
