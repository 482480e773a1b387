"""Training on rows that stay stored, by one process or by many: minibatches, and all losses."""

from __future__ import annotations

from linreg_core.distributed.ranks import ONE_RANK, Ranks
from linreg_core.distributed.stored_rows import RowSplit, StoredRows, read_stored_rows
from linreg_core.distributed.train_stored import check_stored, train_stored

__all__ = [
    "ONE_RANK",
    "Ranks",
    "RowSplit",
    "StoredRows",
    "check_stored",
    "read_stored_rows",
    "train_stored",
]
