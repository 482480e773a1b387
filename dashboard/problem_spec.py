"""What names a `Problem`, as plain values that travel to a trainer and key its cache."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from linreg_core import DATASETS, DataError, Dataset, Problem, make_dataset
from linreg_core.arrays import FloatArray
from linreg_core.memory import FLOAT_BYTES, memory_for, problem_bytes

Knobs = tuple[tuple[str, float | int], ...]
_BUNDLED_ROWS = 1_000  # more than any of the files that come with us has
DATA_IS_GONE = "These data are no longer held: their page was closed. Load the file again."


@dataclass(frozen=True)
class GeneratedData:
    """A registered data set with all of its knobs, in their order: anybody can make it."""

    dataset: str
    knobs: Knobs = ()
    seed: int = 0

    def __post_init__(self) -> None:
        source = DATASETS.get(self.dataset)
        knobs = {knob.name: knob.default for knob in source.knobs} if source else {}
        object.__setattr__(self, "knobs", tuple((knobs | dict(self.knobs)).items()))

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and features, told before anything is made."""
        knobs, source = dict(self.knobs), DATASETS.get(self.dataset)
        n_features = knobs.get("n_features", source.n_features if source else 1)
        return int(knobs.get("n_samples", _BUNDLED_ROWS)), int(n_features)

    def dataset_from(self, _sent: Mapping[str, Dataset]) -> Dataset:
        return make_dataset(self.dataset, seed=self.seed, **dict(self.knobs))


@dataclass(frozen=True)
class SentData:
    """A session's own data, which a trainer holds while the session lasts: see `fingerprint`."""

    fingerprint: str
    n_samples: int
    n_features: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and features."""
        return self.n_samples, self.n_features

    def dataset_from(self, sent: Mapping[str, Dataset]) -> Dataset:
        if self.fingerprint not in sent:
            raise DataError(DATA_IS_GONE)
        return sent[self.fingerprint]


def fingerprint(dataset: Dataset) -> str:
    """32 hexadecimal digits that name data by their columns: numbers and names, in their order."""
    names = [*dataset.feature_names, dataset.target_name]
    if dataset.weights is not None:
        names += ["weights", dataset.weights_name, dataset.weight_kind]
    if dataset.target_transform != "identity":
        names += ["target", dataset.target_transform]
    if dataset.curve is not None:
        names += ["curve", dataset.curve.column]
    if dataset.shown is not None:
        names += ["shown"]
    digest = hashlib.blake2b(json.dumps(names).encode(), digest_size=16)
    for array in arrays_of(dataset):
        digest.update(np.ascontiguousarray(array, dtype="<f8").data.cast("B"))
    return digest.hexdigest()


def arrays_of(dataset: Dataset) -> tuple[FloatArray, ...]:
    """Return the numbers of a data set: X, y, its rows' weights, what a curve is drawn of, and the
    rows that pictures show; all but X and y only where there are any.
    """
    weights = () if dataset.weights is None else (dataset.weights,)
    curve, shown = dataset.curve, dataset.shown
    drawn = () if curve is None else (curve.x, curve.at, curve.features)
    in_pictures = () if shown is None else (shown.X, shown.y)
    return (dataset.X, dataset.y, *weights, *drawn, *in_pictures)


@dataclass(frozen=True)
class ProblemSpec:
    """What names a `Problem`: equal specs give equal problems, so that runs can share one."""

    data: GeneratedData | SentData
    seed: int = 0
    test_fraction: float = 0.0
    split: str = "random"
    standardize: bool = False
    fit_intercept: bool = True

    @property
    def n_cells(self) -> int:
        """Rows times features, told before anything is made."""
        return math.prod(self.data.shape)

    @property
    def n_bytes(self) -> int:
        """What the problem takes, told before anything is made, beyond what was sent."""
        n_samples, n_features = self.data.shape
        is_copied = self.test_fraction > 0 and self.split == "random"
        total = problem_bytes(n_samples, n_features, is_copied)
        sent = FLOAT_BYTES * n_samples * (n_features + 1)
        return total - sent * isinstance(self.data, SentData)

    @property
    def canonical(self) -> ProblemSpec:
        """The spec of the same problem, with what makes no difference to it at its default."""
        if isinstance(self.data, GeneratedData):
            return self
        if not self.test_fraction:
            return replace(self, seed=0, split="random")
        return replace(self, seed=0) if self.split == "sequential" else self

    def build(self, sent: Mapping[str, Dataset] | None = None) -> Problem:
        """Make the data set, or take it from those that were `sent`, and split it.

        Raises ConfigError or DataError when a knob is out of bounds, no training row is left, the
        data are held no longer, or they do not fit into memory.
        """
        dataset = self.data.dataset_from(sent or {})
        with memory_for(dataset.X.shape):
            return Problem.from_dataset(
                dataset,
                self.test_fraction,
                self.split,
                self.standardize,
                self.seed,
                self.fit_intercept,
            )
