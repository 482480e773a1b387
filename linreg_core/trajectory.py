"""A run's columns: every epoch's losses, and parameters at key frames where there are many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.arrays import FloatArray, IntArray, frozen
from linreg_core.block import VALUE_COLUMNS, Block
from linreg_core.checks import whole_number
from linreg_core.limits import MAX_EPOCHS

if TYPE_CHECKING:
    from pandas import DataFrame

MAX_PARAMS_BYTES: Final = 2_000_000
"""Parameters are kept for every epoch up to this memory, then thinned."""
_LINE_COLUMNS: Final = ("epoch", "n_updates", "gradient_evaluations", *VALUE_COLUMNS)


@dataclass(frozen=True, eq=False)
class Trajectory:
    """The columns of a run, all read-only.

    `epoch`, `n_updates`, `gradient_evaluations`, `train_loss`, `test_loss`, `batch_loss` and
    `grad_norm` have one row per epoch, with nan where a value was not evaluated. `key_epochs` (m,)
    are the epochs whose `weights` (m, n_features) and `bias` (m,) were kept: all of them while they
    take less than 2 MB, else evenly spaced ones and the last.
    """

    epoch: IntArray
    n_updates: IntArray
    gradient_evaluations: FloatArray
    train_loss: FloatArray
    test_loss: FloatArray
    batch_loss: FloatArray
    grad_norm: FloatArray
    key_epochs: IntArray
    weights: FloatArray
    bias: FloatArray

    def __post_init__(self) -> None:
        for array in vars(self).values():
            frozen(array)

    def __len__(self) -> int:
        return len(self.epoch)

    @property
    def is_complete(self) -> bool:
        """Whether the parameters of every epoch were kept."""
        return len(self.key_epochs) == len(self.epoch)

    def to_frame(self) -> DataFrame:
        """Return a table with one row per epoch: losses, and params where all were kept.

        Parameter columns are bias, weight_1, weight_2, ...; see `key_frames` for thinned ones.
        """
        import pandas as pd

        columns = {name: getattr(self, name) for name in _LINE_COLUMNS}
        frame = pd.DataFrame(columns)
        if self.is_complete:
            params = self.key_frames().drop(columns="epoch")
            frame = pd.concat([frame, params], axis=1)
        return frame

    def key_frames(self) -> DataFrame:
        """Return a table of the kept parameters: epoch, bias, weight_1, weight_2, ..."""
        import pandas as pd

        names = [f"weight_{i + 1}" for i in range(self.weights.shape[1])]
        frame = pd.DataFrame(self.weights, columns=names)
        frame.insert(0, "bias", self.bias)
        frame.insert(0, "epoch", self.key_epochs)
        return frame


class TrajectoryRecorder:
    """Collect blocks, keeping memory bounded: key frames are thinned by doubling their spacing."""

    def __init__(self, n_features: int, max_params_bytes: int = MAX_PARAMS_BYTES) -> None:
        row_bytes = (n_features + 1) * np.dtype(np.float64).itemsize
        self._most_frames = max(2, max_params_bytes // row_bytes)
        self._columns: dict[str, list[np.ndarray]] = {name: [] for name in _LINE_COLUMNS}
        self._spacing = 1
        self._frames: list[tuple[IntArray, FloatArray, FloatArray]] = []
        self._n_frames = 0
        self._last: Block | None = None

    def add(self, block: Block) -> None:
        """Take in the next block."""
        if not len(block):
            return
        for name, parts in self._columns.items():
            parts.append(getattr(block, name))
        self._last = block
        self._frames.append(_spaced(block.epoch, block.weights, block.bias, self._spacing))
        self._n_frames += len(self._frames[-1][0])
        if self._n_frames > self._most_frames:
            self._thin()

    def trajectory(self) -> Trajectory:
        """Return what was collected; more may be added afterwards."""
        epochs, weights, bias = (np.concatenate(parts) for parts in zip(*self._frames, strict=True))
        last = self._last
        if last is not None and epochs[-1] != last.epoch[-1]:
            epochs = np.append(epochs, last.epoch[-1])
            weights = np.append(weights, last.weights[-1:], axis=0)
            bias = np.append(bias, last.bias[-1])
        columns = {name: np.concatenate(parts) for name, parts in self._columns.items()}
        return Trajectory(**columns, key_epochs=epochs, weights=weights, bias=bias)

    def _thin(self) -> None:
        epochs, weights, bias = (np.concatenate(parts) for parts in zip(*self._frames, strict=True))
        while np.count_nonzero(epochs % self._spacing == 0) > self._most_frames:
            self._spacing *= 2
        self._frames = [_spaced(epochs, weights, bias, self._spacing)]
        self._n_frames = len(self._frames[0][0])


def frame_epochs(n_epochs: int, most: int) -> IntArray:
    """Return the epochs to draw of 0 ... n_epochs: at most `most`, dense where a run is young.

    All of them where they fit, else half of them spaced evenly and half geometrically; the
    first and the last always.

    >>> frame_epochs(3, 10).tolist(), frame_epochs(1000, 8).tolist()
    ([0, 1, 2, 3], [0, 1, 10, 100, 333, 667, 1000])
    """
    n_epochs = whole_number("n_epochs", n_epochs, minimum=0, maximum=MAX_EPOCHS)
    most = whole_number("most", most, minimum=2, maximum=MAX_EPOCHS + 1)
    if n_epochs + 1 <= most:
        return np.arange(n_epochs + 1, dtype=np.int64)
    even = np.linspace(0, n_epochs, max(2, most - most // 2))
    early = np.geomspace(1, n_epochs, most // 2)[: most - len(even)]
    return np.unique(np.concatenate([even, early]).round().astype(np.int64))


def _spaced(
    epochs: IntArray, weights: FloatArray, bias: FloatArray, spacing: int
) -> tuple[IntArray, FloatArray, FloatArray]:
    if spacing == 1:
        return epochs, weights, bias
    rows = epochs % spacing == 0
    return epochs[rows], weights[rows], bias[rows]
