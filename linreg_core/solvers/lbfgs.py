"""L-BFGS: a quasi-Newton method with limited memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linreg_core.solvers.base import Solver

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer

    from linreg_core.config import TrainConfig


def _optimizer(params: list[Tensor], config: TrainConfig) -> Optimizer:
    from torch.optim import LBFGS

    return LBFGS(
        params,
        lr=config.learning_rate,
    )


LBFGS = Solver(
    name="lbfgs",
    label="L-BFGS",
    summary="Builds up the curvature from past gradients; each update is up to 20 inner steps.",
    formula="w = w - lr * H * g, H the inverse curvature estimated from the last 100 steps",
    knobs=("learning_rate",),
    source="torch.optim.LBFGS; Liu and Nocedal (1989), On the limited memory BFGS method",
    optimizer=_optimizer,
    needs_closure=True,
)
