"""Adam: running means of the gradient and of its square."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linreg_core.solvers.base import Solver

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer

    from linreg_core.config import TrainConfig


def _optimizer(params: list[Tensor], config: TrainConfig) -> Optimizer:
    from torch.optim import Adam

    return Adam(
        params,
        lr=config.learning_rate,
        weight_decay=config.weight_decay,
        foreach=False,
    )


ADAM = Solver(
    name="adam",
    label="Adam",
    summary="Momentum divided by a running root mean square, both corrected for their start at 0.",
    formula="w = w - lr * mean(g) / (sqrt(mean(g**2)) + 1e-8), running means with 0.9 and 0.999",
    knobs=("learning_rate", "weight_decay"),
    source="torch.optim.Adam; Kingma and Ba (2015), Adam: a method for stochastic optimization",
    optimizer=_optimizer,
)
