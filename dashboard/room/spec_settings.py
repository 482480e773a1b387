"""From a run's name back to what pages are set to: knobs, links and a line about it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from dashboard.controls.control import CUSTOM_INIT
from dashboard.numbers import count
from dashboard.problem_spec import GeneratedData, ProblemSpec, SentData
from dashboard.run_spec import RunSpec
from dashboard.settings import CONFIG_FIELDS, ModelSettings, Settings
from dashboard.until import until_of
from linreg_core import DATASETS, SOLVERS, Params, TrainConfig

_PROBLEM_FIELDS = tuple(field.name for field in fields(ProblemSpec) if field.name != "data")


@dataclass(frozen=True)
class OwnDataSettings(ModelSettings):
    """What a page is set to that is about somebody's own data, of which only the name is known."""

    own: SentData = SentData("0" * 32, 1, 1)

    @property
    def data(self) -> SentData:
        return self.own

    @property
    def n_samples(self) -> int:
        return self.own.n_samples

    @property
    def n_features(self) -> int:
        return self.own.n_features


def settings_of(spec: RunSpec) -> Settings | OwnDataSettings:
    """Return settings whose run is that of `spec`."""
    values = {name: getattr(spec.problem, name) for name in _PROBLEM_FIELDS}
    values |= _config_values(spec.config)
    data = spec.problem.data
    if isinstance(data, SentData):
        return OwnDataSettings(**values, own=data)
    values["seed"] = data.seed
    return Settings(**values, dataset=data.dataset, knobs=data.knobs)


def _config_values(config: TrainConfig) -> dict[str, Any]:
    last = config.at(config.n_epochs)
    values = {name: getattr(last, name) for name in CONFIG_FIELDS}
    if isinstance(config.init, Params):
        start = {"init": CUSTOM_INIT, "init_bias": config.init.bias}
        values |= start | {"init_weight": float(config.init.weights[0])}
    return values | {"until": until_of(config)}


def about(spec: RunSpec) -> str:
    """Return a line on what is trained, on what.

    >>> about(RunSpec(ProblemSpec(GeneratedData("line")), TrainConfig()))
    'Noisy line, 100 rows · SGD, 100 epochs'
    """
    data, config = spec.problem.data, spec.config
    name = DATASETS[data.dataset].label if isinstance(data, GeneratedData) else "A table"
    rows = f"{count(settings_of(spec).n_samples)} rows"
    how = [SOLVERS[config.solver].label]
    if SOLVERS[config.solver].is_iterative:
        how.append(f"{count(config.n_epochs)} epochs")
    return f"{name}, {rows} · {', '.join(how)}"
