"""What each epoch's updates are tuned with: the one source of it for every engine.

A schedule multiplies the learning rate by a factor that is the same for all updates of an epoch,
as torch.optim.lr_scheduler does where its `step()` is called once an epoch. A change on the way
sets what it is multiplied with.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.arrays import FloatArray, IntArray
from linreg_core.solvers import SolverKnobs

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig

STEP_FACTOR: Final = 0.1
"""What "step" multiplies the rate by at the end of each third of the run."""
N_STEPS: Final = 3
RATE_COLUMN: Final = SolverKnobs._fields.index("learning_rate")


def rate_factors(config: TrainConfig, epochs: IntArray) -> FloatArray:
    """Return what multiplies the learning rate in each of `epochs`, of which the first is 1.

    The first `warmup_epochs` W rise evenly, k / (W + 1) in epoch k. After them, with t counted
    from 0 and T the epochs that are left, the factor is 1 for "constant", 0.1 ** (t // ceil(T / 3))
    for "step", (1 + cos(pi t / T)) / 2 for "cosine" and 1 / (1 + t) for "inverse_time".
    Source: torch.optim.lr_scheduler's LinearLR, StepLR, CosineAnnealingLR and LambdaLR; "cosine" is
    that of Loshchilov and Hutter (2017), SGDR, and "inverse_time" that of Robbins and Monro (1951).

    >>> from linreg_core.config import TrainConfig
    >>> config = TrainConfig(schedule="inverse_time", warmup_epochs=1, n_epochs=4)
    >>> rate_factors(config, np.arange(1, 5)).round(3).tolist()
    [0.5, 1.0, 0.5, 0.333]
    """
    warmup = config.warmup_epochs
    after = _factors_after(config, np.maximum(epochs - 1 - warmup, 0))
    return np.where(epochs <= warmup, epochs / (warmup + 1), after)


def learning_rate_at(config: TrainConfig, epoch: int) -> float:
    """Return the learning rate of the updates of `epoch`, of which the first is 1."""
    return float(epoch_knobs(config, epoch, epoch)[0, RATE_COLUMN])


def settings_at(config: TrainConfig, epoch: int) -> TrainConfig:
    """Return what a run is set to at an epoch, as the settings of one without schedule or change.

    Epoch 0 counts as the first.
    """
    if is_tuned_alike(config):
        return config
    epoch = max(epoch, 1)
    rate = learning_rate_at(config, epoch)
    return replace(config.at(epoch), learning_rate=rate, schedule="constant", warmup_epochs=0)


def epoch_knobs(config: TrainConfig, first: int, last: int) -> FloatArray:
    """Return what tunes the updates of epochs first ... last: a row for each, as SolverKnobs."""
    table = np.tile(np.array(config.at(first).knobs), (last - first + 1, 1))
    for epoch, _ in config.changes:
        if first <= epoch < last:
            table[epoch - first + 1 :] = config.at(epoch + 1).knobs
    if config.schedule != "constant" or config.warmup_epochs:
        epochs = np.arange(first, last + 1, dtype=np.int64)
        table[:, RATE_COLUMN] *= rate_factors(config, epochs)
    return table


def is_tuned_alike(config: TrainConfig) -> bool:
    """Whether the updates of all epochs are tuned with the same numbers."""
    return config.schedule == "constant" and not config.warmup_epochs and not config.changes


@dataclass(frozen=True)
class Stretch:
    """Epochs first ... last, whose updates are of one kind: the same solver on equal batches.

    `config` is that of the first of them; rate, momentum and decay may change on the way.
    """

    first: int
    last: int
    config: TrainConfig


def stretches(config: TrainConfig) -> tuple[Stretch, ...]:
    """Return the stretches of a run, in order."""
    found = [Stretch(1, config.n_epochs, config.at(1))]
    for epoch, _ in config.changes:
        latest, changed = found[-1], config.at(epoch + 1)
        kinds = [(each.solver, each.batch_size) for each in (latest.config, changed)]
        if kinds[0] != kinds[1]:
            found[-1] = Stretch(latest.first, epoch, latest.config)
            found.append(Stretch(epoch + 1, config.n_epochs, changed))
    return tuple(found)


def _factors_after(config: TrainConfig, t: IntArray) -> FloatArray:
    n_epochs = config.n_epochs - config.warmup_epochs
    if config.schedule == "step":
        return STEP_FACTOR ** np.asarray(t // math.ceil(n_epochs / N_STEPS), dtype=np.float64)
    if config.schedule == "cosine":
        return np.asarray((1 + np.cos(np.pi * t / n_epochs)) / 2)
    if config.schedule == "inverse_time":
        return 1 / (1 + np.asarray(t, dtype=np.float64))
    return np.ones(len(t))
