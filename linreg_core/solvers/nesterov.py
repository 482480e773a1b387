"""Gradient descent with the momentum of Nesterov, in torch's formulation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linreg_core.solvers.base import Solver

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer

    from linreg_core.arrays import FloatArray
    from linreg_core.config import TrainConfig


def _update(
    params: FloatArray,
    gradient: FloatArray,
    memory: FloatArray,
    n_updates: int,
    learning_rate: float,
    momentum: float,
    weight_decay: float,
) -> None:
    velocity = memory[0]
    for j in range(len(params)):
        slope = gradient[j] + weight_decay * params[j]
        velocity[j] = momentum * velocity[j] + slope
        params[j] -= learning_rate * (slope + momentum * velocity[j])


def _optimizer(params: list[Tensor], config: TrainConfig) -> Optimizer:
    from torch.optim import SGD

    # torch refuses nesterov=True with momentum 0, where both rules are plain gradient descent.
    return SGD(
        params,
        lr=config.learning_rate,
        momentum=config.momentum,
        weight_decay=config.weight_decay,
        nesterov=config.momentum > 0,
        foreach=False,
    )


NESTEROV = Solver(
    name="nesterov",
    label="SGD with Nesterov momentum",
    summary="Momentum that looks ahead: the gradient counts once more after the gathered speed.",
    formula="v = m * v + g; w = w - lr * (g + m * v)",
    knobs=("learning_rate", "momentum", "weight_decay"),
    source="torch.optim.SGD(nesterov=True); "
    "Sutskever et al. (2013), On the importance of initialization and momentum in deep learning",
    update=_update,
    memory_rows=1,
    optimizer=_optimizer,
)
