"""The registries' plain functions, compiled: a solver's update and a loss's value and slope."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from linreg_core.engines.compiled.decorators import rule
from linreg_core.losses import LOSSES
from linreg_core.solvers import SOLVERS

RULES: Final = tuple(solver for solver in SOLVERS.values() if solver.update is not None)
_LOSSES: Final = tuple(LOSSES.values())


def solver_index(name: str) -> int:
    """Return the number by which `update` knows a solver that has an update rule."""
    return [solver.name for solver in RULES].index(name)


def loss_index(name: str) -> int:
    """Return the number by which `row_loss` and `row_slope` know a loss."""
    return [loss.name for loss in _LOSSES].index(name)


def _update_chain(rules: Sequence[Any]) -> Any:
    """Return update(solver, ...): rule number `solver` of `rules`, called directly."""
    first = rules[0]
    rest = _update_chain(rules[1:]) if len(rules) > 1 else first

    def last(solver, params, gradient, memory, n_updates, knobs):
        first(params, gradient, memory, n_updates, knobs)

    def chosen(solver, params, gradient, memory, n_updates, knobs):
        if solver == 0:
            first(params, gradient, memory, n_updates, knobs)
        else:
            rest(solver - 1, params, gradient, memory, n_updates, knobs)

    return rule(chosen if len(rules) > 1 else last)


def _loss_chain(functions: Sequence[Any]) -> Any:
    """Return f(loss, residual): function number `loss` of `functions`, called directly."""
    first = functions[0]
    rest = _loss_chain(functions[1:]) if len(functions) > 1 else first

    def last(loss, residual):
        return first(residual)

    def chosen(loss, residual):
        if loss == 0:
            return first(residual)
        return rest(loss - 1, residual)

    return rule(chosen if len(functions) > 1 else last)


update = _update_chain([rule(solver.update) for solver in RULES if solver.update])
row_loss = _loss_chain([rule(loss.row_losses) for loss in _LOSSES])
row_slope = _loss_chain([rule(loss.slope) for loss in _LOSSES])
