"""What the pages can be set to, as plain data: controls, links, presets and runs follow."""

from __future__ import annotations

import csv
import functools
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self, TypeVar
from urllib.parse import urlencode

import numpy as np

from dashboard.controls import declared
from dashboard.controls.control import CUSTOM_INIT, Control, Number, Place, Use
from dashboard.controls.declared import CONTROLS
from dashboard.problem_spec import GeneratedData, Knobs, ProblemSpec, SentData
from dashboard.run_spec import RunSpec
from dashboard.until import Until, changed_config, until_text
from linreg_core import DATASETS, SOLVERS, Params, TrainConfig, make_dataset

LINK_VERSION = "1"  # of the link's meaning: raised when a name or a meaning changes


@dataclass(frozen=True)
class ModelSettings:
    """What every page can be set to: a field for each of `controls.declared.CONTROLS`."""

    seed: int = declared.SEED.default
    test_fraction: float = declared.TEST_FRACTION.default
    split: str = declared.SPLIT.default
    standardize: bool = declared.STANDARDIZE.default
    fit_intercept: bool = declared.FIT_INTERCEPT.default
    solver: str = declared.SOLVER.default
    loss: str = declared.LOSS.default
    learning_rate: float = declared.LEARNING_RATE.default
    n_epochs: int = declared.N_EPOCHS.default
    batch_size: int | None = declared.BATCH_SIZE.default
    sampling: str = declared.SAMPLING.default
    updates_per_epoch: int | None = declared.UPDATES_PER_EPOCH.default
    momentum: float = declared.MOMENTUM.default
    weight_decay: float = declared.WEIGHT_DECAY.default
    l1: float = declared.L1.default
    init: str = declared.INIT.default
    init_weight: float = declared.INIT_WEIGHT.default
    init_bias: float = declared.INIT_BIAS.default
    schedule: str = declared.SCHEDULE.default
    warmup_epochs: int = declared.WARMUP_EPOCHS.default
    stop_when_converged: bool = declared.STOP_WHEN_CONVERGED.default
    dtype: str = declared.DTYPE.default
    engine: str = declared.ENGINE.default
    residuals: str = declared.RESIDUALS.default
    loss_axes: str = declared.LOSS_AXES.default
    loss_x: str = declared.LOSS_X.default
    fit_picture: str = declared.FIT_PICTURE.default
    weights_picture: str = declared.WEIGHTS_PICTURE.default
    keep_going: bool = declared.KEEP_GOING.default
    until: Until = declared.UNTIL.default
    pins: str = declared.PINS.default  # as a link tells them: see `dashboard.pins.link`

    @property
    def data(self) -> GeneratedData | SentData:
        """The data that the run is about."""
        raise NotImplementedError

    @property
    def n_samples(self) -> int:
        """How many rows the data have."""
        raise NotImplementedError

    @property
    def n_features(self) -> int:
        """How many features the data have."""
        raise NotImplementedError

    def controls(self) -> dict[str, Any]:
        """Return every control's value by its key."""
        raise NotImplementedError

    def after(self, other: ModelSettings) -> Self:
        """Return what this page starts with after `other` was left, which may share settings."""
        return self

    def remembered(self) -> dict[str, Any]:
        """Return all that a step back brings back: the controls, and what else a page is about."""
        return self.controls()

    def link_values(self) -> dict[str, Any]:
        """Return what the link says besides `ModelSettings`: which data, and what of them."""
        raise NotImplementedError

    def uses(self, control: Control) -> bool:
        """Whether a control means anything with this solver, this start and these data."""
        return control.is_used(SOLVERS[self.solver], self.init)

    @property
    def n_train(self) -> int:
        """How many rows train."""
        return self.n_samples - round(self.n_samples * self.test_fraction)

    @property
    def problem_spec(self) -> ProblemSpec:
        return ProblemSpec(
            self.data,
            self.seed,
            self.test_fraction,
            self.split,
            self.standardize,
            self.fit_intercept,
        )

    @property
    def run_key(self) -> ModelSettings:
        """What the run depends on: settings that only look different have the same."""
        first = type(self)()
        return replace(self, keep_going=first.keep_going, pins=first.pins, **first.pictures)

    @property
    def pictures(self) -> dict[str, Any]:
        """How pictures, and what is told of a run, are drawn: no run depends on it."""
        each = (control for control in CONTROLS.values() if control.place is Place.PICTURES)
        return {control.name: getattr(self, control.name) for control in each}

    def config(self) -> TrainConfig:
        """Return the run's hyperparameters.

        Raises ConfigError when one of them is out of bounds.
        """
        values = {name: getattr(self, name) for name in CONFIG_FIELDS}
        if not SOLVERS[self.solver].is_iterative:
            values["n_epochs"] = 1  # solved at once: more epochs would only stand still
        if self.init == CUSTOM_INIT:
            values["init"] = Params(np.array([self.init_weight]), self.init_bias)
        until = self.until if SOLVERS[self.solver].is_iterative else ()
        return changed_config(TrainConfig(**values), until)

    @property
    def run_spec(self) -> RunSpec:
        """The name of the run.

        Raises ConfigError when a setting is out of bounds.
        """
        return RunSpec(self.problem_spec, self.config())

    def query(self) -> dict[str, str]:
        """Return the link's parameters: every control but hidden ones that were never moved."""
        at_rest = {
            name for name in self._hidden if getattr(self, name) == getattr(ModelSettings, name)
        }
        values = {"v": LINK_VERSION, **self.link_values()}
        values |= {name: getattr(self, name) for name in MODEL_FIELDS if name not in at_rest}
        return {name: spelled(name, value) for name, value in values.items()}

    @property
    def _hidden(self) -> set[str]:
        """What this solver and this start have no use for."""
        # Batches and epochs are told in any case: pages start with different ones.
        each = (control for control in CONTROLS.values() if control.use is not Use.ITERATION)
        return {c.name for c in each if not self.uses(c)}

    def link(self) -> str:
        """Return a relative link that reopens this page as it is."""
        return "?" + urlencode(self.query())


