"""Where nothing can be compiled torch trains; where nothing can be kept, it is compiled anyway."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba.core import caching

from linreg_core import Problem, TrainConfig, fit
from linreg_core.engines import engine_for_now
from linreg_core.engines.compiled import compiler, kept_code, kernels, rehearsal
from linreg_core.engines.compiled.compiler import BEING_PREPARED, COMPILER, FAILED, Compiler
from tests.conftest import ROOT

COMPILED_PARTS = ("decorators", "registries", "objectives", "loops", "kernels")


def raises(error: Exception) -> Any:
    def function(*args: Any, **options: Any) -> Any:
        raise error

    return function


def test_before_it_is_compiled_torch_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(COMPILER, "_kernels", None)
    monkeypatch.setattr(COMPILER, "_has_failed", False)
    assert engine_for_now("compiled") == ("torch", BEING_PREPARED)
    assert engine_for_now("torch") == ("torch", None)


def test_compiled_is_itself_once_it_is_compiled(compiled_engine: None) -> None:
    assert engine_for_now("compiled") == ("compiled", None)


def test_without_numba_torch_trains(
    problem: Problem, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(COMPILER, "_kernels", None)
    monkeypatch.setattr(COMPILER, "_few", None)
    monkeypatch.setattr(COMPILER, "_has_failed", False)
    monkeypatch.setitem(sys.modules, "numba", None)
    for name in COMPILED_PARTS:
        monkeypatch.delitem(sys.modules, f"linreg_core.engines.compiled.{name}", raising=False)
    config = TrainConfig(learning_rate=0.01, n_epochs=20)
    run = fit(problem, TrainConfig(learning_rate=0.01, n_epochs=20, engine="compiled"))
    twin = fit(problem, config)
    np.testing.assert_array_equal(run.trajectory.weights, twin.trajectory.weights)
    assert engine_for_now("compiled") == ("torch", FAILED)
    assert [record.getMessage() for record in caplog.records] == [
        f"{FAILED} PyTorch trains in its place."
    ]
    fit(problem, TrainConfig(n_epochs=1, engine="compiled"))
    assert len(caplog.records) == 1, "it is tried once"


def test_a_compiler_that_trips_leaves_torch(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(kernels, "make_kernels", raises(TypeError("no such type")))
    tried = Compiler()
    assert tried.hindrance() == BEING_PREPARED
    assert tried.kernels() is None
    assert tried.hindrance() == FAILED
    assert "no such type" in caplog.text


@pytest.mark.parametrize("place", ["make", "rehearse"])
@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        RuntimeError("cannot cache function: no locator available"),
        EOFError("Ran out of input"),
    ],
    ids=["full disk", "no folder", "broken file"],
)
def test_what_cannot_be_kept_on_disk_is_compiled_without(
    compiled_engine: None,
    place: str,
    error: Exception,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    made: list[bool] = []

    def make(on_disk: bool) -> Any:
        made.append(on_disk)
        if on_disk and place == "make":
            raise error
        return COMPILER.kernels()

    def rehearse(kernels: Any, few: bool) -> None:
        if made == [True]:
            raise error

    caplog.set_level(logging.INFO, logger=compiler.__name__)
    monkeypatch.setattr(kernels, "make_kernels", make)
    monkeypatch.setattr(rehearsal, "rehearse", rehearse)
    tried = Compiler()
    assert tried.kernels() is COMPILER.kernels()
    assert (made, tried.hindrance()) == ([True, False], None)
    assert [record.getMessage() for record in caplog.records] == [
        f"Compiled code is not kept on disk: {error}"
    ]


@pytest.mark.parametrize(
    ("cache", "place", "error"),
    [
        (caching, "FunctionCache", RuntimeError("cannot cache function: no locator available")),
        (
            caching.FunctionCache,
            "save_overload",
            OSError(errno.ENOSPC, "No space left on device"),
        ),
    ],
    ids=["no folder", "full disk"],
)
def test_code_that_cannot_be_kept_later_runs_all_the_same(
    cache: Any,
    place: str,
    error: Exception,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(cache, place, raises(error))
    caplog.set_level(logging.INFO, logger=kept_code.__name__)
    kept_code.KeptCode(compiler.Compiler.kernels).save_overload(None, None)
    assert [record.getMessage() for record in caplog.records] == [
        f"Compiled code is not kept on disk: {error}"
    ]


SCRIPT = """
import logging
logging.basicConfig(level=logging.INFO)
from linreg_core import losses, solvers
# Little is compiled, in a fraction of the time.
solvers.SOLVERS = {"sgd": solvers.SOLVERS["sgd"]}
losses.LOSSES = {"l1": losses.LOSSES["l1"]}
from linreg_core.engines.compiled import rehearsal
rehearsal.DTYPES, rehearsal.KINDS = ("float64",), ({"loss": "l1"},)
rehearsal.train_stacked = lambda *_: None
import numpy as np
from linreg_core import Dataset, Problem, TrainConfig, fit
from linreg_core.engines import ENGINES, engine_for_now
ENGINES["compiled"].prepare()
problem = Problem.from_dataset(Dataset("line", np.array([[0.0], [2.0]]), np.array([0.0, 2.0])))
config = TrainConfig("sgd", "l1", learning_rate=0.125, n_epochs=1, engine="compiled")
print(engine_for_now("compiled")[0], *fit(problem, config).final.params.weights)
"""


NUMBAS_FOLDERS = ("NUMBA_CACHE_DIR", "NUMBA_CACHE_LOCATOR_CLASSES")


def in_a_copy(
    folder: Path, script: str = SCRIPT, program: Sequence[str] = (), **variables: str
) -> tuple[str, str]:
    """Return what a script prints and logs where the package is the copy in `folder`.

    `program` starts Python, where it is not to be started as it is.
    """
    environment = {name: os.environ[name] for name in os.environ if name not in NUMBAS_FOLDERS}
    environment |= {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*program, sys.executable, "-c", script],
        cwd=folder,
        env={**environment, **variables},
        capture_output=True,
        text=True,
        timeout=900,
        check=True,
    )
    return done.stdout, done.stderr


def copied_package(folder: Path) -> Path:
    for name in ("table_reader", "linreg_core"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    return folder / "linreg_core"


def test_without_a_folder_to_write_to_it_is_compiled_all_the_same(tmp_path: Path) -> None:
    package = copied_package(tmp_path)
    (package / "engines" / "compiled" / "__pycache__").touch()
    nowhere = str(tmp_path / "linreg_core" / "errors.py" / "below")
    places = dict.fromkeys(("NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "HOME"), nowhere)
    printed, logged = in_a_copy(tmp_path, NUMBA_OPT="0", **places)  # how fast it is does not matter
    assert printed.split() == ["compiled", "0.125"]
    assert "Compiled code is not kept on disk: " in logged


def test_a_changed_rule_is_not_served_from_what_was_kept(
    compiled_engine: None, tmp_path: Path
) -> None:
    package = copied_package(tmp_path)
    folder = with_kept_code(package)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    rule = package / "solvers" / "sgd.py"
    text = rule.read_text()
    assert text.count("params[j] -= knobs.learning_rate") == 1
    rule.write_text(
        text.replace("params[j] -= knobs.learning_rate", "params[j] -= 3 * knobs.learning_rate")
    )
    printed, logged = in_a_copy(tmp_path, NUMBA_OPT="1")
    assert printed.split() == ["compiled", "0.375"]
    assert logged == ""
    assert {file.name: file.read_bytes() for file in folder.iterdir()} != before


def with_kept_code(package: Path) -> Path:
    """Put what this process has kept beside the copy's sources; return the folder."""
    kernels = COMPILER.kernels()
    assert kernels is not None
    folder = package / "engines" / "compiled" / "__pycache__"
    folder.mkdir()
    for file in Path(kernels.solve.stats.cache_path).glob("kernels.*.nb[ic]"):
        shutil.copy2(file, folder)
    assert any(folder.iterdir()), "the code of this process was kept"
    return folder


