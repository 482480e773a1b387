"""A sweep in blocks of runs, between which whoever asked for it may do something else."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import FloatArray, frozen
from linreg_core.sweeping.endings import STATUSES, Ending
from linreg_core.sweeping.one_run import run_to_end

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem

BLOCK_SECONDS: Final = 0.008
"""How long a block takes by default: half a frame at 60 frames a second."""


@dataclass(frozen=True, eq=False)
class SweepBlock:
    """How the runs `first` ... `first + k - 1` of a sweep ended; the arrays are (k,), read-only.

    What they hold is told with `Sweep`. A status has a number in `status_codes`, its place in
    `STATUSES`.
    """

    first: int
    final_loss: FloatArray
    settled_loss: FloatArray
    epochs_to_1_percent: FloatArray
    status_codes: NDArray[np.int8]

    def __post_init__(self) -> None:
        for name in ("final_loss", "settled_loss", "epochs_to_1_percent", "status_codes"):
            frozen(getattr(self, name))

    def __len__(self) -> int:
        return len(self.final_loss)

    @property
    def status(self) -> NDArray[Any]:
        """The Status of each run."""
        return np.array([STATUSES[code] for code in self.status_codes], dtype=object)


def sweep_blocks(
    runs: Sequence[tuple[Problem, TrainConfig]], max_seconds: float = BLOCK_SECONDS
) -> Iterator[SweepBlock]:
    """Train every (problem, config) with the compiled engine; yield how they end, in order.

    A block has the runs that about `max_seconds` were enough for, perhaps none: a place where the
    consumer may stop. Equal problems (the same object) share what is computed once.

    Raises ConfigError, at the call, for a config that does not fit its problem.
    """
    for problem, config in runs:
        config.check_fits(problem)
    return _blocks(runs, max_seconds)


def _blocks(
    runs: Sequence[tuple[Problem, TrainConfig]], max_seconds: float
) -> Iterator[SweepBlock]:
    first, endings = 0, list[Ending]()
    deadline = time.perf_counter() + max_seconds
    for problem, config in runs:
        for ending in run_to_end(problem, config, max_seconds):
            if ending is not None:
                endings.append(ending)
            if time.perf_counter() >= deadline:
                yield _block(first, endings)
                first, endings = first + len(endings), []
                deadline = time.perf_counter() + max_seconds
    if endings:
        yield _block(first, endings)


def _block(first: int, endings: list[Ending]) -> SweepBlock:
    numbers = np.array(endings, dtype=np.float64).reshape(-1, len(Ending._fields)).T.copy()
    return SweepBlock(first, numbers[0], numbers[1], numbers[2], numbers[3].astype(np.int8))
