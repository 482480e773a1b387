"""Many short runs of one problem side by side: how each ends and how soon it is near."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import FloatArray, frozen
from linreg_core.sweeping.blocks import sweep_blocks

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem


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
    blocks = list(sweep_blocks([(problem, config) for config in configs], math.inf))
    if not blocks:
        return Sweep(np.empty(0), np.empty(0), np.empty(0), np.empty(0, dtype=object))
    return Sweep(
        np.concatenate([block.final_loss for block in blocks]),
        np.concatenate([block.settled_loss for block in blocks]),
        np.concatenate([block.epochs_to_1_percent for block in blocks]),
        np.concatenate([block.status for block in blocks]),
    )
