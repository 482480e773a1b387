"""The data sets that come with us, and tables that people bring."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from linreg_core import (
    DATASETS,
    ConfigError,
    DataError,
    Problem,
    Status,
    TrainConfig,
    fit,
    make_dataset,
    read_table,
    reference_fit,
    stable_learning_rate,
)
from linreg_core.bundled import DATA_FOLDER
from linreg_core.inference import report
from linreg_core.tables import prepare, select, to_dataset
from tests.core.nist import REFERENCE_SETS

BUNDLED = [name for name, source in DATASETS.items() if not source.knobs]


@pytest.mark.parametrize("name", DATASETS)
def test_same_seed_same_data_and_another_seed_others(name: str) -> None:
    first, again, other = (make_dataset(name, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.X, again.X)
    np.testing.assert_array_equal(first.y, again.y)
    is_fixed = name in ("exact_line", *BUNDLED)
    assert np.array_equal(first.y, other.y) == is_fixed
    assert first.name == name


@pytest.mark.parametrize("name", DATASETS)
def test_knobs_reach_their_bounds(name: str) -> None:
    source = DATASETS[name]
    assert source.label and source.summary.endswith(".")
    for knob in source.knobs:
        assert knob.minimum <= knob.default <= knob.maximum
        assert knob.kind in ("int", "float") and knob.help.endswith(".") and knob.label
        small = {"n_samples": 10} if name == "many_weights" else {}
        for value in (knob.minimum, knob.maximum):
            value = int(value) if knob.kind == "int" else value
            dataset = make_dataset(name, **small | {knob.name: value})
            if knob.name == "n_samples":
                assert dataset.n_samples == value
        with pytest.raises(ConfigError, match=f"`{knob.name}` must be <= "):
            make_dataset(name, **{knob.name: int(knob.maximum) + 1})


@pytest.mark.parametrize("name", DATASETS)
def test_true_params_explain_the_data_up_to_its_noise(name: str) -> None:
    source = DATASETS[name]
    knobs = {"noise": 0.0} if any(knob.name == "noise" for knob in source.knobs) else {}
    if name == "outliers":
        knobs["outlier_fraction"] = 0.0
    dataset = make_dataset(name, **knobs)
    if dataset.true_params is not None:
        np.testing.assert_allclose(dataset.true_params.predict(dataset.X), dataset.y, atol=1e-9)
    assert (dataset.true_params is None) == (name in ("curved", "two_groups", *BUNDLED))


def test_shapes_and_names() -> None:
    assert make_dataset("many_weights").X.shape == (4000, 2000)
    line = make_dataset("line")
    assert (line.X[0, 0], line.X[-1, 0], line.n_samples) == (0, 1, 100)
    exact = make_dataset("exact_line")
    np.testing.assert_allclose(exact.X[:, 0], 0.02 * np.arange(100))
    np.testing.assert_allclose(exact.y, 0.8 * exact.X[:, 0] + 0.2)
    condos = make_dataset("condos")
    assert (condos.feature_names, condos.target_name) == (("sq_footage",), "sale_price")
    assert make_dataset("growing_variance").feature_names == ("income ($1000)",)


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_anscombes_sets_share_their_line(number: int) -> None:
    dataset = make_dataset(f"anscombe_{number}")
    assert (dataset.n_samples, dataset.feature_names, dataset.target_name) == (11, ("x",), "y")
    assert (dataset.X.mean(), dataset.X.var(ddof=1)) == pytest.approx((9.0, 11.0))
    params = reference_fit(Problem.from_dataset(dataset))
    assert [params.bias, *params.weights] == pytest.approx([3.0, 0.5], abs=0.003)


@pytest.mark.parametrize(("name", "file_name"), [("norris", "Norris"), ("longley", "Longley")])
def test_the_files_of_nist_are_what_nist_published(name: str, file_name: str) -> None:
    (published,) = [one.problem().dataset for one in REFERENCE_SETS if one.name == file_name]
    dataset = make_dataset(name)
    np.testing.assert_array_equal(dataset.X, published.X)
    np.testing.assert_array_equal(dataset.y, published.y)


def test_longley_trains_live_when_standardised() -> None:
    """Collinear features: predictions are soon right, single weights take for ever."""
    problem = Problem.from_dataset(make_dataset("longley"), standardize=True)
    config = TrainConfig(learning_rate=0.1, n_epochs=300)
    assert stable_learning_rate(problem, config) > 0.2
    run = fit(problem, config)
    assert run.status is Status.FINISHED
    assert run.final.train_loss < 0.02 * problem.y_scale**2
    digits = [row.digits for row in report(problem, run.final.params).coefficients]
    assert max(digits) < 2, digits


def test_two_groups_rise_inside_and_fall_together() -> None:
    dataset = make_dataset("two_groups")
    x, y = dataset.X[:, 0], dataset.y
    assert np.polyfit(x, y, 1)[0] < 0
    assert all(np.polyfit(x[i::2], y[i::2], 1)[0] > 1 for i in (0, 1))


def test_correlation_is_as_asked() -> None:
    dataset = make_dataset("correlated", n_samples=100_000, correlation=0.7)
    correlations = np.corrcoef(dataset.X.T)[np.triu_indices(5, 1)]
    np.testing.assert_allclose(correlations, 0.7, atol=0.02)


@pytest.mark.parametrize(
    ("name", "knobs", "message"),
    [
        ("nope", {}, "`dataset` must be one of 'line', 'exact_line'"),
        ("condos", {"noise": 1}, "Data set 'condos' has no knobs. Got 'noise'."),
        (
            "line",
            {"slop": 1},
            "Data set 'line' has 'n_samples', 'slope', 'intercept', 'noise'. Got 'slop'.",
        ),
        ("line", {"n_samples": 1}, "`n_samples` must be >= 2. Got 1."),
        ("line", {"n_samples": 2.5}, "`n_samples` must be a whole number. Got 2.5."),
        ("line", {"noise": float("nan")}, "`noise` must be a finite number. Got nan."),
        ("line", {"seed": -1}, "`seed` must be >= 0. Got -1."),
        ("many_weights", {"n_features": 2001}, "`n_features` must be <= 2000. Got 2001."),
    ],
)
def test_wrong_names_and_knobs(name: str, knobs: dict[str, float], message: str) -> None:
    with pytest.raises(ConfigError) as raised:
        make_dataset(name, **knobs)
    assert str(raised.value).startswith(message)


def areas_and_cents(file: Path) -> tuple[list[int], list[int]]:
    rows = [line.split(",") for line in file.read_text("ascii").splitlines()[1:]]
    return [int(area) for area, _ in rows], [int(price.replace(".", "")) for _, price in rows]


def test_condos_are_what_their_script_makes(tmp_path: Path) -> None:
    """Up to rounding, which differs between processors and which the shaping magnifies."""
    script = shutil.copy(DATA_FOLDER / "make_condos.py", tmp_path)
    subprocess.run([sys.executable, script], check=True)
    areas, cents = areas_and_cents(tmp_path / "condos.csv")
    bundled_areas, bundled_cents = areas_and_cents(DATA_FOLDER / "condos.csv")
    assert areas == bundled_areas
    np.testing.assert_allclose(cents, bundled_cents, rtol=0, atol=1_000)
    for prices in (cents, bundled_cents):
        residuals = [y - (124_651 * x - 3_786_633) for x, y in zip(areas, prices, strict=True)]
        assert sum(residuals) == 0
        assert sum(x * residual for x, residual in zip(areas, residuals, strict=True)) == 0


def table_of(text: str) -> io.BytesIO:
    return io.BytesIO(text.encode())


def test_a_table_becomes_a_data_set() -> None:
    table = read_table(table_of("size, price,town\n1,10,A\n2,,B\n3,30,C\n"))
    assert table.numeric_columns == ("size", "price")
    dataset = to_dataset(table, "price")
    assert dataset.feature_names == ("size",)
    assert (dataset.X.tolist(), dataset.y.tolist()) == ([[1], [3]], [10, 30])
    assert prepare(table, select(table, "price")).notes == (
        "Left out 1 of 3 rows with an empty cell (row 3).",
    )


TABLE = "a,b,word\n1,2,x\n3,4,y\n"
TABLE_REFUSED = [
    ("word", None, "Column 'word' has 2 cells that are not numbers (rows 2, 3): remove them"),
    ("c", None, "Column 'c' must be one of 'a', 'b', 'word'."),
    ("a", ("c",), "Column 'c' must be one of 'a', 'b', 'word'."),
    ("a", ("a",), "Column 'a' must be used once. Got it 2 times."),
    ("a", (), "At least 1 feature is needed beside 'a': choose from 'b', 'word'."),
]


@pytest.mark.parametrize(("target", "features", "message"), TABLE_REFUSED)
def test_wrong_columns(target: str, features: tuple[str, ...] | None, message: str) -> None:
    with pytest.raises(DataError) as raised:
        to_dataset(read_table(table_of(TABLE)), target, features)
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "File 'mine.csv' must not be empty. Got no columns."),
        (b"a,b\n", "File 'mine.csv' must have at least 1 row below its header. Got none."),
        (b"a,b\nx,y\n", "File 'mine.csv' must have at least 1 column of numbers."),
        (
            b'a,b\n"1,2\n3',
            "A quote that opens a cell must be closed. Got one that is not, on line 2",
        ),
        (b"\xff\xfe\x00\xd8", "File 'mine.csv' must be UTF-16 text. Got bytes that are not"),
    ],
)
def test_unreadable_files_say_so_without_their_folder(
    tmp_path: Path, content: bytes, message: str
) -> None:
    (tmp_path / "mine.csv").write_bytes(content)
    with pytest.raises(DataError) as raised:
        read_table(tmp_path / "mine.csv")
    assert str(raised.value).startswith(message)
    assert str(tmp_path) not in str(raised.value)


def test_missing_files_say_so_without_their_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError) as raised:
        read_table(tmp_path / "gone.csv")
    assert str(raised.value) == "File 'gone.csv' must exist. Got no such file: check its name."
