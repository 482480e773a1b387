"""Gradient descent with the heavy-ball momentum of Polyak."""

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
        velocity[j] = momentum * velocity[j] + gradient[j] + weight_decay * params[j]
        params[j] -= learning_rate * velocity[j]


def _optimizer(params: list[Tensor], config: TrainConfig) -> Optimizer:
    from torch.optim import SGD

    return SGD(
        params,
        lr=config.learning_rate,
        momentum=config.momentum,
        weight_decay=config.weight_decay,
        foreach=False,
    )


MOMENTUM = Solver(
    name="momentum",
    label="SGD with momentum",
    summary="Keeps part of every step for the next one, and so gathers speed.",
    formula="v = m * v + g; w = w - lr * v",
    knobs=("learning_rate", "momentum", "weight_decay"),
    source="torch.optim.SGD(momentum=m); "
    "Polyak (1964), Some methods of speeding up the convergence of iteration methods",
    update=_update,
    memory_rows=1,
    optimizer=_optimizer,
)
