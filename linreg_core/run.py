"""A finished run: its trajectory, its last state, and what it is compared with."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linreg_core.run_reference import reference_for
from linreg_core.trajectory import Trajectory, TrajectoryRecorder
from linreg_core.types import EpochState, Params, Status

if TYPE_CHECKING:
    from linreg_core.block import Block
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem


@dataclass(frozen=True, eq=False)
class Run:
    """A run that ended; `seconds` is how long it took from its start to its last block."""

    problem: Problem
    config: TrainConfig
    trajectory: Trajectory
    final: EpochState
    seconds: float

    @property
    def status(self) -> Status:
        """How the run ended."""
        return self.final.status

    @property
    def reference(self) -> Params:
        """What the run is compared with: the minimum that it goes to (see `reference_for`)."""
        return reference_for(self.problem, self.config)


class RunRecorder:
    """Collect the blocks of a run while they arrive."""

    def __init__(self, problem: Problem, config: TrainConfig) -> None:
        self._problem = problem
        self._config = config
        self._trajectory = TrajectoryRecorder(problem.n_features)
        self._last: Block | None = None
        self._started = self._latest = time.perf_counter()

    def add(self, block: Block) -> None:
        """Take in the next block; empty ones are allowed."""
        self._latest = time.perf_counter()
        if len(block):
            self._last = block
            self._trajectory.add(block)

    @property
    def latest(self) -> EpochState | None:
        """The latest state, None before the first."""
        return None if self._last is None else self._last.last_state()

    def run(self) -> Run:
        """Return the run, as far as it has come; at least epoch 0 must have been added."""
        latest = self.latest
        assert latest is not None, "a run has at least epoch 0"
        return Run(
            problem=self._problem,
            config=self._config,
            trajectory=self._trajectory.trajectory(),
            final=latest,
            seconds=self._latest - self._started,
        )
