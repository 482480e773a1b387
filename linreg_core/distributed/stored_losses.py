"""Losses of given parameters on all rows of a source, in one pass."""

from __future__ import annotations

import numpy as np

from linreg_core.distributed.stored_rows import StoredRows, weights_over_mean
from linreg_core.losses import Loss
from linreg_core.types import Params


def stored_loss(rows: StoredRows, loss: Loss, params: Params, is_test: bool = False) -> float:
    """Return the loss on all training rows, or all test rows, in original units; on every rank.

    nan where there are no such rows.
    """
    n_rows = rows.n_test if is_test else rows.n_train
    sums = np.zeros(rows.split.n_streams)
    for stream, block in rows.all_rows(is_test).chunks():
        if len(block.y):
            v = weights_over_mean(block.weights, rows.mean_weight[int(is_test)])
            sums[stream] += loss.value(params.predict(block.X) - block.y, v) * len(block.y)
    return float(rows.ranks.summed(sums).sum() / n_rows) if n_rows else float("nan")
