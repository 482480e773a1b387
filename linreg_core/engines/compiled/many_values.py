"""What the loop over many runs is given: problems, runs and memory, each of them stacked.

As in `values`, everything is in training coordinates, the bias last.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

LEFT_RANGE: Final = -1
"""The code in place of a status where the run is one for the engine itself."""


class ManyProblems(NamedTuple):
    """Problems with a loss each, all with the same number of features.

    The rows of problem i are `starts[i]` ... `starts[i + 1]` of X and y; there are none where its
    moments serve all of its runs. Their weights over their mean are those places of `v`, unless
    `v` is empty: then all rows of all problems count alike. `losses` are numbers of losses,
    `y_scales` what Rows wants, and a loss times `units` is in the units of the loss on original y.
    Parameters in original units are weights * `weight_factors`, and bias * `bias_factors` +
    `y_means` - those weights @ `x_means`, or 0 where `constants` is 0. `is_quadratic` says whether
    Quadratic's fields count: `anchors` to `curvatures`, with the anchor's loss as the third of
    `facts`. The first two are the losses of predicting the mean and of what runs are compared with,
    in original units. Where `is_unknown`, which only a problem of one feature is, the loop finds
    all of this out. It `is_sound` where that is within a float's range.
    """

    X: Any
    y: Any
    v: Any
    starts: Any
    n_train: Any
    losses: Any
    y_scales: Any
    units: Any
    constants: Any
    weight_factors: Any
    x_means: Any
    bias_factors: Any
    y_means: Any
    is_unknown: Any
    is_sound: Any
    is_quadratic: Any
    anchors: Any
    slopes: Any
    means: Any
    scatters: Any
    curvatures: Any
    facts: Any


class ManyRuns(NamedTuple):
    """Runs: which problem, which rule, and where each of them reads in what they share.

    `batch_sizes` are 0 for full batches. A run's row numbers are `n_places` of `orders` from
    `order_starts` on; they have the order of the file where `is_sequential`. Epoch e is evaluated
    where `evaluated[evaluated_starts + e]`, and its rate is multiplied by
    `factors[factor_starts + e - 1]`, unless `factor_starts` is negative. `stops` says that a run
    ends where it has converged, `target_losses` are nan where they are the problem's.
    """

    problems: Any
    solvers: Any
    n_epochs: Any
    batch_sizes: Any
    updates_in_epoch: Any
    orders: Any
    order_starts: Any
    n_places: Any
    pass_lengths: Any
    is_sequential: Any
    evaluated: Any
    evaluated_starts: Any
    factors: Any
    factor_starts: Any
    knobs: Any
    decay_shares: Any
    stops: Any
    target_losses: Any
    start_params: Any


class ManyRules(NamedTuple):
    """When a run has diverged, converged, come near, settled, as the core's constants say."""

    diverged_factor: float
    converged_factor: float
    near_part: float
    least_near: float
    window: int
    settled_part: float
    diverged: int
    converged: int
    finished: int
    mse: int


class ManyWork(NamedTuple):
    """Memory to work in, for one run after the other.

    `params`, `gradient` and `scratch` are (n_features + 1,), `memory` has the solver's rows and
    `tile` is that of Work; `epochs` and `losses` have room for all evaluations of a run.
    """

    params: Any
    gradient: Any
    scratch: Any
    memory: Any
    tile: Any
    epochs: Any
    losses: Any
