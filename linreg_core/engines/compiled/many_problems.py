"""Problems stacked for the loop over many runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.engines.compiled.many_values import ManyProblems
from linreg_core.engines.compiled.moments import quadratics
from linreg_core.engines.compiled.registries import loss_index
from linreg_core.engines.compiled.values import Quadratic
from linreg_core.evaluation import mean_loss
from linreg_core.limits import MAX_UPDATES
from linreg_core.losses import LOSSES

if TYPE_CHECKING:
    from linreg_core.engines.compiled.kernels import Kernels
    from linreg_core.problem import Problem

LINE_ROWS: Final = 4_096
"""Up to here what a line is compared with is found in the loop, at each call anew."""


_N_FACTS: Final = 5


class Stacked(NamedTuple):
    """A problem with a loss, and whether runs on it read its rows."""

    problem: Problem
    loss: str
    reads_rows: bool


def is_line(problem: Problem) -> bool:
    """Return whether the loop finds out itself what runs on a problem are compared with."""
    return problem.n_features == 1 and problem.n_train <= LINE_ROWS


def moments_of(kernels: Kernels, problem: Problem, loss: str) -> Quadratic | None:
    """Return a problem's loss by its second moments, None where rows serve better."""
    return quadratics(kernels, problem, loss, MAX_UPDATES)[0]


def stacked_problems(kernels: Kernels, entries: Sequence[Stacked]) -> ManyProblems:
    """Return problems in the form that the loop takes, with what is known of them."""
    problems, losses = [each.problem for each in entries], [LOSSES[each.loss] for each in entries]
    n_features, n_problems = problems[0].n_features, len(problems)
    rows = [_rows(each) for each in entries]
    y_scales = np.array([each.y_scale for each in problems])
    exponents = np.array([loss.unit_exponent for loss in losses])
    with np.errstate(all="ignore"):
        stack = ManyProblems(
            X=np.concatenate([X for X, _ in rows]),
            y=np.concatenate([y for _, y in rows]),
            v=_weights(problems, [len(y) for _, y in rows]),
            starts=np.cumsum([0, *(len(y) for _, y in rows)]),
            n_train=np.array([each.n_train for each in problems]),
            losses=np.array([loss_index(each.loss) for each in entries]),
            y_scales=np.where([loss.is_squared for loss in losses], 1.0, y_scales),
            units=y_scales**exponents,
            constants=np.array([float(each.fit_intercept) for each in problems]),
            weight_factors=np.array([each.y_scale / each.x_scale for each in problems]),
            x_means=np.array([each.x_mean for each in problems]),
            bias_factors=y_scales,
            y_means=np.array([each.y_mean for each in problems]),
            is_unknown=np.array([is_line(each) for each in problems]),
            is_sound=np.ones(n_problems, dtype=np.bool_),
            is_quadratic=np.zeros(n_problems, dtype=np.bool_),
            anchors=np.zeros((n_problems, n_features + 1)),
            slopes=np.zeros((n_problems, n_features + 1)),
            means=np.zeros((n_problems, n_features)),
            scatters=np.zeros((n_problems, n_features, n_features)),
            curvatures=np.array([loss.curvature or 0.0 for loss in losses]),
            facts=np.full((n_problems, _N_FACTS), np.nan),
        )
    for i, entry in enumerate(entries):
        if not stack.is_unknown[i]:
            _tell(kernels, stack, i, entry)
    return stack


def _weights(problems: Sequence[Problem], lengths: Sequence[int]) -> FloatArray:
    """Return the weights of the rows that are read, none where all rows count alike."""
    if all(problem.v_train is None for problem in problems):
        return np.empty(0)
    pairs = zip(problems, lengths, strict=True)
    parts = [np.ones(n) if each.v_train is None else each.v_train[:n] for each, n in pairs]
    return np.concatenate(parts)


def _rows(entry: Stacked) -> tuple[FloatArray, FloatArray]:
    """Return the training rows in training coordinates, as the compiled loops scale them."""
    problem = entry.problem
    if not entry.reads_rows:
        return problem.X_train[:0], problem.y_train[:0]
    if not problem.standardize:
        return problem.X_train, problem.y_train
    with np.errstate(all="ignore"):
        X = (problem.X_train - problem.x_mean) * (1 / problem.x_scale)
        return X, (problem.y_train - problem.y_mean) * (1 / problem.y_scale)


def _tell(kernels: Kernels, stack: ManyProblems, i: int, entry: Stacked) -> None:
    """Put what is computed once per problem into the stack."""
    stack.facts[i, 0] = mean_loss(entry.problem, entry.loss)
    found: Any = moments_of(kernels, entry.problem, entry.loss)
    if found is None:
        return
    stack.is_quadratic[i] = True
    stack.anchors[i], stack.facts[i, 2], stack.slopes[i] = found.anchor, found.loss, found.slope
    stack.means[i], stack.scatters[i] = found.mean, found.scatter
