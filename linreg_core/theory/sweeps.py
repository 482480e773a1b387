"""Many short runs of one problem side by side: how each ends and how soon it is near."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import BoolArray, FloatArray, frozen
from linreg_core.pauses import pause
from linreg_core.theory.predictions import near_loss
from linreg_core.training import train_blocks
from linreg_core.types import Status

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem

SETTLED_PART: Final = 0.1
"""The last part of a run's losses, whose median is where it has settled."""
WINDOW: Final = 5
"""Losses of which all but one must be near: one that dips or spikes says nothing."""


@dataclass(frozen=True, eq=False)
class Sweep:
    """How k runs ended, in the order of their configs; the arrays are (k,) and read-only.

    `final_loss` is the last training loss, inf where it left a float's range, and `settled_loss`
    the median of the last tenth. `epochs_to_1_percent` is the first epoch at which the loss is
    within 1 % of the reference's (see `near_loss`) and not by chance: of it and the four that are
    evaluated after it, one may be odd. It is inf where there is none. `status` holds a Status each.
    """

    final_loss: FloatArray
    settled_loss: FloatArray
    epochs_to_1_percent: FloatArray
    status: NDArray[Any]

    def __post_init__(self) -> None:
        for array in vars(self).values():
            frozen(array)

    def __len__(self) -> int:
        return len(self.final_loss)


def sweep(problem: Problem, configs: Iterable[TrainConfig]) -> Sweep:
    """Train every config on `problem` with the compiled engine and return how the runs end.

    What an engine computes once per problem is shared, so that a short run costs little more than
    its updates.

    Raises ConfigError for a config that does not fit `problem`, before anything is trained.

    >>> import linreg_core as lc
    >>> problem = lc.Problem.from_dataset(lc.make_dataset("condos"), standardize=True)
    >>> rates = (0.01, 0.5, 2.0)
    >>> runs = sweep(problem, [lc.TrainConfig(learning_rate=rate) for rate in rates])
    >>> [status.value for status in runs.status], int(runs.epochs_to_1_percent.argmin())
    (['finished', 'converged', 'diverged'], 1)
    """
    configs = [replace(config, engine="compiled") for config in configs]
    for config in configs:
        config.check_fits(problem)
    rows = [_ending(problem, config) for config in configs]
    numbers = np.array([row[:3] for row in rows], dtype=np.float64).reshape(-1, 3)
    status = np.array([row[3] for row in rows], dtype=object)
    final, settled, epochs = (column.copy() for column in numbers.T)
    return Sweep(final, settled, epochs, status)


def _ending(problem: Problem, config: TrainConfig) -> tuple[float, float, float, Status]:
    epochs, losses, status = [], [], Status.RUNNING
    for block in train_blocks(problem, config, max_seconds=math.inf):
        known = ~np.isnan(block.train_loss)
        epochs.append(block.epoch[known])
        losses.append(block.train_loss[known])
        status = block.status
        pause()
    loss, epoch = np.concatenate(losses), np.concatenate(epochs)
    with np.errstate(all="ignore"):
        settled = float(np.median(loss[-max(1, math.ceil(SETTLED_PART * len(loss))) :]))
    soon = first_lasting(loss <= near_loss(problem, config))
    is_near = soon is not None and status is not Status.DIVERGED
    return float(loss[-1]), settled, float(epoch[soon]) if is_near else math.inf, status


def first_lasting(near: BoolArray) -> int | None:
    """Return the first place that is near, as its window is but for one; None without any.

    >>> first_lasting(np.array([False, True, False, False, False, True, True, True]))
    5
    """
    if not near.any():
        return None
    first = int(near.argmax())
    if near[first : first + WINDOW].all():  # most often: a convolution takes ten times as long
        return first
    padded = np.append(near, np.full(WINDOW - 1, near[-1]))
    counts = np.convolve(padded, np.ones(WINDOW), mode="valid")
    lasting = np.flatnonzero(near & (counts > WINDOW - 1.5))
    return int(lasting[0]) if len(lasting) else None
