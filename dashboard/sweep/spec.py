"""A sweep's name: a run's, two of its settings with their values, and the seeds of a cell."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, NamedTuple

from dashboard.problem_spec import GeneratedData, ProblemSpec
from dashboard.run_spec import RunSpec
from dashboard.sweep.limits import MAX_STEPS, SEEDS_PER_CELL
from dashboard.watched_spec import WatchedSpec
from linreg_core import DATASETS, SOLVERS, ConfigError, TrainConfig
from linreg_core.checks import broken, choice, whole_number
from linreg_core.limits import MAX_SEED
from table_reader.wording import shown

_VERSION: Final = 1
_MOST_CHARACTERS: Final = 20_000
_ID_DIGITS: Final = 20
_OF_CONFIG: Final = ("learning_rate", "batch_size", "momentum", "solver", "schedule")
_OF_PROBLEM: Final = ("noise", "seed")
_MEMBERS: Final = ("v", "run", "x", "y", "n_seeds")


@dataclass(frozen=True)
class SweepAxis:
    """One side of the grid: a setting and the values that it takes.

    Raises ConfigError where it is none that a grid can go along, or a value is out of bounds.
    """

    name: str
    values: tuple[Any, ...]

    def __post_init__(self) -> None:
        choice("axis", self.name, (*_OF_CONFIG, *_OF_PROBLEM))
        rule = f"must have 1 to {MAX_STEPS} values, each of them once"
        if not 1 <= len(self.values) <= MAX_STEPS or len({*self.values}) < len(self.values):
            raise broken(self.name, rule, len(self.values))
        object.__setattr__(self, "values", tuple(map(self._checked, self.values)))

    @property
    def is_of_problem(self) -> bool:
        """Whether its values make other data, and not only another way to train on them."""
        return self.name in _OF_PROBLEM

    def _checked(self, value: Any) -> Any:
        if self.name == "seed":
            return whole_number("seed", value, minimum=0, maximum=MAX_SEED)
        if self.name == "noise":
            return value  # the data set's knob checks it
        return getattr(TrainConfig(**{self.name: value}), self.name)


class Cell(NamedTuple):
    """A place of the grid, from 0: along x, along y, and which of its seeds."""

    column: int
    row: int
    repeat: int = 0


@dataclass(frozen=True)
class SweepSpec:
    """What a map shows: plain data, of which any server trains the same runs.

    A cell's run is `base` with the cell's two values; its seeds are those that follow its own. A
    base that changes on its way is swept as it is set in the end.

    Raises ConfigError where the axes are one, or do not suit the data.
    """

    base: RunSpec
    x: SweepAxis
    y: SweepAxis
    n_seeds: int = 1

    def __post_init__(self) -> None:
        if self.x.name == self.y.name:
            raise broken("y", "must be another setting than `x`", self.y.name)
        if self.n_seeds not in SEEDS_PER_CELL:
            named = ", ".join(map(str, SEEDS_PER_CELL))
            raise broken("n_seeds", f"must be one of {named}", self.n_seeds)
        for axis in (self.x, self.y):
            if axis.name == "noise":
                values = tuple(_checked_noise(self.base.problem.data, each) for each in axis.values)
                object.__setattr__(axis, "values", values)
        config = self.base.config
        last = replace(config.at(config.n_epochs), evaluate_every=None)
        object.__setattr__(self, "base", RunSpec(self.base.problem, last))
        # What the axes say, the base need not: equal maps have equal names.
        first = Cell(0, 0)
        config = replace(last, **self._config_values(first))
        object.__setattr__(self, "base", RunSpec(self.problem_at(first), config))

    @property
    def problem(self) -> ProblemSpec:
        """The data that the base is about."""
        return self.base.problem

    @property
    def config(self) -> TrainConfig:
        """How the base is trained."""
        return self.base.config

    @property
    def shape(self) -> tuple[int, int, int]:
        """How many columns, rows, and seeds a cell."""
        return len(self.x.values), len(self.y.values), self.n_seeds

    @property
    def n_runs(self) -> int:
        """How many runs a whole map takes."""
        n_columns, n_rows, n_seeds = self.shape
        return n_columns * n_rows * n_seeds

    @cached_property
    def id(self) -> str:
        """Twenty hexadecimal digits, the same for equal specs, on every machine."""
        return hashlib.sha256(self.to_text().encode()).hexdigest()[:_ID_DIGITS]

    def index(self, cell: Cell) -> int:
        """Return the number of a cell's run: row by row, the seeds of a cell together."""
        n_columns, _, n_seeds = self.shape
        return (cell.row * n_columns + cell.column) * n_seeds + cell.repeat

    def cells(self) -> Iterator[Cell]:
        """Yield every run's place, so that those on the same data follow one another."""
        n_columns, n_rows, n_seeds = self.shape
        repeats = range(n_seeds)
        if self.x.is_of_problem and not self.y.is_of_problem:
            for column in range(n_columns):
                yield from (Cell(column, row, k) for k in repeats for row in range(n_rows))
            return
        for row in range(n_rows):
            yield from (Cell(column, row, k) for k in repeats for column in range(n_columns))

    def problem_at(self, cell: Cell) -> ProblemSpec:
        """Return what a cell's run trains on."""
        problem, values = self.problem, self._values(cell)
        if isinstance(problem.data, GeneratedData) and "noise" in values:
            knobs = dict(problem.data.knobs) | {"noise": values["noise"]}
            problem = replace(problem, data=replace(problem.data, knobs=tuple(knobs.items())))
        seed = (values.get("seed", problem.seed) + cell.repeat) % (MAX_SEED + 1)
        if seed == problem.seed:
            return problem
        if isinstance(problem.data, GeneratedData):
            problem = replace(problem, data=replace(problem.data, seed=seed))
        return replace(problem, seed=seed)

    def config_at(self, cell: Cell) -> TrainConfig:
        """Return how a cell's run trains.

        Raises ConfigError where its two values do not go together.
        """
        values = self._config_values(cell)
        if not SOLVERS[values.get("solver", self.config.solver)].is_iterative:
            values["n_epochs"] = 1
        return replace(self.config, **values)

    def run_at(self, cell: Cell) -> RunSpec:
        """Return the name of a cell's run.

        Raises ConfigError where there is no such cell, or its two values do not go together.
        """
        for name, at, n in zip(Cell._fields, cell, self.shape, strict=True):
            whole_number(name, at, minimum=0, maximum=n - 1)
        return RunSpec(self.problem_at(cell), self.config_at(cell))

    def _config_values(self, cell: Cell) -> dict[str, Any]:
        values = self._values(cell)
        values["seed"] = (values.get("seed", self.config.seed) + cell.repeat) % (MAX_SEED + 1)
        values.pop("noise", None)
        return values

    def _values(self, cell: Cell) -> dict[str, Any]:
        return {
            self.x.name: self.x.values[cell.column],
            self.y.name: self.y.values[cell.row],
        }

    def to_text(self) -> str:
        """Return the spec as JSON without spaces, names in alphabetical order.

        Raises ConfigError as `RunSpec.to_text`.
        """
        tree = {
            "v": _VERSION,
            "run": json.loads(self.base.to_text()),
            "x": _axis_tree(self.x),
            "y": _axis_tree(self.y),
            "n_seeds": self.n_seeds,
        }
        return json.dumps(tree, sort_keys=True, separators=(",", ":"), allow_nan=False)

    @classmethod
    def from_text(cls, text: str) -> SweepSpec:
        """Return the spec that a text names.

        Raises ConfigError when it is no such text, or a setting in it is out of bounds.
        """
        tree = _sweep_tree(text)
        return cls(
            RunSpec.from_text(json.dumps(tree.get("run"))),
            _axis_from(tree.get("x")),
            _axis_from(tree.get("y")),
            whole_number("n_seeds", tree.get("n_seeds", 1), minimum=1, maximum=max(SEEDS_PER_CELL)),
        )


