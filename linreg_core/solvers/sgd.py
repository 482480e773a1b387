"""Gradient descent, full-batch or stochastic."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    for j in range(len(params)):
        params[j] -= knobs.learning_rate * (gradient[j] + knobs.weight_decay * params[j])
    threshold = knobs.learning_rate * knobs.l1
    if threshold > 0:
        for j in range(len(params) - 1):
            params[j] -= min(max(params[j], -threshold), threshold)


def _optimizer(params: list[Tensor], knobs: SolverKnobs) -> Optimizer:
    from torch.optim import SGD

    return eager(SGD)(
        params,
        lr=knobs.learning_rate,
        weight_decay=knobs.weight_decay,
        foreach=False,
    )


SGD = Solver(
    name="sgd",
    label="SGD",
    summary="Steps against the gradient, by the learning rate times its length.",
    formula="w = w - lr * g",
    knobs=("learning_rate", "weight_decay", "l1"),
    source="torch.optim.SGD; Robbins and Monro (1951), A stochastic approximation method",
    update=_update,
    stability_factor=lambda knobs: 2.0,
    optimizer=_optimizer,
)
