"""The only training loop: a stream of blocks, of states, or a finished run."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from linreg_core.checks import finite_number, whole_number
from linreg_core.engines import ENGINES
from linreg_core.limits import MAX_EPOCHS
from linreg_core.run import Run, RunRecorder
from linreg_core.types import EpochState, Status

if TYPE_CHECKING:
    from linreg_core.block import Block
    from linreg_core.config import TrainConfig
    from linreg_core.engines import Training
    from linreg_core.problem import Problem

SLICE_SECONDS = 0.008
"""How long a block takes by default: half a frame at 60 frames a second."""
FIT_SECONDS = 0.05


def train_blocks(
    problem: Problem,
    config: TrainConfig,
    *,
    max_epochs: int | None = None,
    max_seconds: float = SLICE_SECONDS,
) -> Iterator[Block]:
    """Yield the run in blocks: epoch 0 alone and at once, then what `max_seconds` allow.

    A block has at most `max_epochs` epochs. It may be empty, where one epoch takes longer than
    `max_seconds`: a place where the consumer may stop. Nothing is computed while the consumer
    holds a block. Where blocks begin and end changes nothing about the run.

    Raises ConfigError, at the call, when `config` does not fit `problem`.
    """
    if max_epochs is not None:
        max_epochs = whole_number("max_epochs", max_epochs, minimum=1, maximum=MAX_EPOCHS)
    if max_seconds != math.inf:
        max_seconds = finite_number("max_seconds", max_seconds, minimum=0)
    training = ENGINES[config.engine].start(problem, config)
    return _blocks(training, max_epochs, max_seconds)


def train(problem: Problem, config: TrainConfig) -> Iterator[EpochState]:
    """Yield the n_epochs + 1 states of a run, epoch 0 first; fewer only when it diverges.

    Lazily: an epoch is trained when its state is asked for.

    Raises ConfigError, at the call, when `config` does not fit `problem`.

    >>> import numpy as np
    >>> from linreg_core import Dataset, Problem, TrainConfig
    >>> problem = Problem.from_dataset(Dataset("line", np.array([[0.0], [1.0]]), [1.0, 3.0]))
    >>> [round(state.train_loss, 3) for state in train(problem, TrainConfig(n_epochs=2))]
    [5.0, 2.825, 1.632]
    """
    blocks = train_blocks(problem, config, max_epochs=1, max_seconds=math.inf)
    return (state for block in blocks for state in block.states())


def fit(problem: Problem, config: TrainConfig) -> Run:
    """Train to the end and return the run.

    Raises ConfigError when `config` does not fit `problem`.
    """
    recorder = RunRecorder(problem, config)
    for block in train_blocks(problem, config, max_seconds=FIT_SECONDS):
        recorder.add(block)
    return recorder.run()


def _blocks(training: Training, max_epochs: int | None, max_seconds: float) -> Iterator[Block]:
    status = Status.RUNNING
    while not status.is_final:
        block = training.advance(max_epochs, time.perf_counter() + max_seconds)
        status = block.status
        yield block
