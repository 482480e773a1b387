"""Standard errors that follow each row's own residual, in one more pass over the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import numpy as np

from linreg_core.arrays import FloatArray, rows_at_once
from linreg_core.errors import ConfigError
from linreg_core.inference.covariance import CLASSICAL, Covariance
from linreg_core.inference.diagnostics import FULL_LEVERAGE
from linreg_core.inference.fit import Fit, row_squares
from linreg_core.inference.spread import (
    LEVERAGE_POWER,
    Spread,
    covariance_root,
    sandwich,
    sums_of_rows,
)
from linreg_core.limits import FREQUENCY
from linreg_core.scale.data_blocks import (
    ALL_BLOCKS,
    BlockNumbers,
    DataBlock,
    RowSource,
    checked_blocks,
)

STREAMED_COVARIANCES: Final = ("classical", *LEVERAGE_POWER)
"""The kinds that need no order of the rows and no clusters."""


def refuse_errors_of_order(kind: str) -> None:
    """Raise ConfigError for standard errors that a pass over blocks of rows does not give."""
    if kind not in STREAMED_COVARIANCES:
        raise ConfigError(
            f"`covariance` of rows that come in blocks must be one of "
            f"{', '.join(map(repr, STREAMED_COVARIANCES))}. Got {kind!r}: clusters and order "
            f"need all rows at once."
        )


class ScoreSums(NamedTuple):
    """Sums over rows w = q e / (1 - leverage)^power: of w w', and of the squares of T w.

    `alone` are rows of Q that were left out, as their leverage is 1, by their positions.
    """

    meat: FloatArray
    squares: FloatArray
    alone: dict[int, FloatArray]


SumsOfBlocks = Callable[[BlockNumbers], ScoreSums]
"""Goes through the blocks of some numbers."""


def in_one_pass(sums_of: SumsOfBlocks) -> ScoreSums:
    """Return the sums over all rows where there are no other ranks."""
    return sums_of(ALL_BLOCKS)


def streamed_spread(
    fit: Fit,
    source: RowSource,
    unit_weight: float,
    asked: Covariance,
    shared: Callable[[SumsOfBlocks], ScoreSums] = in_one_pass,
) -> Spread:
    """Return how the estimates spread under the covariance `asked` for, as `spread_of` does.

    `fit` is that of all rows of the source, by its stand-ins, whose weights are the rows' own
    divided by `unit_weight`. With `shared`, many processes take the pass together. Raises
    ConfigError for a kind that needs all rows at once.
    """
    refuse_errors_of_order(asked.kind)
    if asked.is_classical or fit.df_residual < 1 or not fit.n_parameters or fit.ssr == 0:
        return Spread(CLASSICAL, fit.df_residual)
    power, root = LEVERAGE_POWER[asked.kind], covariance_root(fit)

    def sums_of(part: BlockNumbers) -> ScoreSums:
        alone: dict[int, FloatArray] = {}
        scores = _scores_of_blocks(fit, source, part, unit_weight, power, alone)
        return ScoreSums(*sums_of_rows(scores, root), alone)

    with np.errstate(all="ignore"):
        found = shared(sums_of)
        return sandwich(fit, asked, (found.meat, found.squares), found.alone)


def _scores_of_blocks(
    fit: Fit,
    source: RowSource,
    part: BlockNumbers,
    unit: float,
    power: float,
    alone: dict[int, FloatArray],
) -> Iterator[FloatArray]:
    """Yield every row's q e / (1 - leverage)^power, and keep those q that stand alone."""
    first = 0
    for _, block in checked_blocks(source, part):
        for rows in rows_at_once(len(block.y), block.X.shape[1]):
            Q, residuals, counts = _rows_of_q(fit, source, unit, block, rows)
            left = 1.0 - np.minimum(row_squares(Q), 1.0)
            is_full = left < 1.0 - FULL_LEVERAGE
            if power:
                alone |= {first + int(row): Q[row] for row in np.flatnonzero(is_full)}
                residuals = np.where(is_full, 0.0, residuals / left**power)
            first += len(Q)
            yield Q * (residuals * counts)[:, np.newaxis]


def _rows_of_q(
    fit: Fit, source: RowSource, unit: float, block: DataBlock, rows: slice
) -> tuple[FloatArray, FloatArray, FloatArray | float]:
    """Return rows of Q, their residuals, and the roots of how often each of them stands."""
    design, weights = fit.design, block.weights
    A = design.matrix(block.X[rows])
    residuals = design.scaled_target(block.y[rows]) - A @ fit.solution.coefficients
    Q = A @ fit.to_q
    if weights is None:
        return Q, residuals, 1.0
    roots = np.sqrt(weights[rows] / unit)
    if source.weight_kind == FREQUENCY:
        return Q, residuals, roots
    return Q * roots[:, np.newaxis], residuals * roots, 1.0
