"""What a run's ending means, in one sentence for the person who watched it."""

from __future__ import annotations

from linreg_core import Problem, Status, TrainConfig, stable_learning_rate
from linreg_core.theory import rows_overshooting, sample_stable_learning_rate


def ending_note(problem: Problem, config: TrainConfig, status: Status, epoch: int) -> str | None:
    """Why the run ended as it did and what to try, or None where the pictures say it all.

    Args:
        epoch: the epoch of the run's last state.
    """
    if status is not Status.DIVERGED:
        return _overshooting_note(problem, config)
    stable = stable_learning_rate(problem, config)
    if stable is None and config.batch_size == 1:
        stable = sample_stable_learning_rate(problem, config)
    start = f"Diverged at epoch {epoch:,}: the steps overshoot and the loss grows without bound. "
    if stable is None:
        return start + f"Lower the learning rate (now {config.learning_rate:g})" + (
            " or standardise the features." if not problem.standardize else "."
        )
    if config.learning_rate > stable:
        return start + (
            f"A learning rate of {config.learning_rate:g} is above {stable:.3g}, "
            "the largest that is stable on this data."
        )
    return start + "Lower the learning rate."


def _overshooting_note(problem: Problem, config: TrainConfig) -> str | None:
    if config.batch_size != 1 or config.solver != "sgd" or config.loss not in ("mse", "half_mse"):
        return None
    n_rows = rows_overshooting(problem, config)
    if not n_rows:
        return None
    stable = sample_stable_learning_rate(problem, config)
    n_train = len(problem.y_train)
    return (
        f"{n_rows:,} of {n_train:,} rows are too large for this step: at learning rate "
        f"{config.learning_rate:g} each of them throws the line past its own point, "
        f"so it never settles. Every row is stable only below {stable:.2g}."
    )
