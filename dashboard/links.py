"""Reading a link back into settings: what can't be used falls back, and a sentence says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from dashboard.settings import (
    CONFIG_FIELDS,
    CUSTOM_INIT,
    LINK_VERSION,
    LOSS_AXES,
    MAX_PAGE_MOMENTUM,
    MAX_PAGE_TEST_FRACTION,
    MAX_PAGE_WEIGHT_DECAY,
    MAX_START,
    MODEL_FIELDS,
    RESIDUALS,
    WORDS_FOR_NONE,
    AnySettings,
    ModelSettings,
    Settings,
    make_settings,
    spelled,
)
from linreg_core import DATASETS, ConfigError, LinregError, TrainConfig
from linreg_core.datasets import Knob
from linreg_core.limits import SPLITS

COLUMN_NAMES = ("table", "target", "features", "missing", "excluded_rows")
LINK_NAMES = {*MODEL_FIELDS, "dataset", *COLUMN_NAMES} | {
    knob.name for source in DATASETS.values() for knob in source.knobs
}
_SHOWN_TEXT = 40  # characters of a bad value that a notice repeats


class QueryReader:
    """Reads parameters of a link one by one and collects a notice for each that is no good."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self._query = query
        self.notices: list[str] = []
        if query.get("v", LINK_VERSION) != LINK_VERSION:
            self.notices.append("This link was made by another version: some controls may differ.")

    def read(self, name: str, default: Any, parse: Callable[[str], Any]) -> Any:
        """The value of `name`; the default where the link leaves it out or says it wrongly."""
        if name not in self._query:
            return default
        try:
            return parse(self._query[name])
        except LinregError as error:
            reason = str(error)
        except (ValueError, OverflowError):
            reason = f"`{name}` can't be {self._query[name][:_SHOWN_TEXT]!r}."
        instead = spelled(name, default)
        what = f"replaced by {instead}" if instead else "left out"
        self.notices.append(f"{reason} The link's value was {what}.")
        return default

    def model_values(self, defaults: ModelSettings) -> dict[str, Any]:
        """The fields of `ModelSettings`."""
        return {
            name: self.read(name, getattr(defaults, name), parse)
            for name, parse in _PARSERS.items()
        }


def read_query(query: Mapping[str, str]) -> tuple[Settings, list[str]]:
    """The play page's settings that a link names, and a sentence for each unusable value.

    What a link leaves out stands at its default, what it says wrongly too; unknown names are
    somebody else's and ignored.
    """
    reader = QueryReader(query)
    dataset = reader.read("dataset", Settings.dataset, choice("dataset", DATASETS))
    knobs = {
        knob.name: reader.read(knob.name, knob.default, _knob_value(knob))
        for knob in DATASETS[dataset].knobs
    }
    settings = make_settings(dataset, knobs, **reader.model_values(Settings()))
    settings, clashes = reconcile(settings)
    return settings, reader.notices + clashes


def reconcile(settings: AnySettings) -> tuple[AnySettings, list[str]]:
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
        settings = replace(settings, init=ModelSettings.init)
    try:
        settings.config()
    except ConfigError as error:
        notices.append(f"{error} The link's solver and loss were replaced by the defaults.")
        settings = replace(settings, solver=ModelSettings.solver, loss=ModelSettings.loss)
    return settings, notices


def choice(name: str, options: Any) -> Callable[[str], str]:
    """A parser that takes one of `options`."""

    def parse(text: str) -> str:
        if text not in options:
            named = ", ".join(filter(None, options))
            raise ConfigError(f"`{name}` must be one of {named}. Got {text[:_SHOWN_TEXT]!r}.")
        return text

    return parse


def _config_value(name: str, convert: Callable[[str], Any]) -> Callable[[str], Any]:
    """A parser for a field of TrainConfig, which knows its bounds."""

    def parse(text: str) -> Any:
        if text == WORDS_FOR_NONE.get(name):
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


def _flag(name: str) -> Callable[[str], bool]:
    parse = choice(name, ("true", "false"))
    return lambda text: parse(text.lower()) == "true"


def _init(text: str) -> str:
    return text if text == CUSTOM_INIT else str(TrainConfig(init=text).init)


_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "seed": _config_value("seed", int),
    "test_fraction": _bounded("test_fraction", 0, MAX_PAGE_TEST_FRACTION),
    "split": choice("split", SPLITS),
    "standardize": _flag("standardize"),
    "fit_intercept": _flag("fit_intercept"),
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
    "init_weight": _bounded("init_weight", -MAX_START, MAX_START),
    "init_bias": _bounded("init_bias", -MAX_START, MAX_START),
    "dtype": _config_value("dtype", str),
    "engine": _config_value("engine", str),
    "residuals": choice("residuals", RESIDUALS),
    "loss_axes": choice("loss_axes", LOSS_AXES),
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
