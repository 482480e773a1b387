"""RMSprop: steps divided by a running root mean square of the gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linreg_core.solvers.base import Solver

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer

    from linreg_core.config import TrainConfig


def _optimizer(params: list[Tensor], config: TrainConfig) -> Optimizer:
    from torch.optim import RMSprop

    return RMSprop(
        params,
        lr=config.learning_rate,
        weight_decay=config.weight_decay,
        foreach=False,
    )


RMSPROP = Solver(
    name="rmsprop",
    label="RMSprop",
    summary="Divides each parameter's step by a running root mean square of its gradients.",
    formula="s = 0.99 * s + 0.01 * g**2; w = w - lr * g / (sqrt(s) + 1e-8)",
    knobs=("learning_rate", "weight_decay"),
    source="torch.optim.RMSprop; Hinton (2012), Neural networks for machine learning, lecture 6",
    optimizer=_optimizer,
)
