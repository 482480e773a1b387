"""AdamW: Adam with decoupled weight decay.

Convention: the decay is the config's `weight_decay`, 0 by default, and not torch's 0.01.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from linreg_core.solvers.adam import EPSILON, MEAN_DECAY, SQUARE_DECAY
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
    mean, mean_square = memory[0], memory[1]
    step = knobs.learning_rate / (1 - MEAN_DECAY**n_updates)
    correction = np.sqrt(1 - SQUARE_DECAY**n_updates)
    for j in range(len(params)):
        mean[j] += (1 - MEAN_DECAY) * (gradient[j] - mean[j])
        mean_square[j] = SQUARE_DECAY * mean_square[j] + (1 - SQUARE_DECAY) * gradient[j] ** 2
        params[j] *= 1 - knobs.learning_rate * knobs.weight_decay
        params[j] -= step * mean[j] / (np.sqrt(mean_square[j]) / correction + EPSILON)


def _optimizer(params: list[Tensor], knobs: SolverKnobs) -> Optimizer:
    from torch.optim import AdamW

    return eager(AdamW)(
        params,
        lr=knobs.learning_rate,
        weight_decay=knobs.weight_decay,
        foreach=False,
    )


ADAMW = Solver(
    name="adamw",
    label="AdamW",
    summary="Adam with weight decay applied to the parameters themselves, not to the gradient.",
    formula="w = w - lr * weight_decay * w, then Adam's step",
    knobs=("learning_rate", "weight_decay"),
    source="torch.optim.AdamW; Loshchilov and Hutter (2019), Decoupled weight decay regularization",
    update=_update,
    memory_rows=2,
    is_decay_apart=True,
    optimizer=_optimizer,
)
