"""What the page can be set to, as plain data: controls, links, presets and run requests follow."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

import numpy as np

from linreg_core import (
    DATASETS,
    SOLVERS,
    ConfigError,
    LinregError,
    Params,
    Problem,
    TrainConfig,
    make_dataset,
)
from linreg_core.datasets import Knob
from linreg_core.limits import SPLITS

LINK_VERSION = "1"  # of the link's meaning: raised when a name or a meaning changes
CUSTOM_INIT = "custom"  # start from `init_weight` and `init_bias`
RESIDUALS = ("none", "segments", "squares")
LOSS_AXES = ("log", "linear", "log-log")
MAX_PAGE_TEST_FRACTION = 0.5
MAX_PAGE_MOMENTUM = 0.99
MAX_PAGE_WEIGHT_DECAY = 1.0
_SHOWN_TEXT = 40  # characters of a bad value that a notice repeats

Knobs = tuple[tuple[str, float | int], ...]


@dataclass(frozen=True)
class ProblemSpec:
    """What names a `Problem`: equal specs give equal problems, so that sessions can share one."""

    dataset: str
    knobs: Knobs
    seed: int
    test_fraction: float
    split: str
    standardize: bool

    @property
    def n_cells(self) -> int:
        """Rows times features, told before anything is made."""
        knobs = dict(self.knobs)
        return int(knobs.get("n_samples", 1_000) * knobs.get("n_features", 1))

    def build(self) -> Problem:
        """Makes the data set and splits it.

        Raises:
            ConfigError, DataError: a knob is out of bounds, or no training row is left.
        """
        dataset = make_dataset(self.dataset, seed=self.seed, **dict(self.knobs))
        return Problem.from_dataset(
            dataset, self.test_fraction, self.split, self.standardize, self.seed
        )


@dataclass(frozen=True)
class Settings:
    """Every control of the play page. Field names are the link's parameter names."""

    dataset: str = "line"
    knobs: Knobs = ()  # the data set's own, each under its own name in the link
    seed: int = 0
    test_fraction: float = 0.0
    split: str = "random"
    standardize: bool = False
    solver: str = "sgd"
    loss: str = "mse"
    learning_rate: float = 0.1
    n_epochs: int = 1000
    batch_size: int | None = None
    sampling: str = "shuffle"
    updates_per_epoch: int | None = None
    momentum: float = 0.9
    weight_decay: float = 0.0
    init: str = "zeros"
    init_weight: float = 0.0
    init_bias: float = 0.0
    dtype: str = "float64"
    engine: str = "torch"
    residuals: str = "none"
    loss_axes: str = "log"

    @property
    def problem_spec(self) -> ProblemSpec:
        return ProblemSpec(
            self.dataset, self.knobs, self.seed, self.test_fraction, self.split, self.standardize
        )

    @property
    def n_train(self) -> int:
        """How many rows train."""
        n_samples = int(dict(self.knobs).get("n_samples") or _default_shape(self.dataset)[0])
        return n_samples - round(n_samples * self.test_fraction)

    @property
    def n_features(self) -> int:
        """How many features the data set has."""
        return int(dict(self.knobs).get("n_features") or _default_shape(self.dataset)[1])

    @property
    def run_key(self) -> Settings:
        """What the run depends on: settings that only look different have the same."""
        return replace(self, residuals=Settings.residuals, loss_axes=Settings.loss_axes)

    def config(self) -> TrainConfig:
        """The run's hyperparameters.

        Raises:
            ConfigError: one of them is out of bounds.
        """
        values = {name: getattr(self, name) for name in CONFIG_FIELDS}
        if "learning_rate" not in SOLVERS[self.solver].knobs:
            values["n_epochs"] = 1  # solved at once: more epochs would only stand still
        if self.init == CUSTOM_INIT:
            values["init"] = Params(np.array([self.init_weight]), self.init_bias)
        return TrainConfig(**values)

    def query(self) -> dict[str, str]:
        """The link's parameters: all that this solver and this start use, defaults included."""
        unused = {"knobs"} | {"momentum", "weight_decay"}.difference(SOLVERS[self.solver].knobs)
        if self.init != CUSTOM_INIT:
            unused |= {"init_weight", "init_bias"}
        values: dict[str, Any] = {"v": LINK_VERSION, "dataset": self.dataset, **dict(self.knobs)}
        values |= {f.name: getattr(self, f.name) for f in fields(self) if f.name not in unused}
        return {name: _format(name, value) for name, value in values.items()}

    def link(self) -> str:
        """A relative link that reopens this page as it is."""
        return "?" + urlencode(self.query())


@functools.cache
def _default_shape(dataset: str) -> tuple[int, ...]:
    """(n_samples, n_features) of a data set whose knobs stand at their defaults."""
    return make_dataset(dataset).X.shape


LINK_NAMES = {f.name for f in fields(Settings)} - {"knobs"} | {
    knob.name for source in DATASETS.values() for knob in source.knobs
}
CONFIG_FIELDS = tuple(
    f.name for f in fields(TrainConfig) if f.name in {g.name for g in fields(Settings)}
)
_WORDS_FOR_NONE = {"batch_size": "full", "updates_per_epoch": "all"}


def make_settings(
    dataset: str, knobs: Mapping[str, float] | None = None, **values: Any
) -> Settings:
    """Settings for a data set whose other knobs stand at their defaults."""
    filled = {knob.name: knob.default for knob in DATASETS[dataset].knobs} | dict(knobs or {})
    return Settings(dataset=dataset, knobs=tuple(filled.items()), **values)


