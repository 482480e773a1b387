"""Scripts of plain PyTorch: each is run, and ends where its run did."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linreg_core import (
    DATASETS,
    LOSSES,
    SOLVERS,
    ConfigError,
    Dataset,
    Params,
    Problem,
    Status,
    TrainConfig,
    fit,
    make_dataset,
    pytorch_script,
)
from linreg_core.code import SCRIPT_STYLES, data_code, prepared_csv, prepared_file_code
from linreg_core.code.data_code import MOST_WRITTEN
from linreg_core.code.generated import WRITERS
from linreg_core.code.solver_code import SOLVER_CODE
from linreg_core.limits import DTYPES, INITS, SAMPLINGS, SCHEDULES
from linreg_core.types import EpochState

ROOT = Path(__file__).parents[2]
START = Params(np.array([0.3, -0.2, 0.1]), 0.5)
RATES = {"rmsprop": 0.01, "adam": 0.05, "adamw": 0.05, "lbfgs": 0.5}
N_EPOCHS = 5
AXES: dict[str, tuple[Any, ...]] = {
    "solver": tuple(SOLVERS),
    "loss": tuple(LOSSES),
    "schedule": SCHEDULES,
    "sampling": SAMPLINGS,
    "style": SCRIPT_STYLES,
    "batch_size": (None, 8),
    "updates_per_epoch": (None, 3),
    "warmup_epochs": (0, 2),
    "init": (*INITS, START),
    "dtype": DTYPES,
    "momentum": (0.9, 0.0),
    "weight_decay": (0.0, 0.05),
    "l1": (0.0, 0.1),
    "is_split": (False, True),
    "standardize": (False, True),
    "fit_intercept": (True, False),
}
Case = dict[str, Any]


def covering(axes: dict[str, tuple[Any, ...]]) -> list[Case]:
    """Return cases in which any two values of two axes meet, one case after the other greedily."""
    names = list(axes)
    places = [(name, i) for name in names for i in range(len(axes[name]))]
    open_pairs = {(a, b) for a, b in itertools.combinations(places, 2) if a[0] != b[0]}
    generator, cases = np.random.default_rng(0), []
    while open_pairs:
        (first, i), (second, j) = min(open_pairs)
        tries = []
        for _ in range(20):
            picks = {name: int(generator.integers(len(axes[name]))) for name in names}
            picks |= {first: i, second: j}
            met = set(itertools.combinations([(name, picks[name]) for name in names], 2))
            tries.append((len(met & open_pairs), sorted(met), picks))
        _, met_pairs, picks = max(tries, key=lambda each: each[:1])
        open_pairs -= set(met_pairs)
        cases.append({name: axes[name][place] for name, place in picks.items()})
    return cases


def run(script: str) -> dict[str, Any]:
    """Run a script here, and return its variables."""
    scope: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(script, "script.py", "exec"), scope)
    return scope


def assert_same(scope: dict[str, Any], state: EpochState, digits: float = 1e-7) -> None:
    """What a script leaves is a run's last state: weights and bias as parts of the largest."""
    found = np.array([*scope["weights"], scope["bias"]])
    wanted = np.array([*state.params.weights, state.params.bias])
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, wanted, rtol=digits, atol=digits * np.abs(wanted).max())
    assert scope["train_loss"] == pytest.approx(state.train_loss, rel=digits)
    if state.test_loss is not None:
        assert scope["test_loss"] == pytest.approx(state.test_loss, rel=digits)


def case_of(dataset: Dataset, case: Case) -> tuple[Problem, TrainConfig]:
    """Return what a case trains, with the loss that its solver can minimise."""
    case = dict(case)
    split, standardize = case.pop("is_split"), case.pop("standardize")
    problem = Problem.from_dataset(
        dataset, 0.25 * split, "random", standardize, 3, case.pop("fit_intercept")
    )
    if not SOLVERS[case["solver"]].can_minimize(LOSSES[case["loss"]]):
        case["loss"] = "half_mse"
    del case["style"]
    rate = RATES.get(case["solver"], 0.05)
    return problem, TrainConfig(learning_rate=rate, n_epochs=N_EPOCHS, seed=4, **case)


CASES = covering(AXES)


@pytest.mark.parametrize("part", range(8))
def test_scripts_end_where_their_runs_do(dataset: Dataset, part: int) -> None:
    """Any two settings meet: solvers, losses, schedules, samplings, starts, both styles."""
    for case in CASES[part::8]:
        problem, config = case_of(dataset, case)
        script = pytorch_script(problem, config, case["style"])
        assert_same(run(script), fit(problem, config).final, _digits(problem, config))


def _digits(problem: Problem, config: TrainConfig) -> float:
    if config.dtype == "float64":
        return 1e-7
    return 1e-6 if problem.fit_intercept else 1e-5  # the engine has a column of zeros there


