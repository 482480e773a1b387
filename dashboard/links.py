"""Reading a link back into settings: what can't be used falls back, and a sentence says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from dashboard.controls.control import (
    CUSTOM_INIT,
    MOST_SHOWN,
    Number,
    number_of,
)
from dashboard.controls.declared import CONTROLS, DATASET
from dashboard.problem_spec import GeneratedData
from dashboard.run_spec import RunSpec
from dashboard.settings import (
    CONFIG_FIELDS,
    LINK_VERSION,
    AnySettings,
    ModelSettings,
    Settings,
    make_settings,
    spelled,
)
from linreg_core import DATASETS, SOLVERS, ConfigError, LinregError, TrainConfig
from linreg_core.changes import CHANGEABLE
from linreg_core.checks import broken
from linreg_core.datasets import Knob
from linreg_core.limits import MAX_EPOCHS

AT = "at"
"""In a run's address: the epoch after which it goes on with what else the query says."""
ERROR_NAMES = ("standard_errors", "clusters", "lags")
COLUMN_NAMES = (
    "table",
    "target",
    "features",
    "formula",
    "target_transform",
    "missing",
    "excluded_rows",
    "weights",
    "weight_kind",
    "reading",
    *ERROR_NAMES,
)
LINK_NAMES = {*CONTROLS, "dataset", *COLUMN_NAMES} | {
    knob.name for source in DATASETS.values() for knob in source.knobs
}


class QueryReader:
    """Reads parameters of a link one by one and collects a notice for each that is no good."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self._query = query
        self.notices: list[str] = []
        if query.get("v", LINK_VERSION) != LINK_VERSION:
            self.notices.append("This link was made by another version: some controls may differ.")

    def read(self, name: str, default: Any, parse: Callable[[str], Any]) -> Any:
        """Return the value of `name`; the default where the link has none, or a wrong one."""
        if name not in self._query:
            return default
        try:
            return parse(self._query[name])
        except LinregError as error:
            reason = str(error)
        except (ValueError, OverflowError):
            reason = f"`{name}` can't be {self._query[name][:MOST_SHOWN]!r}."
        instead = spelled(name, default)
        what = f"replaced by {instead}" if instead else "left out"
        self.notices.append(f"{reason} The link's value was {what}.")
        return default

    def model_values(self, defaults: ModelSettings) -> dict[str, Any]:
        """Return the fields of `ModelSettings`."""
        return {
            name: self.read(name, getattr(defaults, name), control.parse)
            for name, control in CONTROLS.items()
        }


def read_query(query: Mapping[str, str]) -> tuple[Settings, list[str]]:
    """Return the play page's settings that a link names, and a sentence for each unusable value.

    What a link leaves out stands at its default, what it says wrongly too; unknown names are
    somebody else's and ignored.
    """
    reader = QueryReader(query)
    dataset = reader.read("dataset", Settings.dataset, DATASET.parse)
    knobs = {
        knob.name: reader.read(knob.name, knob.default, number_of(knob).parse)
        for knob in DATASETS[dataset].knobs
    }
    settings = make_settings(dataset, knobs, **reader.model_values(Settings()))
    settings, clashes = reconcile(settings)
    return settings, reader.notices + clashes


def reconcile(settings: AnySettings) -> tuple[AnySettings, list[str]]:
    """Return settings whose values go together, and a sentence for each that had to give way."""
    notices: list[str] = []
    if settings.batch_size is not None and settings.batch_size > settings.n_train:
        notices.append(
            f"`batch_size` must be <= the number of training rows, {settings.n_train}. "
            f"Got {settings.batch_size}. The full batch stands in its place."
        )
        settings = replace(settings, batch_size=None)
    for name, control in CONTROLS.items():
        value = getattr(settings, name)
        if isinstance(control, Number) and value is not None and value > control.maximum:
            most = control.maximum
            notices.append(f"`{name}` can be {most:g} at most on this page. It was set to that.")
            settings = replace(settings, **{name: most})  # type: ignore[arg-type]
    if settings.warmup_epochs >= settings.n_epochs and SOLVERS[settings.solver].is_iterative:
        notices.append(
            f"`warmup_epochs` must be < `n_epochs`, {settings.n_epochs}. "
            f"Got {settings.warmup_epochs}. There is no warm-up in its place."
        )
        settings = replace(settings, warmup_epochs=0)
    late = [epoch for epoch, _ in settings.until if epoch >= settings.n_epochs]
    if late or (settings.until and not SOLVERS[settings.solver].is_iterative):
        notices.append(
            "`until` must be of epochs before the last one. Later changes were left out."
        )
        settings = replace(settings, until=settings.until[: -len(late)] if late else ())
    if settings.init == CUSTOM_INIT and settings.n_features > 1:
        notices.append("`init` can be 'custom' with one feature only. It starts from zeros.")
        settings = replace(settings, init=ModelSettings.init)
    try:
        settings.config()
    except ConfigError as error:
        notices.append(f"{error} The link's solver and loss were replaced by the defaults.")
        settings = replace(settings, solver=ModelSettings.solver, loss=ModelSettings.loss)
    return settings, notices


def overridden(spec: RunSpec, query: Mapping[str, str]) -> RunSpec:
    """Return the spec with a query's scalars in the place of its own, of config or data set.

    With `at`, an epoch, those of the config are changes on the way: the run goes on with them from
    there. Raises ConfigError for an unknown name, a text that is no number, or a value out of
    bounds.
    """
    problem, rest = spec.problem, dict(query)
    if isinstance(problem.data, GeneratedData):
        known, source = dict(problem.data.knobs), DATASETS[problem.data.dataset]
        knobs = {
            name: _parsed_knob(source.knob(name), rest.pop(name)) for name in known.keys() & query
        }
        data = replace(problem.data, knobs=tuple((known | knobs).items()))
        problem = replace(problem, data=data)
    epoch = rest.pop(AT, None)
    values = {name: parse_override(name, text) for name, text in rest.items()}
    return RunSpec(problem, _with(spec.config, values, epoch))


def _with(config: TrainConfig, values: dict[str, Any], epoch: str | None) -> TrainConfig:
    if epoch is None:
        return replace(config, **values)
    if not epoch.isdecimal() or len(epoch) > len(str(MAX_EPOCHS)):
        raise broken(AT, "must be an epoch", epoch[:MOST_SHOWN])
    others = {name: value for name, value in values.items() if name not in CHANGEABLE}
    changed = {name: value for name, value in values.items() if name in CHANGEABLE}
    return replace(config, **others).changed_after(int(epoch), **changed)


def _parsed_knob(knob: Knob, text: str) -> Any:
    try:
        return number_of(knob).parse(text)
    except ValueError:
        return knob.check(text[:MOST_SHOWN])  # not a number: the core says so


def parse_override(name: str, text: str) -> Any:
    """Return a scalar of TrainConfig as a run's address spells it.

    Raises ConfigError where there is no such field, or the text is no value of its type or out of
    bounds.
    """
    if name not in CONFIG_FIELDS or name == "init":
        allowed = ", ".join(field for field in CONFIG_FIELDS if field != "init")
        raise ConfigError(f"The query may set {allowed}. Got {name[:MOST_SHOWN]!r}.")
    try:
        return CONTROLS[name].parse(text)
    except ValueError:
        words: dict[str, Any] = {name: text[:MOST_SHOWN]}
        return getattr(TrainConfig(**words), name)  # not a number: the core says so