LOADING = """
from linreg_core.engines.compiled import COMPILED, ahead
print(ahead.is_kept())
COMPILED.prepare()
print(COMPILED.hindrance())
"""
AS_OTHERS_DO = """
import ctypes, os, sys
CAP_DAC_OVERRIDE, PR_CAPBSET_DROP = 1, 24
if os.geteuid() == 0:  # root without what lets it write to files that nobody may write
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.mark.parametrize("home", ["missing", "empty", "named folder"])
def test_a_read_only_installation_uses_what_was_compiled(
    compiled_engine: None, tmp_path: Path, home: str
) -> None:
    installed = tmp_path / "app"
    folder = with_kept_code(copied_package(installed))
    caches = tmp_path / "caches"
    places = {"HOME": str(caches), "XDG_CACHE_HOME": str(caches)}
    if home == "empty":
        caches.mkdir()
    # numba names the folder that it makes in a named one after the sources' own.
    hashed = caching.UserProvidedCacheLocator.get_suitable_cache_subpath(folder)
    if home == "named folder":
        shutil.move(folder, caches / hashed)
        places["NUMBA_CACHE_DIR"] = str(caches)
    for path in tmp_path.rglob("*"):
        path.chmod(0o755 if home == "empty" and path == caches else 0o555)
    tmp_path.chmod(0o555)
    try:
        starting = (sys.executable, "-c", AS_OTHERS_DO)
        printed, logged = in_a_copy(installed, LOADING, starting, **places)
    finally:
        tmp_path.chmod(0o755)
        for path in tmp_path.rglob("*"):
            path.chmod(0o755)
    assert (printed.split(), logged) == (["True", "None"], "")
    assert {file.parent.name for file in tmp_path.rglob("*.nb*")} == {
        hashed if home == "named folder" else "__pycache__"
    }
