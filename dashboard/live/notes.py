"""What a run's ending means, in one sentence for the person who watched it."""

from __future__ import annotations

import math
from decimal import ROUND_FLOOR, Decimal

import numpy as np

from dashboard.numbers import number, plain_number
from linreg_core import SOLVERS, Problem, Status, TrainConfig, stable_learning_rate
from linreg_core.schedule import settings_at
from linreg_core.theory import rows_overshooting, sample_stable_learning_rate

_ROUNDING = 1e-9
_MOST_ROWS = 1000  # enough to tell how large features are
_LARGE = 2.0  # a mean square; standardised features have 1


def ending_note(problem: Problem, config: TrainConfig, status: Status, epoch: int) -> str | None:
    """Return why the run ended as it did and what to try, or None where the pictures say it all.

    `epoch` is the epoch of the run's last state: what is said is about the settings there.
    """
    config = settings_at(config, epoch)
    if status is not Status.DIVERGED:
        rows = _overshooting_rows(problem, config)
        return f"{rows}. The run as a whole tolerates more." if rows else None
    start = f"Diverged at epoch {epoch:,}: "
    rate = plain_number(config.learning_rate)
    stable = stable_learning_rate(problem, config)
    if stable is not None and config.learning_rate > stable:
        # Weights that an L1 penalty holds at 0 may let a run stand more.
        what = "up to which all runs are stable" if config.knobs.l1 else "the largest stable one"
        return f"{start}learning rate {rate} is above {_floor(stable)}, {what} here."
    if rows := _overshooting_rows(problem, config):
        return f"{start}{rows}."
    remedy = ", or standardise the features." if _has_large_features(problem) else "."
    return f"{start}the steps overshoot more and more. Use a learning rate below {rate}{remedy}"


def _has_large_features(problem: Problem) -> bool:
    """Whether standardising would make the steps much shorter."""
    X = problem.X_train[:_MOST_ROWS]
    with np.errstate(over="ignore"):
        mean_square = float(np.einsum("ij,ij->", X, X)) / X.size
    return not problem.standardize and mean_square > _LARGE


def _overshooting_rows(problem: Problem, config: TrainConfig) -> str:
    """Return which part of the rows overshoots, without a full stop: each is a step of its own.

    One row's limit is not the run's: steps on the other rows bring the line back. Rows that stand
    for others tell nothing of single ones.
    """
    if problem.dataset.shown is not None:
        return ""
    stable = sample_stable_learning_rate(problem, config)
    n_rows = rows_overshooting(problem, config)
    is_own_step = config.batch_size == 1 and not SOLVERS[config.solver].memory_rows
    if not is_own_step or stable is None or not n_rows:
        return ""
    be, own = ("is", "its own step") if n_rows == 1 else ("are", "their own steps")
    return (
        f"{n_rows:,} of {problem.n_train:,} rows {be} overshot by {own}; up to learning rate "
        f"{_floor(stable)} no row is"
    )


def _floor(rate: float) -> str:
    """Return a bound with three digits, rounded down: what is said of it stays true."""
    if not 0 < rate < math.inf:
        return number(rate)
    unit = Decimal(1).scaleb(math.floor(math.log10(rate)) - 2)
    return plain_number(float(Decimal(rate * (1 + _ROUNDING)).quantize(unit, ROUND_FLOOR)))
