"""Adagrad: steps that shrink with the squared gradients summed so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.solvers.base import Solver, SolverKnobs
from linreg_core.solvers.eager import eager

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer

    from linreg_core.arrays import FloatArray

_EPSILON: Final = 1e-10


def _update(
    params: FloatArray,
    gradient: FloatArray,
    memory: FloatArray,
    n_updates: int,
    knobs: SolverKnobs,
) -> None:
    squares = memory[0]
    for j in range(len(params)):
        slope = gradient[j] + knobs.weight_decay * params[j]
        squares[j] += slope**2
        params[j] -= knobs.learning_rate * slope / (np.sqrt(squares[j]) + _EPSILON)


def _optimizer(params: list[Tensor], knobs: SolverKnobs) -> Optimizer:
    from torch.optim import Adagrad

    return eager(Adagrad)(
        params,
        lr=knobs.learning_rate,
        weight_decay=knobs.weight_decay,
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
