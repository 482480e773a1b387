"""What a watcher is told of a run as it goes: some of its epochs, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np

from linreg_core.arrays import FloatArray, IntArray
from linreg_core.block import COLUMNS, Block
from linreg_core.checks import finite_number, whole_number
from linreg_core.errors import DataError
from linreg_core.limits import MAX_EPOCHS, MAX_UPDATES
from linreg_core.types import Status
from linreg_core.watching.messages import Message, pack_message

ROWS_KIND: Final = "rows"
MOST_SHOWN_EPOCHS: Final = 2_001
"""Of a run; more differ by less than a pixel. The last one of a run that ends early is one more."""
_MOST_SECONDS: Final = 1e9
_WHOLE: Final = ("epoch", "n_updates")


@dataclass(frozen=True, eq=False)
class RunRows:
    """Epochs that are shown of the run `run`, from number `first` on.

    `seconds` is what training had taken when the last of them was there.
    """

    run: str
    first: int
    block: Block
    seconds: float

    def to_message(self) -> bytes:
        """Return what is sent of it."""
        told = {
            "run": self.run,
            "first": self.first,
            "status": self.block.status.value,
            "seconds": self.seconds,
        }
        return pack_message(ROWS_KIND, told, {name: getattr(self.block, name) for name in COLUMNS})

    @classmethod
    def from_message(cls, message: Message, n_features: int) -> Self:
        """Return what somebody has sent of a run with so many features.

        Raises LinregError when it is not that.
        """
        told = message.fields
        first = whole_number("first", told.get("first"), minimum=0, maximum=MOST_SHOWN_EPOCHS)
        n_rows = len(message.arrays.get("epoch", ()))
        if not 1 <= n_rows <= MOST_SHOWN_EPOCHS + 1 - first:
            raise DataError(
                f"A watched run must send 1 to {MOST_SHOWN_EPOCHS + 1:,} epochs. Got others."
            )
        seconds = finite_number("seconds", told.get("seconds"), minimum=0, maximum=_MOST_SECONDS)
        block = _block_from(message, n_rows, n_features)
        return cls(message.text("run", 40), first, block, seconds)

    def after(self, n_known: int) -> Self | None:
        """Return what is not known yet, where the first `n_known` rows are; None: nothing is."""
        if self.first + len(self.block) <= n_known:
            return None
        rows = taken_epochs(self.block, slice(max(n_known - self.first, 0), None))
        return type(self)(self.run, max(self.first, n_known), rows, self.seconds)


def taken_epochs(block: Block, rows: slice | IntArray) -> Block:
    """Return some rows of a block, its status with them."""
    columns: dict[str, Any] = {name: getattr(block, name)[rows] for name in COLUMNS}
    return Block(**columns, status=block.status)


def _block_from(message: Message, n_rows: int, n_features: int) -> Block:
    shapes = {name: (n_rows, n_features) if name == "weights" else (n_rows,) for name in COLUMNS}
    columns: dict[str, Any] = {name: message.array(name, *shapes[name]) for name in COLUMNS}
    most = {"epoch": MAX_EPOCHS, "n_updates": MAX_UPDATES}
    for name in _WHOLE:
        columns[name] = _rising(name, columns[name], most[name], is_strict=name == "epoch")
    _rising("gradient_evaluations", columns["gradient_evaluations"], _MOST_SECONDS, False, False)
    try:
        status = Status(message.text("status", 20))
    except ValueError:
        raise DataError("`status` must be one of a run's. Got another.") from None
    return Block(**columns, status=status)


def _rising(
    name: str, values: FloatArray, most: float, is_strict: bool, is_whole: bool = True
) -> IntArray:
    """Return values as whole numbers that do not fall.

    Raises DataError for others.
    """
    is_number = bool((np.abs(values) <= most).all())  # not of nan
    steps = np.diff(values, prepend=-1.0 if is_strict else 0.0) if is_number else -values
    rises = is_number and bool((steps > 0).all() if is_strict else (steps >= 0).all())
    if not rises or (is_whole and (values != np.floor(values)).any()):
        raise DataError(f"`{name}` must rise from row to row. Got others.")
    return values.astype(np.int64)
