"""How a run ended, in lines of text."""

from __future__ import annotations

from typing import Final

from linreg_core.losses import LOSSES
from linreg_core.problem import Problem
from linreg_core.run import Run
from linreg_core.theory import stable_learning_rate
from linreg_core.types import EpochState, Params, Status

MOST_TERMS: Final = 8


def outcome_lines(run: Run) -> str:
    """Return the lines that tell how a run ended, in the columns' own names."""
    if run.status is Status.DIVERGED:
        return _divergence(run)
    problem, final = run.problem, run.final
    lines = [
        f"{run.status.value} after {final.epoch} epochs ({final.n_updates} updates)",
        f"learned    {equation_text(problem, final.params)}",
        f"reference  {equation_text(problem, run.reference)}",
        f"loss       {LOSSES[run.config.loss].label}: {_losses(final)}",
    ]
    return "\n".join(lines)


def equation_text(problem: Problem, params: Params) -> str:
    """Return params as an equation, e.g. "price = 3 * area + 2 * floor - 7".

    Of many features it names the first ones.
    """
    terms = [
        (weight, f" * {name}")
        for weight, name in zip(params.weights, problem.dataset.feature_names, strict=True)
    ]
    text = ""
    for value, name in [*terms[:MOST_TERMS], (params.bias, "")]:
        sign = "-" if value < 0 else "+"
        text += f" {sign} {abs(value):.7g}{name}" if text else f"{value:.7g}{name}"
    if len(terms) > MOST_TERMS:
        text += f" + {len(terms) - MOST_TERMS} more"
    return f"{problem.dataset.target_name} = {text}"


def _divergence(run: Run) -> str:
    text = (
        f"diverged at epoch {run.final.epoch}: learning rate {run.config.learning_rate:g} is too "
        f"large for these data"
    )
    stable = stable_learning_rate(run.problem, run.config)
    if stable is None:
        return f"{text}; try a tenth of it"
    must = "is sure to be small enough" if run.config.knobs.l1 else "must stay"
    return f"{text}; it {must} below {stable:.4g}"


def _losses(state: EpochState) -> str:
    train = f"training {state.train_loss:.7g}"
    return train if state.test_loss is None else f"{train}, test {state.test_loss:.7g}"
