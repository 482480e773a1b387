"""A session's own data on their way to a trainer's process, where they stay while it lasts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from dashboard.problem_spec import SentData, fingerprint
from linreg_core import Dataset
from linreg_core.arrays import frozen

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

    @classmethod
    def of(cls, dataset: Dataset, fingerprint: str) -> DataHeader:
        return cls(fingerprint, dataset.feature_names, dataset.target_name, dataset.n_samples)


def parts(dataset: Dataset) -> Iterator[memoryview]:
    """Return the numbers of a data set, X row by row and then y, in pieces that a pipe can take."""
    for array in (dataset.X, dataset.y):
        data = np.ascontiguousarray(array).data.cast("B")
        for start in range(0, len(data), _PART_BYTES):
            yield data[start : start + _PART_BYTES]


class DataReceiver:
    """Puts parts back together in their place: nothing is held twice."""

    def __init__(self, header: DataHeader) -> None:
        self._header = header
        self._X = np.empty((header.n_samples, len(header.feature_names)))
        self._y = np.empty(header.n_samples)
        self._places = [self._X.data.cast("B"), self._y.data.cast("B")]

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
        return Dataset("own data", X, y, header.feature_names, header.target_name)
