"""A session's own data on their way to a trainer's process, where they stay while it lasts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from dashboard.problem_spec import SentData, arrays_of, fingerprint
from linreg_core import Dataset
from linreg_core.arrays import frozen
from linreg_core.limits import ANALYTIC

_PART_BYTES = 1_000_000


class HeldData:
    """The web server's hold on data at the trainers: when it is let go, they are freed there.

    Sessions with equal data share one. `key` is what frames call them; `make` gives the data set,
    each time that a trainer has to be told of it.
    """

    def __init__(self, key: int, dataset: Dataset, make: Callable[[], Dataset]) -> None:
        self.key = key
        self.spec = SentData(fingerprint(dataset), dataset.n_samples, dataset.n_features)
        self.make = make


@dataclass(frozen=True)
class DataHeader:
    """What is told of data before their numbers."""

    fingerprint: str
    feature_names: tuple[str, ...]
    target_name: str
    n_samples: int
    weights_name: str | None = None
    weight_kind: str = ANALYTIC

    @classmethod
    def of(cls, dataset: Dataset, fingerprint: str) -> DataHeader:
        name = None if dataset.weights is None else dataset.weights_name
        names = (dataset.feature_names, dataset.target_name)
        return cls(fingerprint, *names, dataset.n_samples, name, dataset.weight_kind)

    @property
    def n_columns(self) -> int:
        """How many columns of numbers follow: X, y and, where there are any, weights."""
        return len(self.feature_names) + 1 + (self.weights_name is not None)


def parts(dataset: Dataset) -> Iterator[memoryview]:
    """Return the numbers of a data set in pieces that a pipe can take.

    X row by row, then y, then the rows' weights where they have any.
    """
    for array in arrays_of(dataset):
        data = np.ascontiguousarray(array).data.cast("B")
        for start in range(0, len(data), _PART_BYTES):
            yield data[start : start + _PART_BYTES]


class DataReceiver:
    """Puts parts back together in their place: nothing is held twice."""

    def __init__(self, header: DataHeader) -> None:
        self._header = header
        self._X = np.empty((header.n_samples, len(header.feature_names)))
        self._y = np.empty(header.n_samples)
        self._w = None if header.weights_name is None else np.empty(header.n_samples)
        arrays = [self._X, self._y] + ([] if self._w is None else [self._w])
        self._places = [array.data.cast("B") for array in arrays]

    def add(self, part: bytes) -> Dataset | None:
        """Return the data set, once this was its last part."""
        place = self._places[0]
        place[: len(part)] = part
        self._places[0] = place[len(part) :]
        if not len(self._places[0]):
            self._places.pop(0)
        if self._places:
            return None
        header = self._header
        X, y = frozen(self._X), frozen(self._y)  # the data set takes them over as they are
        return Dataset(
            "own data",
            X,
            y,
            header.feature_names,
            header.target_name,
            weights=None if self._w is None else frozen(self._w),
            weight_kind=header.weight_kind,
            weights_name=header.weights_name or "",
        )