def test_every_solver_is_written() -> None:
    assert set(SOLVER_CODE) == {name for name, solver in SOLVERS.items() if solver.is_iterative}
    for name, code in SOLVER_CODE.items():
        assert f"torch.optim.{code.optimizer}" in SOLVERS[name].source


CHANGES = {
    "rate": ((2, (("learning_rate", 0.02),)),),
    "momentum comes": ((1, (("momentum", 0.5),)), (3, (("momentum", 0.0),))),
    "batches": ((1, (("batch_size", 5),)), (3, (("batch_size", None),)), (4, (("batch_size", 9),))),
    "solver": ((2, (("learning_rate", 0.05), ("solver", "adam"))), (4, (("solver", "lbfgs"),))),
    "decay": ((2, (("weight_decay", 0.1),)), (4, (("weight_decay", 0.0),))),
    "l1": (
        *((1, (("momentum", 0.5), ("l1", 0.2))), (3, (("weight_decay", 0.1),))),
        *((4, (("solver", "momentum"), ("l1", 0.3))), (5, (("momentum", 0.0),))),
    ),
}


@pytest.mark.parametrize("style", SCRIPT_STYLES)
@pytest.mark.parametrize("change", CHANGES)
def test_changes_on_the_way(split_problem: Problem, style: str, change: str) -> None:
    base = TrainConfig("nesterov", momentum=0.0, learning_rate=0.05, n_epochs=6, batch_size=8)
    for config in (
        base,
        replace(base, sampling="replacement", schedule="cosine", warmup_epochs=2),
        replace(base, sampling="sequential", updates_per_epoch=3),
    ):
        config = replace(config, changes=CHANGES[change])
        assert_same(
            run(pytorch_script(split_problem, config, style)), fit(split_problem, config).final
        )


@pytest.mark.parametrize("style", SCRIPT_STYLES)
def test_a_run_that_ends_early(problem: Problem, style: str) -> None:
    diverging = TrainConfig(learning_rate=5.0, n_epochs=100, schedule="cosine")
    converging = TrainConfig("closed_form", n_epochs=3)
    stopping = TrainConfig("momentum", n_epochs=500, stop_when_converged=True)
    for config, status in (
        (diverging, Status.DIVERGED),
        (converging, Status.CONVERGED),
        (stopping, Status.CONVERGED),
    ):
        end = fit(problem, config).final
        assert end.status is status
        script = pytorch_script(problem, config, style)
        assert_same(run(script), end)
        assert ("it has diverged" in script) == (status is Status.DIVERGED)
        if config is not converging:
            assert script == pytorch_script(problem, config, style, last_epoch=end.epoch)
            assert f"of {config.n_epochs}" in script


@pytest.mark.parametrize("style", SCRIPT_STYLES)
def test_closed_form_of_columns_that_are_hard(style: str) -> None:
    longley = Problem.from_dataset(make_dataset("longley"))
    generator = np.random.default_rng(2)
    x = generator.standard_normal((20, 2))
    twice = np.column_stack([x, x[:, 0] - 2 * x[:, 1], np.ones(20)])
    superfluous = Problem.from_dataset(Dataset("s", twice, x @ [1.0, 2.0] + 1.0), 0.2)
    origin = Problem.from_dataset(longley.dataset, fit_intercept=False)
    for problem in (longley, superfluous, origin):
        config = TrainConfig("closed_form", "half_mse")
        assert_same(run(pytorch_script(problem, config, style)), fit(problem, config).final)


@pytest.mark.parametrize("fit_intercept", [True, False])
def test_columns_that_are_constant_or_huge(fit_intercept: bool) -> None:
    x = np.random.default_rng(3).standard_normal((20, 3)) * [1e160, 0.0, 1e-170] + [0, 0.1, 0]
    problem = Problem.from_dataset(
        Dataset("x", x, x[:, 0] / 1e155), standardize=True, fit_intercept=fit_intercept
    )
    config = TrainConfig(n_epochs=3)
    for style in SCRIPT_STYLES:
        assert_same(run(pytorch_script(problem, config, style)), fit(problem, config).final)


@pytest.mark.parametrize("name", DATASETS)
def test_data_are_written_as_they_are(name: str) -> None:
    small = {"n_samples": 31} if DATASETS[name].knobs else {}
    small |= {"n_features": 4} if name == "many_weights" else {}
    dataset = make_dataset(name, seed=7, **small)
    code = data_code(dataset)
    scope = run("import numpy as np\n" + "\n".join(code.lines))
    assert np.array_equal(scope["X"], dataset.X) and np.array_equal(scope["y"], dataset.y)
    assert ("default_rng(7)" in code.lines[0]) == (name in WRITERS)


