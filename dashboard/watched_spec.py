"""A run that is trained elsewhere, as a trainer is asked to encode it for browsers."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.problem_spec import ProblemSpec
from linreg_core import TrainConfig


@dataclass(frozen=True)
class WatchedSpec:
    """What is to be encoded: its blocks come from the web server, which has them from elsewhere.

    `id` is unguessable, and another one for each run. `problem` is of rows that may stand for
    others. `reference_losses` are those of least squares, on training and test rows, where they
    can't be told from the problem.
    """

    id: str
    problem: ProblemSpec
    config: TrainConfig
    reference_losses: tuple[float, float | None] | None = None
