"""The constant learning rate at which full-batch descent converges fastest, in the long run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.losses import LOSSES
from linreg_core.theory.courses import is_linear, momentum_of, spectral_radius
from linreg_core.theory.spectrum import Spectrum, spectrum

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem

_HALVINGS: Final = 200


def best_learning_rate(problem: Problem, config: TrainConfig) -> float | None:
    """Return the constant rate at which `config`'s solver converges fastest on `problem`.

    In the long run the slowest direction decides, and at the best rate the steepest and the
    flattest are equally slow. With L and l the largest and the smallest curvature (weight decay
    included; of a singular Hessian, the smallest of a direction that learns) and momentum m:
    sgd 2 / (L + l), momentum 2 (1 + m) / (L + l); nesterov (torch's) by bisection. None where no
    closed answer exists; see `stable_learning_rate`. How many epochs a run needs depends on its
    start as well: `learning_rate_zones` counts them.
    Sources: Polyak (1964); Nesterov (2004), Introductory lectures on convex optimization, 1.2.3.

    >>> from linreg_core import Dataset, Problem, TrainConfig
    >>> two = Problem.from_dataset(Dataset("two", [[-2.0], [2.0]], [0.0, 1.0]))
    >>> round(best_learning_rate(two, TrainConfig()), 9)
    0.2
    """
    found = spectrum(problem)
    if found is None or not is_linear(config) or not config.is_full_batch(problem.n_train):
        return None
    ends = curvature_ends(config, found)
    return None if ends is None else _best_rate(config, *ends)


def curvature_ends(config: TrainConfig, found: Spectrum) -> tuple[float, float] | None:
    """Return the largest and the smallest curvature of directions that learn, None without any.

    With weight decay, if the loss is squared.
    """
    curvature, decay = LOSSES[config.loss].curvature or 0.0, config.weight_decay
    steepest, flattest = curvature * found.largest, curvature * found.smallest
    with np.errstate(all="ignore"):
        is_usable = flattest > 0 and 0 < 2 / steepest < np.inf and np.isfinite(steepest)
    return (steepest + decay, flattest + decay) if is_usable else None


def _best_rate(config: TrainConfig, steepest: float, flattest: float) -> float:
    m = momentum_of(config)
    if config.solver != "nesterov" or m == 0:
        return 2 * (1 + m) / (steepest + flattest)
    # At 1 / steepest the steepest direction is done in a step; at the limit it never is.
    low, high = 1 / steepest, 2 * (1 + m) / ((1 + 2 * m) * steepest)
    for _ in range(_HALVINGS):
        rate = (low + high) / 2
        ends = spectral_radius("nesterov", m, rate * np.array([steepest, flattest]))
        low, high = (rate, high) if ends[0] < ends[1] else (low, rate)
    return (low + high) / 2
