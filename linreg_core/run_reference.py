"""Which fit a run is compared with: the minimum of what it minimises, where that is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from linreg_core.losses import LOSSES
from linreg_core.memo import Recent
from linreg_core.numerics.reference import reference_fit
from linreg_core.numerics.ridge import ridge_fit
from linreg_core.regularised.elastic_net import elastic_net_fit
from linreg_core.solvers import SOLVERS
from linreg_core.types import Params

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem

LEAST_SQUARES: Final = "least squares"
RIDGE: Final = "ridge"
LASSO: Final = "lasso"
ELASTIC_NET: Final = "elastic net"
MOST_PENALISED: Final = 16
"""Fits with l1 that are kept of a problem: penalties are dragged."""
QUICK_FEATURES: Final = 64
"""Up to here a ridge fit takes less than a millisecond, and is not kept for each weight decay."""


def reference_for(problem: Problem, config: TrainConfig) -> Params:
    """Return what a run of `config` is compared with, in original units: `reference_name` says it.

    It is the minimiser of loss + weight_decay / 2 * |params|**2 (weights and bias) + l1 *
    sum(|weights|), in the coordinates of training: what a solver goes to whose weight decay is part
    of its gradient, and which makes proximal steps for l1.
    """
    name = reference_name(config)
    if name == LEAST_SQUARES:
        return reference_fit(problem)
    config = config.at(config.n_epochs)
    curvature = LOSSES[config.loss].curvature
    assert curvature is not None
    decay, l1 = config.weight_decay / curvature, config.knobs.l1 / curvature
    if name != RIDGE:
        recent = problem.memo.get(("recent", "reference"), lambda: Recent(MOST_PENALISED))
        fit: Params = recent.get((decay, l1), lambda: elastic_net_fit(problem, decay, l1))
        return fit
    if problem.n_features <= QUICK_FEATURES:
        return ridge_fit(problem, decay)
    return problem.memo.get((name, decay), lambda: ridge_fit(problem, decay))


def reference_name(config: TrainConfig) -> str:
    """Return which penalties move the minimum of a squared loss: "ridge" for weight decay.

    "lasso" for l1, "elastic net" for both, "least squares" for none. Not with AdamW, whose decay
    acts beside its steps and has no such minimiser, nor with the losses that are not squared, which
    have no closed one. Of a run with changes the last settings count.

    >>> from linreg_core.config import TrainConfig
    >>> [reference_name(TrainConfig(**options)) for options in ({"weight_decay": 0.1}, {"l1": 0.1})]
    ['ridge', 'lasso']
    """
    config = config.at(config.n_epochs)
    if not LOSSES[config.loss].is_squared:
        return LEAST_SQUARES
    is_decayed = SOLVERS[config.solver].adds_penalty and config.weight_decay > 0
    if config.knobs.l1 > 0:
        return ELASTIC_NET if is_decayed else LASSO
    return RIDGE if is_decayed else LEAST_SQUARES
