"""Compiled code is kept on disk, missed where it is not there, and compiling ahead never fails."""

from __future__ import annotations

import itertools
import math
import pickle
from pathlib import Path
from typing import Any

import pytest
from numba.core import config
from numba.core.event import RecordingListener, install_listener

from linreg_core import LOSSES, Problem, TrainConfig, make_dataset
from linreg_core.engines.compiled import COMPILED, __main__, ahead
from linreg_core.engines.compiled.compiler import COMPILER
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
