"""The engine "torch": what people would write with autograd and torch.optim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linreg_core.engines.base import Engine

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.engines.base import Training
    from linreg_core.problem import Problem


def _begin(problem: Problem, config: TrainConfig) -> Training:
    # Imported here because importing torch takes 1.2 s, which a page should not wait for.
    import torch

    from linreg_core.engines.torch_training import TorchTraining

    # Tensors made inside somebody's inference_mode() could never be trained on.
    with torch.inference_mode(False):
        return TorchTraining(problem, config)


def _prepare() -> None:
    from linreg_core.engines.warming import train_everything_once

    train_everything_once(TORCH)


TORCH = Engine(
    name="torch",
    label="PyTorch (autograd)",
    summary="Autograd and torch.optim on a torch.nn.Module, as one would write it by hand.",
    begin=_begin,
    prepare=_prepare,
)
