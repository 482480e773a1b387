"""What names a `Problem`, as plain values that travel to the trainer and key its cache."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from linreg_core import DATASETS, DataError, Dataset, Problem, make_dataset
from linreg_core.memory import FLOAT_BYTES, memory_for, problem_bytes

Knobs = tuple[tuple[str, float | int], ...]
_BUNDLED_ROWS = 1_000  # more than any of the files that come with us has
DATA_IS_GONE = "These data are no longer held: their page was closed. Load the file again."


@dataclass(frozen=True)
class GeneratedData:
    """A registered data set with its knobs: anybody can make it."""

    dataset: str
    knobs: Knobs
    seed: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and features, told before anything is made."""
        knobs, source = dict(self.knobs), DATASETS.get(self.dataset)
        n_features = knobs.get("n_features", source.n_features if source else 1)
        return int(knobs.get("n_samples", _BUNDLED_ROWS)), int(n_features)

    def dataset_from(self, _sent: Mapping[int, Dataset]) -> Dataset:
        return make_dataset(self.dataset, seed=self.seed, **dict(self.knobs))


@dataclass(frozen=True)
class SentData:
    """One session's own data, which the trainer holds under `key` while the session lasts."""

    key: int
    n_samples: int
    n_features: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and features."""
        return self.n_samples, self.n_features

    def dataset_from(self, sent: Mapping[int, Dataset]) -> Dataset:
        if self.key not in sent:
            raise DataError(DATA_IS_GONE)
        return sent[self.key]


@dataclass(frozen=True)
class ProblemSpec:
    """What names a `Problem`: equal specs give equal problems, so that runs can share one."""

    data: GeneratedData | SentData
    seed: int
    test_fraction: float
    split: str
    standardize: bool
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

    def build(self, sent: Mapping[int, Dataset] | None = None) -> Problem:
        """Makes the data set, or takes it from those that were `sent`, and splits it.

        Raises:
            ConfigError, DataError: a knob is out of bounds, no training row is left, the data are
                held no longer, or they do not fit into memory.
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
