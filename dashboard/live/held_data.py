"""A session's own data on their way to a trainer's process, where they stay while it lasts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from dashboard.problem_spec import SentData, arrays_of, fingerprint
from linreg_core import Dataset
from linreg_core.arrays import frozen
from linreg_core.limits import ANALYTIC
from linreg_core.types import Curve, ShownRows

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
    """What is told of data before their numbers.

    `curve_column` names the column that a curve is drawn over, where there is one, and `n_grid`
    says at how many of its values. `n_shown` counts the rows that pictures show in the place of its
    own, 0 where there are none. Terms stay with those who make reports.
    """

    fingerprint: str
    feature_names: tuple[str, ...]
    target_name: str
    n_samples: int
    weights_name: str | None = None
    weight_kind: str = ANALYTIC
    target_transform: str = "identity"
    curve_column: str | None = None
    n_grid: int = 0
    n_shown: int = 0

    @classmethod
    def of(cls, dataset: Dataset, fingerprint: str) -> DataHeader:
        curve = dataset.curve
        return cls(
            fingerprint=fingerprint,
            feature_names=dataset.feature_names,
            target_name=dataset.target_name,
            n_samples=dataset.n_samples,
            weights_name=None if dataset.weights is None else dataset.weights_name,
            weight_kind=dataset.weight_kind,
            target_transform=dataset.target_transform,
            curve_column=None if curve is None else curve.column,
            n_grid=0 if curve is None else len(curve.at),
            n_shown=0 if dataset.shown is None else len(dataset.shown.y),
        )

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The arrays that follow, in the order of `arrays_of`."""
        n_features = len(self.feature_names)
        shapes: dict[str, tuple[int, ...]] = {
            "X": (self.n_samples, n_features),
            "y": (self.n_samples,),
        }
        if self.weights_name is not None:
            shapes["weights"] = (self.n_samples,)
        if self.curve_column is not None:
            shapes["x"], shapes["at"] = (self.n_shown or self.n_samples,), (self.n_grid,)
            shapes["features"] = (self.n_grid, n_features)
        if self.n_shown:
            shapes["shown_X"], shapes["shown_y"] = (self.n_shown, n_features), (self.n_shown,)
        return shapes

    @property
    def n_numbers(self) -> int:
        """How many numbers follow."""
        return sum(math.prod(shape) for shape in self.shapes.values())


def parts(dataset: Dataset) -> Iterator[memoryview]:
    """Return the numbers of a data set, array by array, in pieces that a pipe can take."""
    for array in arrays_of(dataset):
        data = np.ascontiguousarray(array).data.cast("B")
        for start in range(0, len(data), _PART_BYTES):
            yield data[start : start + _PART_BYTES]


class DataReceiver:
    """Puts parts back together in their place: nothing is held twice."""

    def __init__(self, header: DataHeader) -> None:
        self._header = header
        self._arrays = {name: np.empty(shape) for name, shape in header.shapes.items()}
        self._places = [array.data.cast("B") for array in self._arrays.values()]

    def add(self, part: bytes) -> Dataset | None:
        """Return the data set, once this was its last part."""
        place = self._places[0]
        place[: len(part)] = part
        self._places[0] = place[len(part) :]
        if not len(self._places[0]):
            self._places.pop(0)
        return None if self._places else self._whole()

    def _whole(self) -> Dataset:
        header = self._header
        # The data set takes them over as they are.
        arrays = {name: frozen(array) for name, array in self._arrays.items()}
        curve = None
        if header.curve_column is not None:
            drawn = (arrays[name] for name in ("x", "at", "features"))
            curve = Curve(header.curve_column, *drawn)
        shown = ShownRows(arrays["shown_X"], arrays["shown_y"]) if header.n_shown else None
        return Dataset(
            "own data",
            arrays["X"],
            arrays["y"],
            header.feature_names,
            header.target_name,
            weights=arrays.get("weights"),
            weight_kind=header.weight_kind,
            weights_name=header.weights_name or "",
            target_transform=header.target_transform,
            curve=curve,
            shown=shown,
        )