Trainable = RunSpec | SweepSpec | WatchedSpec
"""What a trainer can be asked for by name."""


def _checked_noise(data: object, value: Any) -> float:
    if not isinstance(data, GeneratedData) or "noise" not in dict(data.knobs):
        raise ConfigError(
            "`noise` can't be an axis: these data are not generated with it. Choose another axis."
        )
    return DATASETS[data.dataset].knob("noise").check(value)


def _axis_tree(axis: SweepAxis) -> dict[str, Any]:
    return {"name": axis.name, "values": list(axis.values)}


def _sweep_tree(text: str) -> dict[str, Any]:
    if not isinstance(text, str) or len(text) > _MOST_CHARACTERS:
        raise ConfigError(f"A sweep's text must have at most {_MOST_CHARACTERS:,} characters.")
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        raise ConfigError(f"A sweep's text must be JSON. Got {shown(text)}.") from None
    if not isinstance(tree, dict):
        raise ConfigError(f"A sweep's text must be an object. Got {shown(tree)}.")
    for name in tree:
        choice("a name in a sweep's text", name, _MEMBERS)
    if tree.get("v") != _VERSION:
        raise broken("v", f"must be {_VERSION}, the version of a sweep's text", tree.get("v"))
    return tree


def _axis_from(tree: Any) -> SweepAxis:
    if not isinstance(tree, dict) or not isinstance(tree.get("values"), list):
        raise ConfigError(f"An axis must have a name and values. Got {shown(tree)}.")
    values = tree["values"]
    if not all(isinstance(each, str | int | float | None) for each in values):
        raise ConfigError(f"An axis's values must be numbers or names. Got {shown(values)}.")
    return SweepAxis(str(tree.get("name")), tuple(values))
