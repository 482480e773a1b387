"""A run on rows that stay stored: `train_stored`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from linreg_core.checks import broken
from linreg_core.config import TrainConfig
from linreg_core.errors import ConfigError
from linreg_core.training import train_blocks
from linreg_core.types import Status

if TYPE_CHECKING:
    from linreg_core.block import Block
    from linreg_core.distributed.checkpoint import Checkpoint
    from linreg_core.distributed.stored_rows import StoredRows
    from linreg_core.distributed.stored_training import StoredTraining
    from linreg_core.problem import Problem

STORED_SAMPLINGS: Final = ("shuffle", "sequential")


def check_stored(config: TrainConfig) -> None:
    """Raise ConfigError for a run that rows which stay stored can't have."""
    if config.sampling not in STORED_SAMPLINGS and config.batch_size is not None:
        allowed = ", ".join(map(repr, STORED_SAMPLINGS))
        raise broken("sampling", f"must be one of {allowed} with stored rows", config.sampling)


def is_by_moments(config: TrainConfig) -> bool:
    """Whether a run needs no more of the rows than their second moments."""
    try:
        config.check_needs_no_rows()
    except ConfigError:
        return False
    return True


def train_stored(
    rows: StoredRows, problem: Problem, config: TrainConfig, checkpoint: Checkpoint | None = None
) -> Iterator[Block]:
    """Yield a run on stored rows in blocks of an epoch, the same on every rank.

    `problem` is that of the stand-ins (`StoredRows.problem`, or one made of a QR decomposition).
    Full batches of a squared loss need no rows any more, and take less time than a checkpoint.
    Others go through them again and again; with a `checkpoint` they go on from it where there is
    one, its epochs first, in one block.

    Raises ConfigError, at the call, when `config` does not fit the rows or the checkpoint.
    """
    check_stored(config)
    if is_by_moments(config):
        return train_blocks(problem, config, max_seconds=0.1)
    import torch

    from linreg_core.distributed.stored_training import StoredTraining

    with torch.inference_mode(False):
        training = StoredTraining(rows, problem, config)
        kept = None if checkpoint is None else checkpoint.load(rows.ranks)
        if kept is not None:
            training.go_on(kept.state)
    former = [] if kept is None else [kept.block]
    return _blocks(training, former, checkpoint if rows.ranks.rank == 0 else None)


def _blocks(
    training: StoredTraining, former: list[Block], checkpoint: Checkpoint | None
) -> Iterator[Block]:
    """Yield an epoch at a time: all ranks have to stop for the same updates."""
    blocks = list(former)
    yield from former
    status = former[-1].status if former else Status.RUNNING
    while not status.is_final:
        block = training.advance(1, math.inf)
        status = block.status
        if checkpoint is not None:
            blocks.append(block)
            checkpoint.save_when_due(blocks, training.state())
        yield block
