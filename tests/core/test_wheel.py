"""The core without its checkout: a wheel of it, installed where nothing else of ours is."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

from linreg_core import Dataset, make_dataset

ROOT = Path(__file__).parents[2]
PACKAGES = ("linreg_core", "table_reader")
BUNDLED = ("condos", "anscombe_1", "norris", "longley")
TRAINING = """
import json, sys
sys.path.insert(0, sys.argv[1])
import linreg_core, table_reader
from linreg_core import Problem, TrainConfig, fit, make_dataset
print(linreg_core.__file__)
print(table_reader.__file__)
for name in sys.argv[2:]:
    problem = Problem.from_dataset(make_dataset(name), standardize=True)
    run = fit(problem, TrainConfig(learning_rate=0.1, n_epochs=3))
    print(json.dumps([*run.final.params.weights, run.final.params.bias]))
"""


def pip(*arguments: object) -> None:
    command = [sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check"]
    subprocess.run(
        [*command, *map(str, arguments)], check=True, capture_output=True, text=True, timeout=300
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel's packages, made without network."""
    wheels, site = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("site")
    pip("wheel", ROOT, "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", wheels)
    (wheel,) = wheels.glob("linreg_live-*.whl")
    pip("install", wheel, "--no-deps", "--no-index", "--target", site)
    return site


def test_a_wheel_trains_bundled_data_away_from_the_checkout(
    installed: Path, tmp_path: Path
) -> None:
    # -I: neither the folder that this runs in nor PYTHONPATH is looked at.
    command = [sys.executable, "-I", "-W", "error", "-c", TRAINING, str(installed), *BUNDLED]
    done = subprocess.run(
        command, cwd=tmp_path, check=True, capture_output=True, text=True, timeout=300
    )
    *files, condos, anscombe, norris, longley = done.stdout.splitlines()
    assert files == [str(installed / name / "__init__.py") for name in PACKAGES]
    for name, printed in zip(BUNDLED, (condos, anscombe, norris, longley), strict=True):
        assert json.loads(printed) == pytest.approx(descended(make_dataset(name)), rel=1e-9), name


def descended(dataset: Dataset) -> list[float]:
    """The weights and the bias after three steps of gradient descent on standardised columns."""
    center, scale = dataset.X.mean(axis=0), dataset.X.std(axis=0)
    Z, y = (dataset.X - center) / scale, dataset.y - dataset.y.mean()
    weights = np.zeros(Z.shape[1])
    for _ in range(3):
        weights -= 0.1 * 2 * Z.T @ (Z @ weights - y) / len(y)
    weights /= scale
    return [*weights, dataset.y.mean() - center @ weights]


def test_a_wheel_holds_the_core_its_reader_and_the_data_with_their_sources(
    installed: Path,
) -> None:
    assert {path.name for path in installed.iterdir() if path.suffix != ".dist-info"} == set(
        PACKAGES
    )
    for file in (ROOT / "data").iterdir():
        if file.suffix in (".csv", ".md"):
            assert (
                installed / "linreg_core" / "data" / file.name
            ).read_bytes() == file.read_bytes()


def test_a_wheel_asks_for_what_its_packages_import() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        asked = set(tomllib.load(file)["project"]["dependencies"])
    assert {name.replace("_", "-") for name in _imported()} == asked


def _imported() -> set[str]:
    """The top-level names of all packages that are imported, but ours and the library's."""
    names = set()
    for file in (file for package in PACKAGES for file in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(str(node.module).partition(".")[0])
    return names - {*PACKAGES, *sys.stdlib_module_names}
