"""Adam: running means of the gradient and of its square."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.solvers.base import Solver, SolverKnobs
from linreg_core.solvers.eager import eager

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer

    from linreg_core.arrays import FloatArray

MEAN_DECAY: Final = 0.9
SQUARE_DECAY: Final = 0.999
EPSILON: Final = 1e-8


def _update(
    params: FloatArray,
    gradient: FloatArray,
    memory: FloatArray,
    n_updates: int,
    knobs: SolverKnobs,
) -> None:
    mean, mean_square = memory[0], memory[1]
    step = knobs.learning_rate / (1 - MEAN_DECAY**n_updates)
    correction = np.sqrt(1 - SQUARE_DECAY**n_updates)
    for j in range(len(params)):
        slope = gradient[j] + knobs.weight_decay * params[j]
        mean[j] += (1 - MEAN_DECAY) * (slope - mean[j])
        mean_square[j] = SQUARE_DECAY * mean_square[j] + (1 - SQUARE_DECAY) * slope**2
        params[j] -= step * mean[j] / (np.sqrt(mean_square[j]) / correction + EPSILON)


def _optimizer(params: list[Tensor], knobs: SolverKnobs) -> Optimizer:
    from torch.optim import Adam

    return eager(Adam)(
        params,
        lr=knobs.learning_rate,
        weight_decay=knobs.weight_decay,
        foreach=False,
    )


ADAM = Solver(
    name="adam",
    label="Adam",
    summary="Momentum divided by a running root mean square, both corrected for their start at 0.",
    formula="w = w - lr * mean(g) / (sqrt(mean(g**2)) + 1e-8), running means with 0.9 and 0.999",
    knobs=("learning_rate", "weight_decay"),
    source="torch.optim.Adam; Kingma and Ba (2015), Adam: a method for stochastic optimization",
    update=_update,
    memory_rows=2,
    optimizer=_optimizer,
)
