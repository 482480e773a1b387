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
    start = f"Diverged at epoch {epoch:,}: "
    rate = f"learning rate {config.learning_rate:.4g}"
    if stable is not None and config.learning_rate > stable:
        return f"{start}{rate} is above {stable:.3g}, the largest that is stable on this data."
    remedy = "." if problem.standardize else ", or standardise the features."
    return f"{start}the steps overshoot further and further. Lower the {rate}{remedy}"


def _overshooting_note(problem: Problem, config: TrainConfig) -> str | None:
    if config.batch_size != 1 or config.solver != "sgd" or config.loss not in ("mse", "half_mse"):
        return None
    n_rows = rows_overshooting(problem, config)
    if not n_rows:
        return None
    stable = sample_stable_learning_rate(problem, config)
    return (
        f"{n_rows:,} of {problem.n_train:,} rows overshoot: a step of {config.learning_rate:.2g} "
        f"throws the line past their own point. Below {stable:.2g} none would."
    )
