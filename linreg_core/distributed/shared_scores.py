"""The sums that robust standard errors are made of, of which each rank adds up its share."""

from __future__ import annotations

import numpy as np

from linreg_core.distributed.ranks import told_to_all
from linreg_core.distributed.stored_rows import StoredRows
from linreg_core.scale.streamed_spread import ScoreSums, SumsOfBlocks


def shared_scores(rows: StoredRows, sums_of: SumsOfBlocks) -> ScoreSums:
    """Return sums over the training rows, of which each rank goes through its streams.

    They are added in the order of the streams, whoever has read them. Rows that stand alone are
    told to all, by their positions among all training rows.
    """
    none = sums_of([])
    sums = np.zeros((rows.split.n_streams, none.meat.size + none.squares.size))
    alone: list[tuple[int, list[float]]] = []
    for stream in sorted(rows.own):
        found = sums_of(rows.parts_of(stream))
        sums[stream] = np.concatenate([found.meat.ravel(), found.squares])
        alone += [(_position(rows, stream, row), q.tolist()) for row, q in found.alone.items()]
    total = rows.ranks.summed(sums.ravel()).reshape(sums.shape).sum(axis=0)
    every = sorted(pair for told in told_to_all(rows.ranks, alone) for pair in told)
    meat, squares = np.split(total, [none.meat.size])
    in_order = {row: np.array(q) for row, q in every}
    return ScoreSums(meat.reshape(none.meat.shape), squares, in_order)


def _position(rows: StoredRows, stream: int, row: int) -> int:
    """Return the position among all training rows of one of a stream's."""
    counts, parts = rows.counts[0], rows.parts_of(stream)
    ends = np.cumsum(counts[parts])
    which = int(np.searchsorted(ends, row, side="right"))
    return int(counts[: parts[which] + 1].sum() + row - ends[which])
