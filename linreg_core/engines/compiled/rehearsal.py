"""One tiny run of each kind, so that all entries are compiled before the first real one."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from linreg_core.config import TrainConfig
from linreg_core.engines.compiled.many_stacks import Kept, PlannedRun, train_stacked
from linreg_core.engines.compiled.many_values import ManyRules
from linreg_core.engines.compiled.moments import row_moments
from linreg_core.engines.compiled.training import CompiledTraining
from linreg_core.limits import DTYPES
from linreg_core.problem import Problem
from linreg_core.types import Dataset

if TYPE_CHECKING:
    from linreg_core.engines.compiled.kernels import Kernels

FEW_EPOCHS = 5
FEW_ROWS = 8
MANY_ROWS = 60_000  # so many that second moments pay, where a loss has them
ORDERS: Final = ("C", "F")  # how rows may come: side by side, or column by column
KINDS: tuple[dict[str, Any], ...] = (
    {},
    {"loss": "l1"},
    {"loss": "l1", "batch_size": 2},
    {"solver": "lbfgs"},
    {"solver": "lbfgs", "loss": "l1"},
)
ANY_RULES = ManyRules(1e6, 1e-6, 0.01, 1e-12, 5, 0.1, 3, 2, 1, 0)


def rehearse(kernels: Kernels, few: bool = False) -> None:
    """Train lines on full batches, minibatches and with L-BFGS, in both precisions; then many.

    With `few` only what runs of few updates call.
    """
    if few:
        return _train(kernels, _line(FEW_ROWS), {})
    for order in ORDERS:
        row_moments(kernels, np.zeros((FEW_ROWS, 2), order=order), np.zeros(FEW_ROWS))
    by_moments = tuple(options for options in KINDS if "loss" not in options)
    for n_samples, kinds in ((FEW_ROWS, KINDS), (MANY_ROWS, by_moments)):
        problem = _line(n_samples)
        for dtype, options in itertools.product(DTYPES, kinds):
            _train(kernels, problem, {"dtype": dtype, **options})
    many = [
        PlannedRun(
            Problem.from_dataset(_line(FEW_ROWS).dataset),
            TrainConfig(n_epochs=FEW_EPOCHS, **KINDS[0]),
            math.nan,
        )
    ]
    train_stacked(kernels, many, ANY_RULES, Kept())


def _line(n_samples: int) -> Problem:
    x = np.arange(float(n_samples))[:, np.newaxis]
    return Problem.from_dataset(Dataset("rehearsal", x, x[:, 0]), test_fraction=0.25)


def _train(kernels: Kernels, problem: Problem, options: dict[str, Any]) -> None:
    config = TrainConfig(learning_rate=0.01, n_epochs=FEW_EPOCHS, **options)
    training = CompiledTraining(kernels, problem, config)
    while not training.advance(None, math.inf).status.is_final:
        pass
