"""RMSprop: steps divided by a running root mean square of the gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.solvers.base import Solver, SolverKnobs
from linreg_core.solvers.eager import eager

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer

    from linreg_core.arrays import FloatArray

DECAY: Final = 0.99
_EPSILON: Final = 1e-8


def _update(
    params: FloatArray,
    gradient: FloatArray,
    memory: FloatArray,
    n_updates: int,
    knobs: SolverKnobs,
) -> None:
    mean_square = memory[0]
    for j in range(len(params)):
        slope = gradient[j] + knobs.weight_decay * params[j]
        mean_square[j] = DECAY * mean_square[j] + (1 - DECAY) * slope**2
        params[j] -= knobs.learning_rate * slope / (np.sqrt(mean_square[j]) + _EPSILON)


def _optimizer(params: list[Tensor], knobs: SolverKnobs) -> Optimizer:
    from torch.optim import RMSprop

    return eager(RMSprop)(
        params,
        lr=knobs.learning_rate,
        weight_decay=knobs.weight_decay,
        foreach=False,
    )


RMSPROP = Solver(
    name="rmsprop",
    label="RMSprop",
    summary="Divides each parameter's step by a running root mean square of its gradients.",
    formula="s = 0.99 * s + 0.01 * g**2; w = w - lr * g / (sqrt(s) + 1e-8)",
    knobs=("learning_rate", "weight_decay"),
    source="torch.optim.RMSprop; Hinton (2012), Neural networks for machine learning, lecture 6",
    update=_update,
    memory_rows=1,
    optimizer=_optimizer,
)
