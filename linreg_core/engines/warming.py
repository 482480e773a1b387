"""One tiny run with every solver and loss, so that the first real run is not slow."""

from __future__ import annotations

import itertools
import math

import numpy as np

from linreg_core.config import TrainConfig
from linreg_core.engines.base import Engine
from linreg_core.limits import DTYPES, SAMPLINGS
from linreg_core.losses import LOSSES
from linreg_core.problem import Problem
from linreg_core.solvers import SOLVERS
from linreg_core.types import Dataset

_N_EPOCHS = 2


def train_everything_once(engine: Engine) -> None:
    """Train a four-row line for two epochs in every combination that a config can name."""
    x = np.array([[0.0], [1.0], [2.0], [3.0]])
    dataset = Dataset("warm-up", x, x[:, 0] + 1.0)
    problem = Problem.from_dataset(dataset, test_fraction=0.25, standardize=True)
    for solver, loss, dtype in itertools.product(SOLVERS, LOSSES, DTYPES):
        if not SOLVERS[solver].can_minimize(LOSSES[loss]):
            continue
        _train(engine, problem, TrainConfig(solver, loss, n_epochs=_N_EPOCHS, dtype=dtype))
    for sampling in SAMPLINGS:
        config = TrainConfig(n_epochs=_N_EPOCHS, batch_size=2, sampling=sampling, init="torch")
        _train(engine, problem, config)


def _train(engine: Engine, problem: Problem, config: TrainConfig) -> None:
    training = engine.start(problem, config)
    while not training.advance(None, math.inf).status.is_final:
        pass
