"""Where a run starts: initial parameters in training coordinates, the same for every engine."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.sampling import init_generator
from linreg_core.types import Params

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem

NORMAL_DEVIATION = 0.01


def initial_params(problem: Problem, config: TrainConfig) -> tuple[FloatArray, float]:
    """Return (weights, bias) that `config.init` asks for, in training coordinates.

    The bias is 0 where the problem has no intercept.
    """
    weights, bias = _asked_params(problem, config)
    return weights, bias if problem.fit_intercept else 0.0


def _asked_params(problem: Problem, config: TrainConfig) -> tuple[FloatArray, float]:
    n_features = problem.n_features
    if isinstance(config.init, Params):
        return problem.to_training(config.init)
    if config.init == "zeros":
        return np.zeros(n_features), 0.0
    if config.init == "torch":
        return _linear_layer_params(n_features, config.dtype, config.seed)
    generator = init_generator(config.seed)
    weights = generator.standard_normal(n_features)
    if config.init == "normal":
        return NORMAL_DEVIATION * weights, 0.0
    return weights, float(generator.standard_normal())


def _linear_layer_params(n_features: int, dtype: str, seed: int) -> tuple[FloatArray, float]:
    """Return what torch.manual_seed(seed); torch.nn.Linear(n_features, 1) would draw.

    Both are uniform within 1/sqrt(n_features). Source: torch.nn.Linear.reset_parameters.
    """
    import torch

    generator = torch.Generator().manual_seed(seed)
    weights = torch.empty((1, n_features), dtype=getattr(torch, dtype))
    bias = torch.empty(1, dtype=weights.dtype)
    torch.nn.init.kaiming_uniform_(weights, a=math.sqrt(5), generator=generator)
    bound = 1 / math.sqrt(n_features)
    torch.nn.init.uniform_(bias, -bound, bound, generator=generator)
    return weights[0].double().numpy(), float(bias[0])
