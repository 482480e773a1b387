"""The data sets that come with us: generators with knobs, and bundled files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import numpy as np

from linreg_core import bundled, generators
from linreg_core.checks import choice, finite_number, whole_number
from linreg_core.errors import ConfigError
from linreg_core.limits import MAX_SEED
from linreg_core.memory import memory_for
from linreg_core.types import Dataset, Origin
from table_reader.wording import shown


@dataclass(frozen=True)
class Knob:
    """One number that a generator can be called with; `kind` is "int" or "float".

    `is_main` says that it is among those that one turns first.
    """

    name: str
    label: str
    default: float
    minimum: float
    maximum: float
    kind: str
    step: float
    help: str
    is_main: bool = False

    def check(self, value: object) -> float:
        """Return `value` as this knob's kind. Raises ConfigError when it is out of range."""
        if self.kind == "int":
            low, high = int(self.minimum), int(self.maximum)
            return whole_number(self.name, value, minimum=low, maximum=high)
        return finite_number(self.name, value, minimum=self.minimum, maximum=self.maximum)


@dataclass(frozen=True)
class Start:
    """Settings with which gradient descent comes near the best line; names as in TrainConfig.

    The defaults suit raw columns of any size.
    """

    standardize: bool = True
    learning_rate: float = 0.1
    n_epochs: int = 200
    batch_size: int | None = None
    updates_per_epoch: int | None = None
    init: str = "zeros"


@dataclass(frozen=True)
class DatasetSource:
    """One data set that `make_dataset` can make; `make(generator, **knobs)` makes it.

    It has as many features as its knob "n_features" says, or else `n_features`. `start` is what
    to train it with at first.
    """

    name: str
    label: str
    summary: str
    knobs: tuple[Knob, ...]
    make: Callable[..., Dataset]
    n_features: int = 1
    start: Start = Start()

    def knob(self, name: str) -> Knob:
        """Return the knob of that name. Raises ConfigError when there is none."""
        for knob in self.knobs:
            if knob.name == name:
                return knob
        names = ", ".join(repr(knob.name) for knob in self.knobs) or "no knobs"
        raise ConfigError(f"Data set {self.name!r} has {names}. Got {shown(name)}.")


def make_dataset(name: str, seed: int = 0, **knobs: float) -> Dataset:
    """Return the data set `name`, the same for the same seed and knobs.

    `DATASETS[name].knobs` lists the knobs with their ranges and defaults.

    Raises ConfigError for an unknown name or knob, or a value out of range, and DataError where
    the data do not fit into memory.

    >>> make_dataset("exact_line", n_samples=3).X[:, 0]
    array([0.  , 0.02, 0.04])
    """
    source = DATASETS[choice("dataset", name, DATASETS)]
    seed = whole_number("seed", seed, minimum=0, maximum=MAX_SEED)
    generator = np.random.default_rng(seed)
    values = {knob.name: knob.check(knob.default) for knob in source.knobs}
    values |= {knob: source.knob(knob).check(value) for knob, value in knobs.items()}
    shape = [int(values[knob]) for knob in ("n_samples", "n_features") if knob in values]
    with memory_for(shape):
        made = source.make(generator, **values)
        return replace(made, origin=Origin(name, seed, tuple(values.items())))


def _count(default: int, help: str = "How many rows.") -> Knob:
    return Knob("n_samples", "Rows", default, 2, 100_000, "int", 1, help, is_main=True)


def _noise(default: float, maximum: float, step: float) -> Knob:
    help = "Standard deviation of the noise, in units of the target."
    return Knob("noise", "Noise", default, 0.0, maximum, "float", step, help, is_main=True)


def _slope(default: float, bound: float = 100.0, step: float = 0.1) -> Knob:
    help = "Slope of the true line."
    return Knob("slope", "True slope", default, -bound, bound, "float", step, help)


def _intercept(default: float, bound: float = 100.0, step: float = 0.1) -> Knob:
    help = "Value of the true line at 0."
    return Knob("intercept", "True intercept", default, -bound, bound, "float", step, help)


def _anscombe(number: int, numeral: str, summary: str) -> DatasetSource:
    def make(generator: np.random.Generator) -> Dataset:
        return bundled.anscombe(number)

    return DatasetSource(f"anscombe_{number}", f"Anscombe {numeral}", summary, (), make)


