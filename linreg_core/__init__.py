"""Linear regression that can be watched while it learns.

    dataset -> Problem -> train / train_blocks / fit -> states, blocks, a Run

Arrays are float64 and read-only. Parameters are always in original units, and losses in the
units of the loss on original y. Importing this package imports neither torch nor pandas: they
come with the first training and the first table.
"""

from __future__ import annotations

from linreg_core.code import pytorch_script
from linreg_core.config import TrainConfig
from linreg_core.datasets import DATASETS, make_dataset
from linreg_core.doctor import diagnose
from linreg_core.engines import ENGINES
from linreg_core.errors import ConfigError, DataError, LinregError
from linreg_core.losses import LOSSES
from linreg_core.numerics.reference import polyfit_line, reference_fit
from linreg_core.problem import Problem
from linreg_core.run import Run
from linreg_core.solvers import SOLVERS
from linreg_core.sources import open_source
from linreg_core.sweeping import sweep_blocks
from linreg_core.theory import (
    best_learning_rate,
    best_rate,
    predicted_losses,
    stable_learning_rate,
    sweep,
)
from linreg_core.training import fit, train, train_blocks
from linreg_core.types import Dataset, EpochState, Params, Status
from table_reader import read_table

__all__ = [
    "DATASETS",
    "ENGINES",
    "LOSSES",
    "SOLVERS",
    "ConfigError",
    "DataError",
    "Dataset",
    "EpochState",
    "LinregError",
    "Params",
    "Problem",
    "Run",
    "Status",
    "TrainConfig",
    "best_learning_rate",
    "best_rate",
    "diagnose",
    "fit",
    "make_dataset",
    "open_source",
    "polyfit_line",
    "predicted_losses",
    "pytorch_script",
    "read_table",
    "reference_fit",
    "stable_learning_rate",
    "sweep",
    "sweep_blocks",
    "train",
    "train_blocks",
]
