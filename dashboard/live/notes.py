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
        rows = _overshooting_rows(problem, config)
        return f"{rows}; the run as a whole bears more." if rows else None
    start = f"Diverged at epoch {epoch:,}: "
    rate = f"learning rate {config.learning_rate:.4g}"
    stable = stable_learning_rate(problem, config)
    if stable is not None and config.learning_rate > stable:
        return f"{start}{rate} is above {stable:.3g}, the largest that is stable on these data."
    if rows := _overshooting_rows(problem, config):
        return f"{start}{rows[0].lower()}{rows[1:]}."
    remedy = "." if problem.standardize else ", or standardise the features."
    return f"{start}the steps overshoot further and further. Use less than {rate}{remedy}"


def _overshooting_rows(problem: Problem, config: TrainConfig) -> str:
    """Which part of the rows overshoots, without a full stop: each is a step of its own.

    One row's limit is not the run's: steps on the other rows bring the line back.
    """
    stable = sample_stable_learning_rate(problem, config)
    n_rows = rows_overshooting(problem, config)
    if config.batch_size != 1 or config.solver != "sgd" or stable is None or not n_rows:
        return ""
    return (
        f"At learning rate {config.learning_rate:.2g} the step on a single row overshoots that row "
        f"for {n_rows:,} of {problem.n_train:,} rows. Below {stable:.2g} it does for none"
    )
