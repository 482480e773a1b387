"""Adagrad: steps that shrink with the squared gradients summed so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.solvers.base import Solver

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer

    from linreg_core.arrays import FloatArray
    from linreg_core.config import TrainConfig

EPSILON: Final = 1e-10


def _update(
    params: FloatArray,
    gradient: FloatArray,
    memory: FloatArray,
    n_updates: int,
    learning_rate: float,
    momentum: float,
    weight_decay: float,
) -> None:
    squares = memory[0]
    for j in range(len(params)):
        slope = gradient[j] + weight_decay * params[j]
        squares[j] += slope**2
        params[j] -= learning_rate * slope / (np.sqrt(squares[j]) + EPSILON)


def _optimizer(params: list[Tensor], config: TrainConfig) -> Optimizer:
    from torch.optim import Adagrad

    return Adagrad(
        params,
        lr=config.learning_rate,
        weight_decay=config.weight_decay,
        foreach=False,
    )


ADAGRAD = Solver(
    name="adagrad",
    label="Adagrad",
    summary="Divides each step by the root of the sum of the squared gradients so far.",
    formula="s = s + g**2; w = w - lr * g / (sqrt(s) + 1e-10)",
    knobs=("learning_rate", "weight_decay"),
    source="torch.optim.Adagrad; Duchi, Hazan and Singer (2011), Adaptive subgradient methods",
    update=_update,
    memory_rows=1,
    optimizer=_optimizer,
)
