"""What the compiled loops are given: data, the form of a loss, and what an update changes.

Everything is in training coordinates. Params and gradients are (n_features + 1,), the bias last.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

NARROW_FEATURES: Final = 16
"""Up to here rows are worked on in tiles, column by column; beyond, row by row."""
TILE_ROWS: Final = 264
"""Rows of a tile: it stays in the fastest cache, and its columns do not fall on the same lines."""
TOGETHER: Final = 4
"""How many rows, or columns of products, one loop works on where it can."""


class Rows(NamedTuple):
    """The rows of a training or test set, and how a residual becomes a loss.

    Training coordinates are (X - x_mean) * x_inverse and (y - y_mean) * y_inverse, computed on the
    way where `is_raw` is set; else X and y already are in them. `constant` is 1, or 0 without an
    intercept. The loss is that of residual * y_scale, divided by y_scale. `v` are the rows' weights
    over their mean, which each row's loss is multiplied with; it is empty where all count alike.
    """

    X: Any
    y: Any
    is_raw: bool
    x_mean: Any
    x_inverse: Any
    y_mean: float
    y_inverse: float
    constant: float
    y_scale: float
    v: Any


class Quadratic(NamedTuple):
    """A squared loss as a function of the parameters, expanded about an anchor near its minimum.

    With d = params - anchor and o = mean @ d_weights + d_bias it is
    loss + slope @ d + curvature / 2 * (d_weights @ scatter @ d_weights + o**2): a sum of squares
    beside what is left at the anchor, so that nothing cancels near an exact fit.
    """

    anchor: Any
    loss: float
    slope: Any
    mean: Any
    scatter: Any
    curvature: float


class Work(NamedTuple):
    """Memory to work in.

    `tile` is (n_features + 2, TILE_ROWS) for narrow rows, else (1, n_features); `sums` is
    (n_features + 1,), float64.
    """

    tile: Any
    sums: Any


class State(NamedTuple):
    """What an update changes, (n_features + 1,) each; `memory` has the solver's rows."""

    params: Any
    gradient: Any
    memory: Any
    work: Work


class Plan(NamedTuple):
    """Which updates come next: how many, after how many, and where in the epoch and the pass.

    `loss` is that at the params before them (full batches only). `decay_share` is 1 where weight
    decay counts as part of the gradient, else 0.
    """

    n_updates: int
    n_updates_before: int
    in_epoch: int
    updates_in_epoch: int
    place: int
    pass_length: int
    loss: float
    decay_share: float


class Columns(NamedTuple):
    """Room for the epochs that end: params (k, n_features + 1) and values (k,)."""

    params: Any
    batch_loss: Any
    grad_norm: Any
    train_loss: Any
