"""AdamW: Adam with decoupled weight decay.

Convention: the decay is the config's `weight_decay`, 0 by default, and not torch's 0.01.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linreg_core.solvers.base import Solver

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer

    from linreg_core.config import TrainConfig


def _optimizer(params: list[Tensor], config: TrainConfig) -> Optimizer:
    from torch.optim import AdamW

    return AdamW(
        params,
        lr=config.learning_rate,
        weight_decay=config.weight_decay,
        foreach=False,
    )


ADAMW = Solver(
    name="adamw",
    label="AdamW",
    summary="Adam with weight decay applied to the parameters themselves, not to the gradient.",
    formula="w = w - lr * weight_decay * w, then Adam's step",
    knobs=("learning_rate", "weight_decay"),
    source="torch.optim.AdamW; Loshchilov and Hutter (2019), Decoupled weight decay regularization",
    optimizer=_optimizer,
)
