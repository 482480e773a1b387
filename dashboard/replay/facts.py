"""A run's settings as labels and values, read off its name: nothing is made for it."""

from __future__ import annotations

from dashboard.controls import declared
from dashboard.controls.control import number_of
from dashboard.exports.training import how_it_was_trained
from dashboard.live.result import RunResult
from dashboard.numbers import count, plain_number
from dashboard.problem_spec import GeneratedData, ProblemSpec
from dashboard.room.spec_settings import settings_of
from dashboard.run_spec import RunSpec
from linreg_core import DATASETS


def facts_of_run(spec: RunSpec, result: RunResult, data_name: str = "") -> list[tuple[str, str]]:
    """Return all that another run needs to come to the same end, and how this one ended.

    `data_name` is what people call data of their own.
    """
    settings = settings_of(spec)
    return [
        *_data(spec.problem, data_name),
        ("Rows", count(settings.n_samples)),
        *_split(spec.problem),
        *how_it_was_trained(settings, spec.config, result),
    ]


def _data(problem: ProblemSpec, data_name: str) -> list[tuple[str, str]]:
    data = problem.data
    if not isinstance(data, GeneratedData):
        return [("Data", data_name or "A table")]
    source = DATASETS[data.dataset]
    knobs = [number_of(source.knob(name)) for name, _ in data.knobs if name != "n_samples"]
    values = dict(data.knobs)
    said = [(knob.label, plain_number(values[knob.name])) for knob in knobs]
    return [("Data", source.label), *said, ("Seed of the data", str(data.seed))]


def _split(problem: ProblemSpec) -> list[tuple[str, str]]:
    if not problem.test_fraction:
        return []
    label = declared.TEST_FRACTION.label
    return [(label, f"{problem.test_fraction:g}"), ("Which rows", problem.split)]
