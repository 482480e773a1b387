"""The doctor on sick runs and on healthy ones: the right kind, and a cure that cures."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from linreg_core import (
    Dataset,
    Params,
    Problem,
    Run,
    TrainConfig,
    diagnose,
    fit,
    make_dataset,
    train_blocks,
)
from linreg_core.doctor import Cure, Diagnosis
from linreg_core.doctor.proposals import round_up
from linreg_core.doctor.robust import find_pull
from linreg_core.run import RunRecorder
from tests.core.sick_runs import HEALTHY, SICK, Case, data_of

pytestmark = pytest.mark.usefixtures("compiled_engine")
NOT_A_NUMBER = re.compile(r"\b(nan|inf|None|NaN|Infinity)\b")


def run_of(case: Case) -> Run:
    problem = Problem.from_dataset(data_of(case), **case.problem)
    return partial(problem, TrainConfig(engine="compiled", **case.config), case.epochs_made)


def partial(problem: Problem, config: TrainConfig, n_epochs: int | None) -> Run:
    """Return a run as far as `n_epochs`, to the end with None."""
    recorder = RunRecorder(problem, config)
    for block in train_blocks(problem, config, max_epochs=1):
        recorder.add(block)
        if n_epochs is not None and len(block) and block.epoch[-1] >= n_epochs:
            break
    return recorder.run()


def is_told_well(diagnosis: Diagnosis) -> bool:
    """Whether sentences are sentences, with numbers in them that are numbers."""
    texts = [diagnosis.sentence, *(cure.label for cure in diagnosis.cures)]
    assert not any(NOT_A_NUMBER.search(text) for text in texts), texts
    assert diagnosis.sentence.endswith(".") and diagnosis.sentence.count(". ") <= 2
    return all(0 < len(text) < 400 for text in texts)


def cures(case: Case, before: Run, cure: Cure) -> bool:
    """Whether the cure's settings, made anew from what the page would set, cure the run.

    Told from the losses themselves: the gap to the reference, or the test loss, or how far most
    rows are from the line.
    """
    changes = dict(cure.changes)
    options = dict(case.problem)
    if "standardize" in changes:
        options["standardize"] = changes.pop("standardize")
    problem = Problem.from_dataset(data_of(case), **options)
    config = replace(before.config, **changes)
    assert config == replace(cure.config, engine=config.engine)
    run = fit(problem, config)
    residuals = run.final.params.predict(problem.X_train) - problem.y_train
    if case.kinds == "overfitting":
        return run.final.test_loss < 0.95 * before.final.test_loss
    if case.kinds == "outliers":
        former = before.final.params.predict(problem.X_train) - problem.y_train
        return np.median(np.abs(residuals)) < 0.7 * np.median(np.abs(former))
    wanted = run.reference.predict(problem.X_train) - problem.y_train
    if config.loss == "l1":
        mean_error = np.abs(problem.y_train - problem.y_train.mean()).mean()
        best = np.abs(wanted).mean()
        return np.abs(residuals).mean() <= best + max(0.011 * best, 1.1e-3 * mean_error)
    spread = np.square(problem.y_train - problem.y_train.mean()).mean()
    best = np.square(wanted).mean()
    return np.square(residuals).mean() <= best + max(0.011 * best, 1.1e-6 * spread)


@pytest.mark.parametrize("case", SICK, ids=lambda case: f"{case.kinds} {case.data} {case.config}")
def test_a_sick_run_is_told_and_cured(case: Case) -> None:
    run = run_of(case)
    diagnosis = diagnose(run)
    assert diagnosis.kind in case.kinds.split(), diagnosis.sentence
    assert is_told_well(diagnosis) and diagnosis.is_alarming
    assert 1 <= len(diagnosis.cures) <= 2
    for cure in diagnosis.cures:
        assert cures(case, run, cure), cure.label


@pytest.mark.parametrize("case", HEALTHY, ids=lambda case: f"{case.data} {case.config}")
def test_nothing_alarming_of_a_healthy_run(case: Case) -> None:
    diagnosis = diagnose(run_of(case))
    assert diagnosis.kind == case.kinds, diagnosis.sentence
    assert is_told_well(diagnosis) and not diagnosis.is_alarming and diagnosis.cures == ()


def test_there_are_enough_cases_and_every_kind_is_among_them() -> None:
    assert len(SICK) >= 60 and len(HEALTHY) >= 30
    kinds = {case.kinds.split()[0] for case in SICK}
    assert kinds == {
        "diverged",
        "crawling_bias",
        "crawling",
        "oscillation",
        "noise_floor",
        "slow_rate",
        "weight_decay",
        "l1",
        "too_few_epochs",
        "stopped_early",
        "overfitting",
        "outliers",
        "float32",
    }


def test_the_sentence_has_the_cause_with_its_numbers() -> None:
    diagnosis = diagnose(run_of(Case("", "houses", {}, {"learning_rate": 0.01})))
    assert diagnosis.sentence == (
        "Diverged at epoch 1: the learning rate 0.01 is 29,000 times over the limit 3.39e-7, "
        "because `sq_footage` is about 1,700."
    )
    label = "Standardise, learning rate 0.2: within 0.1 % of least squares in 12 epochs"
    assert diagnosis.cures[0].label == label
    assert diagnosis.cures[0].changes == {"standardize": True, "learning_rate": 0.2}


def test_names_stay_as_they_are_but_short() -> None:
    X = np.linspace(1000, 2000, 30)[:, None]
    name = "<script>alert(1)</script> `x`\n" + "y" * 200
    problem = Problem.from_dataset(Dataset("d", X, X[:, 0], (name,)))
    sentence = diagnose(fit(problem, TrainConfig())).sentence
    assert "`<script>alert(1)</script> 'x' yyyyyyyyy…`" in sentence


HARD = {
    "two points": ([[0.0], [1.0]], [1.0, 3.0]),
    "one point": ([[3.0]], [7.0]),
    "all x equal": ([[5.0]] * 9, np.arange(9.0)),
    "all y equal": (np.arange(9.0)[:, None], [2.0] * 9),
    "all 0": ([[0.0]] * 9, [0.0] * 9),
    "twins": (np.arange(10.0)[:, None] * [1, 1], np.arange(10.0) ** 2),
    "wide": (np.random.default_rng(0).standard_normal((6, 12)), np.arange(6.0)),
    "1e300": ([[1e300], [2e300], [-1e300]], [1.0, 2.0, 2.0]),
    "1e300 in y": ([[1.0], [2.0], [4.0]] * 4, [1e300, 2e300, 0.0] * 4),
    "1e160": ([[1e160], [2e160], [-1e160]] * 4, [1.0, 2.0, 2.0] * 4),
    "1e-300": ([[1e-300], [2e-300], [-1e-300]] * 4, [1.0, 2.0, 2.0] * 4),
    "largest floats": ([[1.7e308], [-1.7e308], [0.0]], [1.7e308, -1.7e308, 0.0]),
}
CONFIGS = [
    {},
    {"learning_rate": 1e9},
    {"learning_rate": 1e-9, "solver": "momentum"},
    {"solver": "adam", "n_epochs": 1},
    {"solver": "closed_form"},
    {"solver": "lbfgs", "n_epochs": 3},
    {"batch_size": 1, "learning_rate": 0.01},
    {"loss": "l1", "dtype": "float32"},
    {"loss": "huber", "schedule": "cosine", "warmup_epochs": 3},
    {"weight_decay": 0.1, "solver": "nesterov", "stop_when_converged": True},
    {"changes": ((5, (("learning_rate", 0.5), ("solver", "momentum"))),)},
]


@pytest.mark.parametrize("config", CONFIGS, ids=str)
@pytest.mark.parametrize("rows", HARD.values(), ids=HARD)
def test_any_run_gets_a_sentence(rows: tuple[object, object], config: dict[str, object]) -> None:
    for options in ({}, {"standardize": True, "fit_intercept": False}):
        problem = Problem.from_dataset(Dataset("hard", *rows), **options)
        run = fit(problem, TrainConfig(**{"n_epochs": 20, "engine": "compiled"} | config))
        assert is_told_well(diagnose(run))


@pytest.mark.parametrize("n_epochs", [0, 1, 7])
def test_a_run_that_has_only_begun(n_epochs: int) -> None:
    problem = Problem.from_dataset(make_dataset("line"), test_fraction=0.2)
    for config in (TrainConfig(), TrainConfig(batch_size=4), TrainConfig(learning_rate=50.0)):
        assert is_told_well(diagnose(partial(problem, config, n_epochs)))


def test_one_that_stopped_itself_too_early() -> None:
    X = np.random.default_rng(0).standard_normal((100, 2)) * [1.0, 1e-3]
    problem = Problem.from_dataset(Dataset("flat", X, X @ [1.0, 3e3]))
    config = TrainConfig(learning_rate=0.4, n_epochs=3000, stop_when_converged=True)
    start = Params([1.0, 0.0], 1e5)
    diagnosis = diagnose(fit(problem, replace(config, init=start)))
    assert diagnosis.kind == "stopped_early" and "millionth" in diagnosis.sentence
    assert diagnosis.cures


def test_what_costs_too_much_is_not_offered() -> None:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((60_000, 40))
    problem = Problem.from_dataset(Dataset("big", X, X[:, 0] + rng.standard_normal(60_000)))
    run = fit(problem, TrainConfig(loss="l1", learning_rate=1e-4, n_epochs=3, engine="compiled"))
    assert diagnose(run).is_alarming


def test_outliers_that_pull_and_those_that_do_not() -> None:
    rng = np.random.default_rng(1)
    x = np.linspace(-1, 1, 200)
    y = x + 0.1 * rng.standard_normal(200)
    far = y.copy()
    far[-12:] += 5
    pull = find_pull(Problem.from_dataset(Dataset("far", x[:, None], far)))
    assert pull.count == 12 and pull.scale == pytest.approx(0.1, rel=0.2) and pull.pull > 0.3
    both = y.copy()
    both[99:101] += [3, -3]  # in the middle, one each way: nothing is pulled
    for harmless in (y, both, x):
        assert find_pull(Problem.from_dataset(Dataset("d", x[:, None], harmless))) is None


def test_ladder_of_epochs() -> None:
    assert [round_up(value) for value in (0.5, 2, 2.1, 99, 501)] == [1, 2, 5, 100, 1000]
