"""The engine "compiled": the same updates from scratch, in compiled loops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linreg_core.engines.base import Engine
from linreg_core.engines.compiled.compiler import COMPILER
from linreg_core.engines.compiled.few_updates import is_of_few_updates
from linreg_core.engines.torch_engine import TORCH

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.engines.base import Training
    from linreg_core.problem import Problem

__all__ = ["COMPILED"]


def _begin(problem: Problem, config: TrainConfig) -> Training:
    """Return a training in compiled loops, or where they can't be had, in torch."""
    few = is_of_few_updates(problem.n_train, config)
    kernels = COMPILER.kernels_for_few() if few else COMPILER.kernels()
    if kernels is None:
        return TORCH.begin(problem, config)
    from linreg_core.engines.compiled.training import CompiledTraining

    return CompiledTraining(kernels, problem, config)


def _prepare() -> None:
    COMPILER.kernels()


COMPILED = Engine(
    name="compiled",
    label="Compiled",
    summary="The same updates written from scratch and compiled: the fastest.",
    begin=_begin,
    prepare=_prepare,
    hindrance=COMPILER.hindrance,
)
