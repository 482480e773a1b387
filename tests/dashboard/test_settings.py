"""Settings and their links: what one writes the other reads, whatever a link says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest

from dashboard.controls.control import CUSTOM_INIT
from dashboard.controls.declared import LOSS_AXES, RESIDUALS
from dashboard.links import read_query
from dashboard.presets import FIRST_PRESET, PRESETS
from dashboard.settings import (
    CONFIG_FIELDS,
    Settings,
    make_settings,
)
from linreg_core import DATASETS, LOSSES, SOLVERS, ConfigError
from linreg_core.limits import DTYPES, INITS, SAMPLINGS, SCHEDULES, SPLITS

SETTINGS: dict[str, Settings] = {
    **{preset.name: preset.settings for preset in PRESETS},
    **{f"{preset.name}, remedy": preset.remedy for preset in PRESETS if preset.remedy},
    **{f"data set {name}": make_settings(name) for name in DATASETS},
    **{f"solver {name}": make_settings("line", solver=name) for name in SOLVERS},
    **{f"loss {name}": make_settings("line", loss=name) for name in LOSSES},
    "knobs": make_settings("line", {"n_samples": 7, "slope": -2.5, "noise": 0.03}),
    "momentum": make_settings("line", solver="momentum", momentum=0.35, weight_decay=0.01),
    "start": make_settings("line", init=CUSTOM_INIT, init_weight=-0.1234567, init_bias=1e-7),
    "batches": make_settings("line", batch_size=3, updates_per_epoch=10),
    "schedule": make_settings("line", schedule="cosine", warmup_epochs=5, stop_when_converged=True),
    "pictures": make_settings("line", residuals="squares", loss_axes="log-log"),
    "smallest rate": make_settings("line", learning_rate=1e-300),
    "largest seed": make_settings("line", seed=2**32 - 1),
    "split": make_settings("two_groups", test_fraction=0.35, split="sequential"),
}
HUGE = "9" * 5_000
LONG = "x" * 10_000
SCRIPT = "<script>alert(1)</script>"
NUMBERS = ("nan", "inf", "-inf", "1e999", "-1", HUGE, "", "🏠", SCRIPT, LONG, "0x10", "1;2", "None")
CHOICES = ("", "SGD", "🏠", SCRIPT, LONG, "None", "../../etc/passwd", "__class__", "sgd\x00")
HOSTILE: tuple[tuple[str, str], ...] = (
    *(("learning_rate", text) for text in (*NUMBERS, "0", "1e13")),
    *(("n_epochs", text) for text in (*NUMBERS, "0", "2.5", "1000001", "1e3")),
    *(("batch_size", text) for text in (*NUMBERS, "0", "2.5", "all")),
    *(("updates_per_epoch", text) for text in (*NUMBERS, "0", "full")),
    *(("seed", text) for text in (*NUMBERS, "1.5", "4294967296")),
    *(("test_fraction", text) for text in (*NUMBERS, "0.51", "1")),
    *(("momentum", text) for text in (*NUMBERS, "1")),
    *(("weight_decay", text) for text in (*NUMBERS, "1001")),
    *(("n_samples", text) for text in (*NUMBERS, "1", "100001", "50.5")),
    *(("noise", text) for text in (*NUMBERS, "10.5")),
    *(("slope", text) for text in ("nan", "inf", "1e999", "-100.1", "", "🏠", LONG)),
    *(("init_weight", text) for text in ("nan", "inf", "1e999", "-1e7", "", "🏠", LONG)),
    *(("init_bias", text) for text in ("nan", "-inf", "1e7", SCRIPT)),
    *(("standardize", text) for text in ("", "yes", "1", "0", "🏠", LONG)),
    *(("solver", text) for text in (*CHOICES, "newton")),
    *(("loss", text) for text in (*CHOICES, "mae")),
    *(("dataset", text) for text in (*CHOICES, "iris")),
    *(("sampling", text) for text in CHOICES),
    *(("split", text) for text in CHOICES),
    *(("init", text) for text in CHOICES),
    *(("dtype", text) for text in (*CHOICES, "float16", "object")),
    *(("engine", text) for text in (*CHOICES, "numpy")),
    *(("residuals", text) for text in CHOICES),
    *(("schedule", text) for text in (*CHOICES, "exponential")),
    *(("warmup_epochs", text) for text in (*NUMBERS, "2.5", "1000001")),
    *(("stop_when_converged", text) for text in ("", "yes", "1", "🏠", LONG)),
    *(("loss_axes", text) for text in CHOICES),
)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_link_reads_back_as_the_settings_that_wrote_it(name: str) -> None:
    settings = SETTINGS[name]
    assert read_query(settings.query()) == (settings, [])
    query = dict(parse_qsl(settings.link().removeprefix("?"), keep_blank_values=True))
    assert query == settings.query()
    assert query["v"] == "1"


def random_settings(generator: np.random.Generator) -> Settings:
    """Settings of any kind, also of what their solver and start have no use for."""

    def pick(options: Any) -> Any:
        return list(options)[generator.integers(len(options))]

    def between(low: float, high: float) -> float:
        return float(f"{generator.uniform(low, high):.12g}")

    dataset = pick(DATASETS)
    knobs = {
        knob.name: int(generator.integers(knob.minimum, knob.maximum + 1))
        if knob.kind == "int"
        else between(knob.minimum, knob.maximum)
        for knob in DATASETS[dataset].knobs
    }
    solver = pick(SOLVERS)
    values: dict[str, Any] = {
        "solver": solver,
        "loss": pick([n for n in LOSSES if solver != "closed_form" or LOSSES[n].is_squared]),
        "learning_rate": float(f"{10 ** generator.uniform(-9, 1):.12g}"),
        "n_epochs": int(generator.integers(1, 1_000_001)),
        "batch_size": pick((None, 1, 2, 17, 4096)),
        "updates_per_epoch": pick((None, 1, 10, 100)),
        "seed": int(generator.integers(2**32)),
        "test_fraction": between(0, 0.5),
        "standardize": bool(generator.integers(2)),
        "momentum": between(0, 0.99),
        "weight_decay": between(0, 1),
        "init": pick((*INITS, CUSTOM_INIT)),
        "init_weight": between(-1e6, 1e6),
        "init_bias": between(-9, 9),
        "sampling": pick(SAMPLINGS),
        "schedule": pick(SCHEDULES),
        "stop_when_converged": bool(generator.integers(2)),
        "split": pick(SPLITS),
        "dtype": pick(DTYPES),
        "residuals": pick(RESIDUALS.options),
        "loss_axes": pick(LOSS_AXES.options),
    }
    settings = make_settings(dataset, knobs, **values)
    if settings.batch_size is not None:
        settings = replace(settings, batch_size=min(settings.batch_size, settings.n_train))
    if settings.n_features > 1 and settings.init == CUSTOM_INIT:
        settings = replace(settings, init="zeros")
    return settings


def test_any_settings_read_back_the_same() -> None:
    generator = np.random.default_rng(20)
    for _ in range(500):
        settings = random_settings(generator)
        assert read_query(settings.query()) == (settings, [])


def test_a_link_says_of_hidden_controls_only_what_was_moved() -> None:
    moved = {"momentum": 0.5, "weight_decay": 0.2, "init_weight": 3.0, "init_bias": -1.0}
    plain, set_once = (make_settings("line", solver="closed_form", **v) for v in ({}, moved))
    assert not set(moved) & set(plain.query())
    assert set(set_once.query()) - set(plain.query()) == set(moved)


def shortened(text: str) -> str:
    return f"{text[:12]}... ({len(text)})" if len(text) > 20 else text


@pytest.mark.parametrize(
    ("name", "text"), HOSTILE, ids=[f"{n}={shortened(t)!a}" for n, t in HOSTILE]
)
def test_a_bad_value_falls_back_and_says_which(name: str, text: str) -> None:
    settings, notices = read_query({"v": "1", name: text})
    assert settings == make_settings("line")
    (notice,) = notices
    assert f"`{name}`" in notice and "replaced by" in notice
    assert len(notice) < 600


def test_a_bad_value_leaves_the_others_alone() -> None:
    settings, notices = read_query({"learning_rate": "nan", "n_epochs": "77", "noise": "0.5"})
    assert settings == make_settings("line", {"noise": 0.5}, n_epochs=77)
    assert len(notices) == 1


def test_every_bad_value_gets_its_notice() -> None:
    query = {name: "🏠" for name, _ in HOSTILE}
    settings, notices = read_query(query)
    assert settings == make_settings("line")
    assert [next(name for name in query if f"`{name}`" in notice) for notice in notices]
    assert len(notices) == len(query)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"utm_source": "mail"},
        {"embed": "true", "theme": SCRIPT, LONG: LONG, "__proto__": "x", "knobs": "1"},
        {"correlation": "0.5", "n_features": "12"},  # another data set's knobs
    ],
)
def test_unknown_names_are_somebody_elses(query: dict[str, str]) -> None:
    assert read_query(query) == (make_settings("line"), [])


@pytest.mark.parametrize("version", ["2", "", "0", "🏠", LONG])
def test_another_version_is_read_with_a_notice(version: str) -> None:
    settings, notices = read_query({"v": version, "n_epochs": "5"})
    assert settings == make_settings("line", n_epochs=5)
    assert len(notices) == 1 and "version" in notices[0] and LONG not in notices[0]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"solver": "closed_form", "loss": "l1"}, "loss"),
        ({"solver": "closed_form", "loss": "huber"}, "loss"),
        ({"batch_size": "101"}, "batch_size"),
        ({"batch_size": "90", "test_fraction": "0.5"}, "batch_size"),
        ({"dataset": "correlated", "init": "custom"}, "init"),
        ({"n_epochs": "10", "warmup_epochs": "10"}, "warmup_epochs"),
    ],
)
def test_values_that_do_not_go_together_fall_back_with_a_notice(
    query: dict[str, str], named: str
) -> None:
    settings, notices = read_query(query)
    assert len(notices) == 1 and f"`{named}`" in notices[0]
    settings.config().check_fits(settings.problem_spec.build())


def test_pictures_do_not_make_another_run() -> None:
    settings = FIRST_PRESET.settings
    for change in ({"residuals": "squares"}, {"loss_axes": "linear"}):
        assert replace(settings, **change).run_key == settings.run_key
    for change in ({"seed": 1}, {"learning_rate": 0.2}, {"test_fraction": 0.1}, {"knobs": ()}):
        assert replace(settings, **change).run_key != settings.run_key


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_are_the_config_and_the_problem_that_they_name(name: str) -> None:
    settings = SETTINGS[name]
    config = settings.config()
    expected = {field: getattr(settings, field) for field in CONFIG_FIELDS}
    if settings.solver == "closed_form":
        expected["n_epochs"] = 1
    if settings.init == CUSTOM_INIT:
        del expected["init"]
    assert {field: getattr(config, field) for field in expected} == expected
    problem = settings.problem_spec.build()
    assert problem.n_train == settings.n_train
    assert problem.dataset.name == settings.dataset
    config.check_fits(problem)


def test_a_given_start_is_in_original_units() -> None:
    init = SETTINGS["start"].config().init
    assert not isinstance(init, str)
    assert (init.weights.tolist(), init.bias) == ([-0.1234567], 1e-7)


def test_settings_out_of_bounds_have_no_config() -> None:
    with pytest.raises(ConfigError, match="`learning_rate` must be > 0. Got -1.0."):
        make_settings("line", learning_rate=-1.0).config()
