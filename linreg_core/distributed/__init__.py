"""Training on rows that stay stored, by one process or by many: minibatches, and all losses.

ranks, streams -> stored_rows -> shared_scores, stored_training, checkpoint -> train_stored;
lifeline -> meeting -> joined_ranks
"""

from __future__ import annotations

from linreg_core.distributed.checkpoint import Checkpoint, run_fingerprint
from linreg_core.distributed.joined_ranks import is_one_of_many, joined_ranks
from linreg_core.distributed.ranks import ONE_RANK, Ranks
from linreg_core.distributed.shared_scores import shared_scores
from linreg_core.distributed.stored_rows import (
    USUAL_BYTES,
    RowSplit,
    StoredRows,
    how_rows_are_dealt,
    read_stored_rows,
    row_split,
)
from linreg_core.distributed.train_stored import check_stored, is_by_moments, train_stored

__all__ = [
    "ONE_RANK",
    "USUAL_BYTES",
    "Checkpoint",
    "Ranks",
    "RowSplit",
    "StoredRows",
    "check_stored",
    "run_fingerprint",
    "how_rows_are_dealt",
    "is_by_moments",
    "is_one_of_many",
    "joined_ranks",
    "read_stored_rows",
    "row_split",
    "shared_scores",
    "train_stored",
]
