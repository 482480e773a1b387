"""A sweep in blocks of runs, between which whoever asked for it may do something else."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import FloatArray, frozen
from linreg_core.engines.compiled.compiler import COMPILER
from linreg_core.pauses import pause
from linreg_core.sweeping.endings import STATUSES
from linreg_core.sweeping.one_run import run_to_end

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem
    from linreg_core.sweeping.together import Together

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
    together = _together()
    first, ended = 0, list[FloatArray]()
    deadline = time.perf_counter() + max_seconds
    while first + sum(map(len, ended)) < len(runs):
        for endings in _next(together, runs, first + sum(map(len, ended)), max_seconds):
            ended.append(endings)
            if time.perf_counter() >= deadline:
                block = _block(first, ended)
                first, ended = first + len(block), []
                yield block
                deadline = time.perf_counter() + max_seconds
    if ended:
        yield _block(first, ended)


def _together() -> Together | None:
    """Return what trains many runs at once, None where nothing can be compiled."""
    kernels = COMPILER.kernels()
    if kernels is None:
        return None
    # Imported here because it imports numba, which no page may wait for.
    from linreg_core.sweeping.together import Together

    return Together(kernels)


def _next(
    together: Together | None,
    runs: Sequence[tuple[Problem, TrainConfig]],
    first: int,
    max_seconds: float,
) -> Iterator[FloatArray]:
    """Yield how the next runs ended, (k, 4); (0, 4) in the middle of a long one."""
    pause()
    endings = None if together is None else together.train(runs, first, max_seconds)
    if endings is not None:
        yield endings
        return
    for ending in run_to_end(*runs[first], max_seconds):
        yield np.array([ending] if ending is not None else [], dtype=np.float64).reshape(-1, 4)


def _block(first: int, ended: list[FloatArray]) -> SweepBlock:
    numbers = np.concatenate(ended).T.copy()
    return SweepBlock(first, numbers[0], numbers[1], numbers[2], numbers[3].astype(np.int8))
