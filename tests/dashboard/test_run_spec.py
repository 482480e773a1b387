"""A run's name: equal runs have equal names, others have others, and bad text is told so."""

from __future__ import annotations

import itertools
import json
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from dashboard.presets import PRESETS, T4
from dashboard.problem_spec import GeneratedData, ProblemSpec, SentData
from dashboard.run_spec import MAX_TEXT_CHARACTERS, RunSpec
from dashboard.settings import ModelSettings, Settings, make_settings
from linreg_core import DATASETS, ENGINES, LOSSES, SOLVERS, ConfigError, Params, TrainConfig

BASE = make_settings("line")
OWN = SentData("0123456789abcdef" * 2, 700, 3)


def spec_of(settings: ModelSettings) -> RunSpec:
    return RunSpec(settings.problem_spec, settings.config())


BASE_SPEC = spec_of(BASE)
SPECS = {
    **{f"tutorial {number}": spec_of(preset.settings) for number, preset in enumerate(PRESETS, 1)},
    **{name: spec_of(make_settings(name)) for name in DATASETS},
    **{name: spec_of(replace(BASE, solver=name)) for name in SOLVERS},
    **{name: spec_of(replace(BASE, loss=name)) for name in LOSSES},
    **{name: spec_of(replace(BASE, engine=name)) for name in ENGINES},
    "own": RunSpec(ProblemSpec(OWN, fit_intercept=False), TrainConfig()),
    "knobs": spec_of(make_settings("line", {"n_samples": 7, "noise": 1 / 3})),
}
CHANGES: dict[str, Any] = {
    "test_fraction": 0.2,
    "split": "sequential",
    "standardize": True,
    "fit_intercept": False,
    "learning_rate": float(np.nextafter(0.1, 1)),
    "n_epochs": 7,
    "batch_size": 5,
    "sampling": "sequential",
    "updates_per_epoch": 3,
    "momentum": 0.5,
    "weight_decay": 1e-4,
    "l1": 1e-4,
    "schedule": "cosine",
    "warmup_epochs": 3,
    "stop_when_converged": True,
    "init": "normal",
    "dtype": "float32",
    "engine": "torch",
    "solver": "adam",
    "loss": "l1",
    "seed": 1,
}
ONLY_CONFIG: dict[str, Any] = {
    "evaluate_every": 9,
    "changes": ((5, (("learning_rate", 0.2), ("batch_size", None))),),
}


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_a_text_names_the_spec_that_it_came_from(spec: RunSpec) -> None:
    read = RunSpec.from_text(spec.to_text())
    assert (read.id, read.to_text()) == (spec.id, spec.to_text())
    assert read == spec or isinstance(spec.config.init, Params)  # parameters do not compare
    spaced = json.dumps(json.loads(spec.to_text()), indent=2)
    assert RunSpec.from_text(spaced).id == spec.id


def test_every_setting_of_a_run_is_in_its_name() -> None:
    names = {field.name for kind in (ProblemSpec, TrainConfig) for field in fields(kind)}
    assert set(CHANGES) == names - {"data", *ONLY_CONFIG}
    changed: list[RunSpec] = [
        spec_of(replace(BASE, **{name: value})) for name, value in CHANGES.items()
    ]
    for name, value in ONLY_CONFIG.items():
        config = replace(BASE_SPEC.config, **{name: value})
        changed.append(replace(BASE_SPEC, config=config))
        assert RunSpec.from_text(changed[-1].to_text()) == changed[-1]
    assert len({spec.id for spec in (BASE_SPEC, *changed)}) == 1 + len(changed)


def test_ids_are_equal_where_specs_are() -> None:
    for one, other in itertools.combinations(SPECS.values(), 2):
        assert (one.id == other.id) == (one == other)


@pytest.mark.parametrize(
    "same",
    [
        replace(BASE, knobs=()),
        replace(BASE, knobs=tuple(reversed(BASE.knobs))),
        replace(BASE, knobs=(("intercept", -0.0), ("slope", 1))),
        replace(BASE, knobs=(("noise", np.float64(0.1)), ("n_samples", np.int64(100)))),
        replace(BASE, learning_rate=np.float64(0.1), n_epochs=np.int64(1000), weight_decay=-0.0),
        replace(BASE, test_fraction=0),
    ],
)
def test_what_trains_alike_has_one_name(same: Settings) -> None:
    assert spec_of(same).to_text() == BASE_SPEC.to_text()


