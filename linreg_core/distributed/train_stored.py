"""A run on rows that stay stored: `train_stored`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from linreg_core.checks import broken
from linreg_core.config import TrainConfig
from linreg_core.losses import LOSSES
from linreg_core.solvers import SOLVERS
from linreg_core.training import train_blocks
from linreg_core.types import Status

if TYPE_CHECKING:
    from linreg_core.block import Block
    from linreg_core.distributed.stored_rows import StoredRows
    from linreg_core.engines import Training
    from linreg_core.problem import Problem

STORED_SAMPLINGS: Final = ("shuffle", "sequential")


def check_stored(config: TrainConfig) -> None:
    """Raise ConfigError for a run that rows which stay stored can't have."""
    if config.sampling not in STORED_SAMPLINGS and config.batch_size is not None:
        allowed = ", ".join(map(repr, STORED_SAMPLINGS))
        raise broken("sampling", f"must be one of {allowed} with stored rows", config.sampling)


def is_by_moments(config: TrainConfig, n_train: int) -> bool:
    """Whether a run needs no more of the rows than their second moments."""
    starts = [1, *(epoch + 1 for epoch, _ in config.changes)]
    every = [config.at(start) for start in starts]
    is_iterative = SOLVERS[config.solver].is_iterative
    full = not is_iterative or all(each.is_full_batch(n_train) for each in every)
    return LOSSES[config.loss].is_squared and full


def train_stored(rows: StoredRows, problem: Problem, config: TrainConfig) -> Iterator[Block]:
    """Yield a run on stored rows in blocks of an epoch, the same on every rank.

    `problem` is that of the stand-ins (`StoredRows.problem`, or one made of a QR decomposition).
    Full batches of a squared loss need no rows any more. Others go through them again and again.

    Raises ConfigError, at the call, when `config` does not fit the rows.
    """
    check_stored(config)
    if is_by_moments(config, rows.n_train):
        return train_blocks(problem, replace(config, batch_size=None), max_seconds=0.1)
    import torch

    from linreg_core.distributed.stored_training import StoredTraining

    with torch.inference_mode(False):
        training = StoredTraining(rows, problem, config)
    return _blocks(training)


def _blocks(training: Training) -> Iterator[Block]:
    """Yield an epoch at a time: all ranks have to stop for the same updates."""
    status = Status.RUNNING
    while not status.is_final:
        block = training.advance(1, math.inf)
        status = block.status
        yield block
