"""Proximal steps: how loss + l1 * sum(|weights|) is minimised, whose slope jumps at weights of 0.

With g the slope of the smooth part (weight decay included), r the learning rate, m the momentum,
and S the soft threshold, S(x) = x - clip(x, -r l1, r l1), the updates of the weights are

    sgd        w <- S(w - r g)                                                      (ISTA)
    momentum   v <- m v + g;  w' <- S(w - r v);  v <- (w - w') / r;  w <- w'
    nesterov   x <- S(w - r g);  v <- m v + (w - x) / r;  w <- x - r m v            (as in FISTA)

and those of the bias are without S. Each stands still just where (w - S(w - r g)) / r, the
generalised gradient, is 0, and that is at the minimum, whatever the rate. Solvers that scale each
weight's step by a size of its own would need the threshold scaled alike: they have no knob `l1`.
Sources: Daubechies, Defrise and De Mol (2004), An iterative thresholding algorithm for linear
inverse problems; Beck and Teboulle (2009), A fast iterative shrinkage-thresholding algorithm; Ochs,
Chen, Brox and Pock (2014), iPiano: inertial proximal algorithm for nonconvex optimization.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.solvers.base import SolverKnobs

if TYPE_CHECKING:
    import torch
    from torch import Tensor


def generalised_gradient(
    params: FloatArray, gradient: FloatArray, knobs: SolverKnobs
) -> FloatArray:
    """Return (w - S(w - r g)) / r for the weights, and the gradient itself for the bias.

    `params` and `gradient` are (n_features + 1,), the bias last; without l1 it is the gradient.

    >>> knobs = SolverKnobs(learning_rate=0.1, momentum=0.0, weight_decay=0.0, l1=0.5)
    >>> generalised_gradient(np.array([0.0, 2.0, 1.0]), np.array([0.4, 0.4, 0.4]), knobs).tolist()
    [0.0, 0.9, 0.4]
    """
    if not knobs.l1:
        return gradient
    rate, threshold = knobs.learning_rate, knobs.learning_rate * knobs.l1
    reached = params - rate * gradient
    with np.errstate(all="ignore"):
        moved = gradient + np.sign(reached) * knobs.l1
        found = np.where(np.abs(reached) <= threshold, params / rate, moved)
    found[-1] = gradient[-1]
    return found


def proximal_slope(params: Tensor, slope: Tensor, knobs: SolverKnobs) -> Tensor:
    """Return the same of tensors."""
    import torch

    reached = params - knobs.learning_rate * slope
    moved = slope + knobs.l1 * reached.sign()
    is_held = reached.abs() <= knobs.learning_rate * knobs.l1
    found = torch.where(is_held, params / knobs.learning_rate, moved)
    found[-1] = slope[-1]
    return found


def proximal_step(
    optimizer: torch.optim.Optimizer, params: torch.nn.Parameter, knobs: SolverKnobs
) -> None:
    """Make a step of torch.optim.SGD, and that of l1: on `params`, whose `grad` is known."""
    import torch

    with torch.no_grad():
        assert params.grad is not None
        if optimizer.param_groups[0]["nesterov"]:
            slope = params.grad + knobs.weight_decay * params
            # torch adds the decay's part itself.
            params.grad = proximal_slope(params, slope, knobs) - knobs.weight_decay * params
            optimizer.step()
            return
        optimizer.step()
        threshold = knobs.learning_rate * knobs.l1
        held = params[:-1].clamp(-threshold, threshold)
        params[:-1] -= held
        if optimizer.param_groups[0]["momentum"]:  # what was gathered is the step that was made
            optimizer.state[params]["momentum_buffer"][:-1] += held / knobs.learning_rate
