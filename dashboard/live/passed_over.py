"""What lies between the rows that are shown: losses beyond those on both sides, for a picture.

A spike of one epoch that no row shows is told here, with its epoch: thinning loses none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

LOSS_NAMES: Final = ("train_loss", "test_loss", "batch_loss")
_VISIBLE: Final = 1e-6
"""Of a loss: what differs by less is not seen at any zoom, and told by rounding alone."""

_Column = NDArray[Any]


class PassedOver:
    """Collects the epochs of one run in order, and tells the extremes between shown ones."""

    def __init__(self) -> None:
        self._before: dict[str, _Column] = {}  # from the last shown row on, which is the first

    def take(self, columns: Mapping[str, _Column], shown: NDArray[np.bool_]) -> dict[str, _Column]:
        """Take in epochs that follow, of which `shown` are rows; return columns for the wire.

        For each loss, `<loss>PeakEpoch` and `<loss>Peak`: the largest loss between two rows, where
        it is above both of theirs, and the smallest, where it is below. Peaks are drawn and not
        read: in a float's range they have the digits of float32.
        """
        if shown.all() and not self._before.get("epoch", np.empty(0))[1:].size:
            self._keep({name: column[-1:] for name, column in columns.items()})
            return {}
        if self._before:
            columns = {
                name: np.concatenate([self._before[name], columns[name]]) for name in columns
            }
            shown = np.concatenate([np.arange(len(self._before["epoch"])) == 0, shown])
        at = np.flatnonzero(shown)
        self._keep({name: column[at[-1] :] for name, column in columns.items()})
        return {
            key: column
            for name in LOSS_NAMES
            if name in columns
            for key, column in _told(name, columns["epoch"], columns[name], at).items()
        }

    def _keep(self, columns: dict[str, _Column]) -> None:
        self._before = {name: column.copy() for name, column in columns.items()}


def _told(name: str, epoch: _Column, loss: _Column, at: _Column) -> dict[str, _Column]:
    places = np.array(peaks(loss, at), dtype=np.int64)
    if not len(places):
        return {}
    key = name.split("_")[0]
    return {
        f"{key}PeakEpoch": epoch[places].astype(np.uint32),
        f"{key}Peak": _few_digits(loss[places]),
    }


def peaks(loss: _Column, at: _Column) -> list[int]:
    """Return the places in `loss` (n,) of peaks between the rows `at` (k,), in order.

    Places without a number, which were not evaluated or are out of range, are none.

    >>> peaks(np.array([4.0, 9.0, 1.0, 3.0, 2.5, 2.0]), np.array([0, 3, 5]))
    [1, 2]
    """
    if len(at) < 2:
        return []
    number = np.isfinite(loss)
    low, high = (np.where(number, loss, beyond) for beyond in (np.inf, -np.inf))
    starts = at[:-1]
    with np.errstate(all="ignore"):
        least = np.minimum.reduceat(low[: at[-1]], starts)
        most = np.maximum.reduceat(high[: at[-1]], starts)
        below = least < np.minimum(low[starts], low[at[1:]]) * (1 - _VISIBLE)
        above = most > np.maximum(high[starts], high[at[1:]]) * (1 + _VISIBLE)
    found: list[int] = []
    for k in np.flatnonzero(below | above):
        part = slice(at[k], at[k + 1])
        here = {int(low[part].argmin())} if below[k] else set()
        here |= {int(high[part].argmax())} if above[k] else set()
        found += sorted(int(at[k]) + place for place in here)
    return found


def _few_digits(losses: _Column) -> _Column:
    with np.errstate(all="ignore"):
        rounded = losses.astype(np.float32).astype(np.float64)
    return np.where(np.isfinite(rounded), rounded, losses)
