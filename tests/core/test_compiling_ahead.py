"""Compiled code is kept on disk, missed where it is not there, and compiling ahead never fails."""

from __future__ import annotations

import itertools
import math
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba.core import config
from numba.core.event import RecordingListener, install_listener

from linreg_core import LOSSES, SOLVERS, Problem, TrainConfig, make_dataset
from linreg_core.engines.compiled import COMPILED, __main__, ahead
from linreg_core.engines.compiled.compiler import BEING_PREPARED, COMPILER, Compiler
from linreg_core.engines.compiled.few_updates import is_of_few_updates
from linreg_core.engines.compiled.kernels import make_kernels
from linreg_core.engines.compiled.rehearsal import rehearse
from linreg_core.engines.compiled.training import CompiledTraining
from linreg_core.limits import DTYPES

PROBLEMS = (
    Problem.from_dataset(make_dataset("line", n_samples=40)),
    Problem.from_dataset(make_dataset("correlated", n_samples=40), 0.2, standardize=True),
    Problem.from_dataset(
        make_dataset("line", n_samples=40), 0.2, "sequential", fit_intercept=False
    ),
)
RUNS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("sgd", {"n_epochs": 3}),
    ("sgd", {"n_epochs": 3, "batch_size": 2}),
    ("adam", {"n_epochs": 1_500}),  # for which second moments pay
    ("lbfgs", {"n_epochs": 1}),
    ("lbfgs", {"n_epochs": 1, "batch_size": 20, "updates_per_epoch": 1}),
)


def test_what_was_compiled_is_kept() -> None:
    COMPILED.prepare()
    assert ahead.is_kept()
    assert __main__.outcome() == "The compiled engine is ready."


def test_a_rehearsal_leaves_nothing_to_compile() -> None:
    """Compiling takes seconds: it must have met every type that runs come with."""
    kernels = make_kernels(on_disk=True)
    rehearse(kernels)
    known = [len(each.signatures) for each in kernels]
    assert all(known)
    problems = [*PROBLEMS, *(pickle.loads(pickle.dumps(problem)) for problem in PROBLEMS)]
    for problem, dtype, loss in itertools.product(problems, DTYPES, LOSSES):
        for solver, options in RUNS:
            training = CompiledTraining(
                kernels, problem, TrainConfig(solver, loss, dtype=dtype, **options)
            )
            while not training.advance(None, math.inf).status.is_final:
                pass
    assert [len(each.signatures) for each in kernels] == known


def test_runs_of_few_updates_need_a_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = Compiler()
    kernels = tried.kernels_for_few()
    assert kernels is not None and kernels is tried.kernels_for_few()
    assert tried.hindrance() == BEING_PREPARED, "other runs would have to wait"
    known = [len(each.signatures) for each in kernels]
    assert not kernels.train_many.signatures
    weighted = Problem.from_dataset(
        replace(PROBLEMS[0].dataset, weights=np.arange(40.0) + 1, weight_kind="frequency")
    )
    for problem, loss, solver in itertools.product((*PROBLEMS, weighted), LOSSES, SOLVERS):
        if solver == "closed_form":
            continue
        config = TrainConfig(solver, loss, n_epochs=500, engine="compiled")
        is_few = is_of_few_updates(problem.n_train, config)
        assert is_few == (solver != "lbfgs")
        if is_few:
            training = CompiledTraining(kernels, problem, config)
            while not training.advance(None, math.inf).status.is_final:
                pass
    assert [len(each.signatures) for each in kernels] == known


@pytest.mark.parametrize(
    ("n_train", "settings", "is_few"),
    [
        (40, {"n_epochs": 500}, True),
        (40, {"n_epochs": 501}, False),
        (40, {"n_epochs": 10, "updates_per_epoch": 50}, True),
        (40, {"n_epochs": 10, "updates_per_epoch": 51}, False),
        (40, {"batch_size": 4}, False),
        (40, {"dtype": "float32"}, False),
        (40, {"changes": ((5, (("batch_size", 2),)),)}, False),
    ],
)
def test_which_runs_are_of_few_updates(
    n_train: int, settings: dict[str, Any], is_few: bool
) -> None:
    assert is_of_few_updates(n_train, TrainConfig(**settings)) is is_few


def test_an_empty_folder_is_seen_without_compiling(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path))
    with install_listener("numba:run_pass", RecordingListener()) as passes:
        assert not ahead.is_kept()
    assert not passes.buffer
    assert not list(tmp_path.rglob("*.nbc"))


@pytest.mark.parametrize(
    ("has_kernels", "outcome"),
    [
        (True, "Compiled code can't be kept on this disk: it is made again at each start."),
        (False, "The compiled engine does not work here. PyTorch trains in its place."),
    ],
)
def test_where_it_cannot_be_kept_or_made(
    monkeypatch: pytest.MonkeyPatch, has_kernels: bool, outcome: str
) -> None:
    monkeypatch.setattr(__main__, "is_kept", lambda: False)
    monkeypatch.setattr(COMPILER, "_kernels", object() if has_kernels else None)
    monkeypatch.setattr(COMPILER, "_has_failed", not has_kernels)
    assert __main__.outcome() == outcome