MODEL_FIELDS = tuple(f.name for f in fields(ModelSettings))
CONFIG_FIELDS = tuple(f.name for f in fields(TrainConfig) if f.name in MODEL_FIELDS)

AnySettings = TypeVar("AnySettings", bound=ModelSettings)


@dataclass(frozen=True)
class Settings(ModelSettings):
    """Every control of the play page."""

    dataset: str = declared.DATASET.default
    knobs: Knobs = ()  # the data set's own, each under its own name in the link

    @property
    def data(self) -> GeneratedData:
        return GeneratedData(self.dataset, self.knobs, self.seed)

    @property
    def n_samples(self) -> int:
        return int(dict(self.knobs).get("n_samples") or _default_shape(self.dataset)[0])

    @property
    def n_features(self) -> int:
        return int(dict(self.knobs).get("n_features") or _default_shape(self.dataset)[1])

    def controls(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in MODEL_FIELDS} | self.link_values()

    def link_values(self) -> dict[str, Any]:
        return {"dataset": self.dataset, **dict(self.knobs)}

    def after(self, other: ModelSettings) -> Self:
        if not isinstance(other, Settings):
            return self
        return replace(self, **{each.name: getattr(other, each.name) for each in fields(Settings)})


@functools.cache
def _default_shape(dataset: str) -> tuple[int, ...]:
    """Return (n_samples, n_features) of a data set whose knobs stand at their defaults."""
    return make_dataset(dataset).X.shape


def make_settings(
    dataset: str, knobs: Mapping[str, float] | None = None, **values: Any
) -> Settings:
    """Return settings for a data set whose other knobs stand at their defaults."""
    filled = {knob.name: knob.default for knob in DATASETS[dataset].knobs} | dict(knobs or {})
    return Settings(dataset=dataset, knobs=tuple(filled.items()), **values)


def joined(parts: Iterable[str]) -> str:
    """Return texts as one line of CSV: names may hold commas. `split` reads it back."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(list(parts))
    return line.getvalue()


def split(text: str) -> list[str]:
    """Return the texts that `joined` put into one line; nothing where it is no line of CSV."""
    try:
        return next(csv.reader([text]), []) if text else []
    except csv.Error:
        return []


def spelled(name: str, value: Any) -> str:
    """Return a value as a link spells it: it reads back the same."""
    if value is None:
        control = CONTROLS.get(name)
        return control.word_for_none if isinstance(control, Number) else ""
    if name == declared.UNTIL.name:
        return until_text(value)
    if isinstance(value, tuple):
        return joined(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).removesuffix(".0") if isinstance(value, float) else str(value)
