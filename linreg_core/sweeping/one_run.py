"""One run of a sweep by the engine itself: whatever a config asks for, with places to stop."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from linreg_core.pauses import pause
from linreg_core.sweeping.endings import SETTLED_PART, STATUSES, Ending
from linreg_core.theory.lasting import first_lasting
from linreg_core.theory.predictions import near_loss
from linreg_core.training import train_blocks
from linreg_core.types import Status

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem


def run_to_end(
    problem: Problem, config: TrainConfig, max_seconds: float
) -> Iterator[Ending | None]:
    """Yield None after about each `max_seconds` of training, and how the run ended at its end."""
    config = replace(config, engine="compiled")
    epochs, losses, status = [], [], Status.RUNNING
    for block in train_blocks(problem, config, max_seconds=max_seconds):
        known = ~np.isnan(block.train_loss)
        epochs.append(block.epoch[known])
        losses.append(block.train_loss[known])
        status = block.status
        pause()
        if not status.is_final:
            yield None
    loss, epoch = np.concatenate(losses), np.concatenate(epochs)
    with np.errstate(all="ignore"):
        settled = float(np.median(loss[-max(1, math.ceil(SETTLED_PART * len(loss))) :]))
    soon = first_lasting(loss <= near_loss(problem, config))
    is_near = soon is not None and status is not Status.DIVERGED
    arrival = float(epoch[soon]) if is_near else math.inf
    yield Ending(float(loss[-1]), settled, arrival, STATUSES.index(status))