def test_points_that_were_moved_are_written_out() -> None:
    made = make_dataset("line", n_samples=5)
    moved = replace(made, y=[*made.y[:-1], 9.5])
    assert "9.5," in "\n".join(data_code(moved).lines)


def test_large_data_are_read_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    X = np.random.default_rng(0).standard_normal((MOST_WRITTEN // 2 + 1, 1)) * 1e-7
    dataset = Dataset("large", X, X[:, 0] * 3 + 0.1, ('a "b",\nc',), "=y")
    problem = Problem.from_dataset(dataset, 0.2, "sequential", standardize=True)
    Path("prepared.csv").write_bytes(prepared_csv(dataset))
    script = pytorch_script(problem, TrainConfig(n_epochs=3))
    assert "prepared.csv" in script
    scope = run(script)
    assert_same(scope, fit(problem, TrainConfig(n_epochs=3)).final)
    assert np.array_equal(scope["table"][:, :-1], X)
    other = "\n".join(prepared_file_code(dataset, "it's.csv").lines)
    assert '"it\'s.csv"' in other


HOSTILE = ("\nimport os", '"""', "\\", "{x}", "#\u2028print(1)", "\u202eabc", "a" * 5000, "'\r\n'")


def test_names_cannot_become_code() -> None:
    X = np.random.default_rng(0).standard_normal((5, len(HOSTILE)))
    dataset = Dataset('"""\nraise SystemExit', X, X[:, 0], HOSTILE, '\nraise ValueError("y")')
    for style in SCRIPT_STYLES:
        script = pytorch_script(Problem.from_dataset(dataset), TrainConfig(n_epochs=1), style)
        assert not {"\r", "\u2028", "\u202e"} & set(script)
        assert "raise ValueError" not in [line.strip()[:16] for line in script.splitlines()]
        run(script)


def test_what_is_asked_for_is_checked(problem: Problem) -> None:
    with pytest.raises(ConfigError, match="`style` must be one of"):
        pytorch_script(problem, TrainConfig(), "keras")
    with pytest.raises(ConfigError, match="`batch_size` must be <="):
        pytorch_script(problem, TrainConfig(batch_size=50))
    with pytest.raises(ConfigError, match="`last_epoch` must be"):
        pytorch_script(problem, TrainConfig(), last_epoch=101)


def scripts(problem: Problem) -> Iterator[str]:
    """A dozen scripts that have all kinds of lines."""
    for style, config in itertools.product(
        SCRIPT_STYLES,
        [
            TrainConfig(n_epochs=3),
            TrainConfig("adam", "huber", init="randn", n_epochs=5, dtype="float32"),
            TrainConfig("rmsprop", batch_size=7, updates_per_epoch=4, n_epochs=5),
            TrainConfig(
                "sgd", n_epochs=6, batch_size=7, schedule="step", changes=CHANGES["solver"]
            ),
            TrainConfig("lbfgs", batch_size=9, n_epochs=3, schedule="cosine"),
            TrainConfig("adagrad", "l1", init=START, n_epochs=3, warmup_epochs=1),
            TrainConfig("closed_form"),
        ],
    ):
        yield pytorch_script(problem, config, style)


def test_scripts_have_no_lint_and_little_else(split_problem: Problem, tmp_path: Path) -> None:
    for i, script in enumerate(scripts(split_problem)):
        (tmp_path / f"script_{i}.py").write_text(script)
        assert "linreg" not in script and "dashboard" not in script
    command = [sys.executable, "-m", "ruff", "check", "--config", str(ROOT / "pyproject.toml")]
    result = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout
    short = pytorch_script(
        Problem.from_dataset(make_dataset("line")), TrainConfig(n_epochs=3), "scratch"
    )
    assert len([line for line in short.splitlines() if line]) <= 35


def test_scripts_run_anywhere(tmp_path: Path) -> None:
    """In a process of its own, in another folder, with warnings as errors."""
    dataset = make_dataset("outliers", seed=3, n_samples=40)
    problem = Problem.from_dataset(dataset, 0.25, standardize=True, seed=5)
    for style, config in (
        ("linear", TrainConfig("adam", "huber", batch_size=7, init="torch", n_epochs=4)),
        ("scratch", TrainConfig("momentum", schedule="cosine", warmup_epochs=2, n_epochs=9)),
    ):
        file = tmp_path / f"{style}.py"
        file.write_text(pytorch_script(problem, config, style))
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        command = [sys.executable, "-W", "error", "-I", file.name]
        result = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300
        )
        assert result.returncode == 0, result.stderr
        words = dict(line.split(" ", 1) for line in result.stdout.splitlines())
        values = {name: json.loads(text) for name, text in words.items()}
        assert_same(values | {"weights": np.array(values["weights"])}, fit(problem, config).final)