_ALL = (
    DatasetSource(
        name="line",
        label="Noisy line",
        summary="Evenly spaced points on [0, 1] around a straight line.",
        knobs=(_count(100), _slope(1.0), _intercept(0.0), _noise(0.1, 10.0, 0.01)),
        make=generators.line,
        start=Start(standardize=False, n_epochs=1000, init="randn"),
    ),
    DatasetSource(
        name="exact_line",
        label="Exact line",
        summary="Points in steps of 0.02 on a line; split in order, the test extrapolates.",
        knobs=(_count(100), _slope(0.8), _intercept(0.2), _noise(0.0, 10.0, 0.01)),
        make=generators.exact_line,
        start=Start(standardize=False, n_epochs=1000),
    ),
    DatasetSource(
        name="condos",
        label="Condos",
        summary="Synthetic condo sales: price in dollars by floor area in square feet.",
        knobs=(),
        make=bundled.condos,
    ),
    DatasetSource(
        name="many_weights",
        label="Two thousand weights",
        summary="Standard normal inputs, each with a true weight: more than can be seen singly.",
        knobs=(
            Knob("n_samples", "Rows", 4000, 10, 10_000, "int", 10, "How many rows.", is_main=True),
            Knob(
                "n_features",
                "Inputs",
                2000,
                1,
                2_000,
                "int",
                1,
                "How many inputs and weights.",
                is_main=True,
            ),
            _noise(0.01, 10.0, 0.01),
        ),
        make=generators.many_weights,
        # A full batch of so many weights takes minutes, small ones do not.
        start=Start(
            standardize=False,
            learning_rate=0.01,
            batch_size=64,
            updates_per_epoch=10,
        ),
    ),
    DatasetSource(
        name="outliers",
        label="Outliers",
        summary="Some points lie far above the line: squares follow them, absolute errors do not.",
        knobs=(
            _count(120),
            _slope(0.8),
            _intercept(2.0),
            _noise(0.5, 10.0, 0.1),
            Knob(
                "outlier_fraction",
                "Share of outliers",
                0.1,
                0.0,
                0.4,
                "float",
                0.01,
                "Share of the rows that lie far above the line.",
            ),
        ),
        make=generators.outliers,
    ),
    DatasetSource(
        name="growing_variance",
        label="Growing variance",
        summary="Spending by income: the larger the income, the wider the scatter.",
        knobs=(_count(200), _slope(0.6), _intercept(5.0), _noise(0.15, 2.0, 0.01)),
        make=generators.growing_variance,
    ),
    DatasetSource(
        name="curved",
        label="Curved",
        summary="Stopping distance by speed: a parabola, which no straight line fits.",
        knobs=(_count(120), _noise(3.0, 50.0, 0.5)),
        make=generators.curved,
    ),
    DatasetSource(
        name="two_groups",
        label="Two groups",
        summary="Within each group the line rises; over both together it falls.",
        knobs=(
            _count(160),
            _slope(1.5),
            _noise(0.8, 10.0, 0.1),
            Knob(
                "gap",
                "Gap between groups",
                12.0,
                0.0,
                100.0,
                "float",
                0.5,
                "How far the second group lies below the first one's line.",
            ),
        ),
        make=generators.two_groups,
    ),
    DatasetSource(
        name="correlated",
        label="Correlated features",
        summary="Five features that say nearly the same: easy to predict, hard to tell apart.",
        knobs=(
            _count(300),
            Knob(
                "correlation",
                "Correlation",
                0.9,
                0.0,
                0.999,
                "float",
                0.01,
                "Correlation between any two features.",
            ),
            _noise(0.5, 10.0, 0.1),
        ),
        make=generators.correlated,
        n_features=len(generators.CORRELATED_WEIGHTS),
        # Features that say nearly the same are told apart slowly.
        start=Start(n_epochs=1000),
    ),
    _anscombe(1, "I", "Points that scatter around a line, as the summary figures suggest."),
    _anscombe(2, "II", "The same line and R² as Anscombe I, from points on a parabola."),
    _anscombe(3, "III", "The same line and R² as Anscombe I, turned by one outlier."),
    _anscombe(4, "IV", "The same line and R² as Anscombe I, held up by a single row."),
    DatasetSource(
        name="norris",
        label="NIST Norris",
        summary="Calibration of an ozone monitor, with a fit certified to 15 digits.",
        knobs=(),
        make=bundled.norris,
    ),
    DatasetSource(
        name="longley",
        label="NIST Longley",
        summary="US employment 1947 to 1962 by six features that rose together.",
        knobs=(),
        make=bundled.longley,
        n_features=6,
        start=Start(n_epochs=20_000),
    ),
)

DATASETS: Final[Mapping[str, DatasetSource]] = MappingProxyType(
    {source.name: source for source in _ALL}
)
"""Every data set by its name, in the order that menus show."""