def read_query(query: Mapping[str, str]) -> tuple[Settings, list[str]]:
    """The settings that a link names, and a sentence for each value that could not be used.

    What a link leaves out stands at its default, what it says wrongly too; unknown names are
    somebody else's and ignored.
    """
    notices: list[str] = []
    if query.get("v", LINK_VERSION) != LINK_VERSION:
        notices.append("This link was made by another version: some controls may differ.")

    def read(name: str, default: Any, parse: Callable[[str], Any]) -> Any:
        if name not in query:
            return default
        try:
            return parse(query[name])
        except LinregError as error:
            reason = str(error)
        except (ValueError, OverflowError):
            reason = f"`{name}` can't be {query[name][:_SHOWN_TEXT]!r}."
        notices.append(f"{reason} The link's value was replaced by {_format(name, default)}.")
        return default

    dataset = read("dataset", Settings.dataset, lambda text: _choose("dataset", text, DATASETS))
    knobs = {
        knob.name: read(knob.name, knob.default, _knob_value(knob))
        for knob in DATASETS[dataset].knobs
    }
    values = {name: read(name, getattr(Settings, name), parse) for name, parse in _PARSERS.items()}
    settings = make_settings(dataset, knobs, **values)
    settings, clashes = _reconcile(settings)
    return settings, notices + clashes


def _reconcile(settings: Settings) -> tuple[Settings, list[str]]:
    """Settings whose values also go together, and a sentence for each that had to give way."""
    notices: list[str] = []
    if settings.batch_size is not None and settings.batch_size > settings.n_train:
        notices.append(
            f"`batch_size` must be <= the number of training rows, {settings.n_train}. "
            f"Got {settings.batch_size}. The full batch stands in its place."
        )
        settings = replace(settings, batch_size=None)
    for name, most in (
        ("momentum", MAX_PAGE_MOMENTUM),
        ("weight_decay", MAX_PAGE_WEIGHT_DECAY),
    ):
        if getattr(settings, name) > most:
            notices.append(f"`{name}` can be {most:g} at most on this page. It was set to that.")
            settings = replace(settings, **{name: most})  # type: ignore[arg-type]
    if settings.init == CUSTOM_INIT and settings.n_features > 1:
        notices.append("`init` can be 'custom' with one feature only. It starts from zeros.")
        settings = replace(settings, init=Settings.init)
    try:
        settings.config()
    except ConfigError as error:
        notices.append(f"{error} The link's solver and loss were replaced by the defaults.")
        settings = replace(settings, solver=Settings.solver, loss=Settings.loss)
    return settings, notices


def _choose(name: str, text: str, options: Any) -> str:
    if text not in options:
        raise ConfigError(
            f"`{name}` must be one of {', '.join(options)}. Got {text[:_SHOWN_TEXT]!r}."
        )
    return text


def _choice(name: str, options: Any) -> Callable[[str], str]:
    return lambda text: _choose(name, text, options)


def _config_value(name: str, convert: Callable[[str], Any]) -> Callable[[str], Any]:
    """A parser for a field of TrainConfig, which knows its bounds."""

    def parse(text: str) -> Any:
        if text == _WORDS_FOR_NONE.get(name):
            return None
        return getattr(TrainConfig(**{name: convert(text)}), name)

    return parse


def _bounded(name: str, low: float, high: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        value = float(text)
        if not low <= value <= high:
            raise ConfigError(f"`{name}` must be between {low:g} and {high:g}. Got {value:g}.")
        return value

    return parse


def _knob_value(knob: Knob) -> Callable[[str], float]:
    return lambda text: knob.check(int(text) if knob.kind == "int" else float(text))


def _flag(text: str) -> bool:
    return {"true": True, "false": False}[_choose("standardize", text.lower(), ("true", "false"))]


def _init(text: str) -> str:
    return text if text == CUSTOM_INIT else str(TrainConfig(init=text).init)


_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "seed": _config_value("seed", int),
    "test_fraction": _bounded("test_fraction", 0, MAX_PAGE_TEST_FRACTION),
    "split": _choice("split", SPLITS),
    "standardize": _flag,
    "solver": _config_value("solver", str),
    "loss": _config_value("loss", str),
    "learning_rate": _config_value("learning_rate", float),
    "n_epochs": _config_value("n_epochs", int),
    "batch_size": _config_value("batch_size", int),
    "sampling": _config_value("sampling", str),
    "updates_per_epoch": _config_value("updates_per_epoch", int),
    "momentum": _config_value("momentum", float),
    "weight_decay": _config_value("weight_decay", float),
    "init": _init,
    "init_weight": _bounded("init_weight", -1e6, 1e6),
    "init_bias": _bounded("init_bias", -1e6, 1e6),
    "dtype": _config_value("dtype", str),
    "engine": _config_value("engine", str),
    "residuals": _choice("residuals", RESIDUALS),
    "loss_axes": _choice("loss_axes", LOSS_AXES),
}


def parse_override(name: str, text: str) -> Any:
    """A scalar of TrainConfig as a run's address spells it.

    Raises:
        ConfigError: no such field, not a value of its type, or out of bounds.
    """
    if name not in CONFIG_FIELDS or name == "init":
        allowed = ", ".join(field for field in CONFIG_FIELDS if field != "init")
        raise ConfigError(f"The query may set {allowed}. Got {name[:_SHOWN_TEXT]!r}.")
    try:
        return _PARSERS[name](text)
    except ValueError:
        words: dict[str, Any] = {name: text[:_SHOWN_TEXT]}
        return getattr(TrainConfig(**words), name)  # not a number: the core says so


def _format(name: str, value: Any) -> str:
    """A value as a link spells it: it reads back the same."""
    if value is None:
        return _WORDS_FOR_NONE[name]
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).removesuffix(".0") if isinstance(value, float) else str(value)
