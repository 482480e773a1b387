"""What an engine is: something that starts a training, which is advanced a little at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from linreg_core.solvers import SOLVERS

if TYPE_CHECKING:
    from linreg_core.block import Block
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem


class Training(Protocol):
    """A run in progress: all of its state, and nothing shared that it writes to."""

    def advance(self, max_epochs: int | None, deadline: float) -> Block:
        """Train until `max_epochs` more epochs are complete or the clock passes `deadline`.

        The clock is time.perf_counter(). The first call returns epoch 0 alone. Later calls
        return the epochs that were completed, perhaps none: a long epoch is interrupted between
        two updates and continued by the next call. At least one update is made in any case.
        The block whose status is final is the last; there is nothing to call after it.
        """
        ...


@dataclass(frozen=True)
class Engine:
    """One way of computing the same updates.

    `begin` makes the Training of a checked, iterative config. `prepare` pays beforehand for what
    the first run would have to wait for. `hindrance` tells, without waiting, why runs would have
    to wait or be trained by another engine right now; None where nothing is in the way.
    """

    name: str
    label: str
    summary: str
    begin: Callable[[Problem, TrainConfig], Training]
    prepare: Callable[[], None]
    hindrance: Callable[[], str | None] = lambda: None

    def start(self, problem: Problem, config: TrainConfig) -> Training:
        """Return a training of `problem` that has done nothing yet.

        Raises ConfigError when `config` does not fit `problem`.
        """
        config.check_fits(problem)
        if not SOLVERS[config.solver].is_iterative:
            from linreg_core.engines.closed_form import ClosedFormTraining

            return ClosedFormTraining(problem, config)
        return self.begin(problem, config)