def test_a_name_is_short_and_stays() -> None:
    """Whoever changes a default, or this text, renames runs that people have linked to."""
    spec = spec_of(T4.settings)
    assert spec.to_text() == TEXT_OF_T4
    assert spec.id == ID_OF_T4


TEXT_OF_T4 = (
    '{"config":{"engine":"compiled","init":"randn","n_epochs":1000},'
    '"data":{"dataset":"line"},"v":1}'
)
ID_OF_T4 = "f9345ad672cec3bba4fc"


def test_a_start_of_ones_own_is_in_the_name() -> None:
    def starting(*weights: float, bias: float = 0.5) -> RunSpec:
        return replace(BASE_SPEC, config=TrainConfig(init=Params(weights, bias)))

    spec = starting(1.5, -0.0)
    read = RunSpec.from_text(spec.to_text())
    assert isinstance(read.config.init, Params)
    assert (*read.config.init.weights, read.config.init.bias) == (1.5, 0.0, 0.5)
    assert read.id == spec.id == starting(1.5, 0.0).id != starting(1.5, 1e-300).id
    with pytest.raises(ConfigError, match="`init` must be finite"):
        starting(float("nan")).to_text()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "must be JSON"),
        ("{", "must be JSON"),
        ("[" * 100_000, "must be JSON"),
        ('{"v":NaN}', "must be JSON"),
        ("1" * 5_000, "must be JSON"),
        ("[]", "must be an object"),
        ('"text"', "must be an object"),
        (" " * (MAX_TEXT_CHARACTERS + 1), "at most 300,000 characters. Got 300,001"),
        (None, "at most 300,000 characters. Got None"),
        ("{}", "`v` must be 1"),
        ('{"v":2,"data":{"dataset":"line"}}', "`v` must be 1, the version of a run's text. Got 2."),
        ('{"v":1}', "`data` must be an object. Got None."),
        ('{"v":1,"data":{}}', "`dataset` must be one of 'line'"),
        ('{"v":1,"data":{"dataset":["line"]}}', "`dataset` must be one of 'line'"),
        ('{"v":1,"data":{"dataset":"line"},"more":1}', "must be one of 'v', 'data'"),
        ('{"v":1,"data":{"dataset":"line","own":"x"}}', "must be one of 'own', 'n_samples'"),
        ('{"v":1,"data":{"dataset":"condos","knobs":{"noise":1}}}', "Got 'noise'"),
        ('{"v":1,"data":{"dataset":"line","knobs":{"noise":-1}}}', "`noise` must be >= 0. Got -1."),
        ('{"v":1,"data":{"dataset":"line","knobs":{"n_samples":1e9}}}', "`n_samples` must be"),
        ('{"v":1,"data":{"dataset":"line","knobs":[]}}', "`knobs` must be an object"),
        ('{"v":1,"data":{"dataset":"line","seed":-1}}', "`seed` must be >= 0"),
        ('{"v":1,"data":{"own":"../etc"}}', "`own` must be 32 hexadecimal digits"),
        (f'{{"v":1,"data":{{"own":"{OWN.fingerprint}"}}}}', "`n_samples` must be"),
        ('{"v":1,"data":{"dataset":"line"},"problem":{"test_fraction":1}}', "`test_fraction` must"),
        ('{"v":1,"data":{"dataset":"line"},"problem":{"split":"odd"}}', "`split` must be one of"),
        ('{"v":1,"data":{"dataset":"line"},"problem":{"standardize":1}}', "`standardize` must be"),
        ('{"v":1,"data":{"dataset":"line"},"config":{"learning_rate":0}}', "`learning_rate` must"),
        ('{"v":1,"data":{"dataset":"line"},"config":{"learning_rate":1e999}}', "finite number"),
        ('{"v":1,"data":{"dataset":"line"},"config":{"n_epochs":true}}', "`n_epochs` must be"),
        ('{"v":1,"data":{"dataset":"line"},"config":{"init":{"bias":1}}}', "`weights`"),
        ('{"v":1,"data":{"dataset":"line"},"config":{"init":{"weights":["a"],"bias":1}}}', "`weig"),
        ('{"v":1,"data":{"dataset":"line"},"config":{"lr":1}}', "Got 'lr'"),
    ],
)
def test_bad_text_is_refused_with_a_sentence(text: Any, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        RunSpec.from_text(text)
    assert sentence in str(caught.value) and len(str(caught.value)) < 1_000


def test_data_that_are_generated_have_all_their_knobs() -> None:
    assert GeneratedData("line") == BASE.problem_spec.data
