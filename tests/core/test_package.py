"""The package's face: what it exports, what it imports, and its command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import linreg_core
from linreg_core import ENGINES, Problem, read_table
from linreg_core.__main__ import main as command_line
from linreg_core.inference import Covariance, report
from linreg_core.inference.plain_text import report_text
from linreg_core.limits import ENGINE_NAMES
from linreg_core.tables import Factor, Selection, Term, cluster_codes, prepare

ROOT = Path(linreg_core.__file__).parent.parent
PUBLIC = {
    "ConfigError",
    "DATASETS",
    "DataError",
    "Dataset",
    "ENGINES",
    "EpochState",
    "LOSSES",
    "LinregError",
    "Params",
    "Problem",
    "Run",
    "SOLVERS",
    "Status",
    "TrainConfig",
    "best_learning_rate",
    "best_rate",
    "diagnose",
    "fit",
    "make_dataset",
    "open_source",
    "polyfit_line",
    "predicted_losses",
    "pytorch_script",
    "read_table",
    "reference_fit",
    "stable_learning_rate",
    "sweep",
    "sweep_blocks",
    "train",
    "train_blocks",
}


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)


def test_public_names_are_exactly_these() -> None:
    assert set(linreg_core.__all__) == PUBLIC
    assert len(linreg_core.__all__) == len(PUBLIC)
    for name in PUBLIC - {"DATASETS", "ENGINES", "LOSSES", "SOLVERS"}:
        assert getattr(linreg_core, name).__doc__


@pytest.mark.parametrize("name", ["DATASETS", "LOSSES", "SOLVERS", "ENGINES"])
def test_registries_are_read_only_and_keyed_by_name(name: str) -> None:
    registry = getattr(linreg_core, name)
    assert all(key == item.name and item.label for key, item in registry.items())
    with pytest.raises(TypeError):
        registry["new"] = None


def test_a_config_knows_every_engine() -> None:
    assert tuple(ENGINES) == ENGINE_NAMES


def test_importing_is_light() -> None:
    heavy = ["torch", "numba", "pandas", "pyarrow", "scipy", "streamlit", "plotly"]
    code = f"import sys, linreg_core; print([m for m in {heavy} if m in sys.modules])"
    assert python("-c", code).stdout.strip() == "[]"


def test_training_imports_no_user_interface_and_no_compiler_of_torch() -> None:
    unwanted = ["streamlit", "plotly", "dashboard", "torch._dynamo"]
    code = (
        "import sys, linreg_core as c; [engine.prepare() for engine in c.ENGINES.values()];"
        f"c.make_dataset('condos'); print([m for m in {unwanted} if m in sys.modules])"
    )
    result = python("-c", code)
    assert result.stdout.strip() == "[]", result.stderr


def test_engines_may_be_prepared_repeatedly() -> None:
    for engine in 2 * [*ENGINES.values()]:
        engine.prepare()
        assert engine.hindrance() is None


def test_engines_are_documented() -> None:
    for engine in linreg_core.ENGINES.values():
        assert engine.summary.endswith(".")


def test_command_line_prints_the_line_beside_the_reference(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command_line(["data/condos.csv", "--target", "sale_price"]) == 0
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    equation = "sale_price = 1246.51 * sq_footage - 37866.33"
    assert lines[0].startswith("converged after 100 epochs")
    assert lines[1:3] == [f"learned    {equation}", f"reference  {equation}"]
    assert "loss" in printed.err, "the progress bar shows the loss"


def test_command_line_tells_what_was_done_to_the_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("town,price\nOslo,3\nRome,4\nOslo,2\n,5\nRome,3\n")
    assert command_line([str(file), "--target", "price", "--features", "town"]) == 0
    printed = capsys.readouterr().out
    lines = printed.splitlines()
    assert "note       Left out 1 of 5 rows with an empty cell (row 5)." in lines
    assert "warning    Few rows: 4 rows for 1 feature column" in printed
    assert "reference  price = 1 * town = Rome + 2.5" in lines


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("data/condos.csv", "--target", "y"), 2, "linreg_core: Column 'y' must be one of"),
        (
            ("data/condos.csv", "--target", "sale_price", "--learning-rate", "-1"),
            2,
            "linreg_core: `learning_rate` must be > 0. Got -1.0.",
        ),
        (
            ("data/condos.csv", "--target", "sale_price", "--learning-rate", "1.5"),
            1,
            "diverged at epoch 11: learning rate 1.5 is too large for these data; "
            "it must stay below 1",
        ),
    ],
)
def test_command_line_mistakes(
    arguments: tuple[str, ...], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line(arguments) == code
    printed = capsys.readouterr()
    assert (printed.err if code == 2 else printed.out).startswith(message)
    assert str(ROOT) not in printed.err


def test_a_mistake_is_a_sentence_and_the_exit_code() -> None:
    result = python("-m", "linreg_core", "gone.csv", "--target", "y")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("linreg_core: File 'gone.csv' must exist.")
    assert "Traceback" not in result.stderr and str(ROOT) not in result.stderr


def test_command_line_takes_a_formula(capsys: pytest.CaptureFixture[str]) -> None:
    formula = "log(sale_price) ~ log(sq_footage)"
    assert command_line(["data/condos.csv", "--formula", formula]) == 0
    lines = capsys.readouterr().out.splitlines()
    learned = next(line for line in lines if line.startswith("learned"))
    assert learned.removeprefix("learned    ").startswith("log(sale_price) = ")
    assert " * log(sq_footage)" in learned


def test_command_line_prints_a_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.csv"
    rows = [f"{x},{x * x % 7},{'abcd'[x % 4]},{x % 3}" for x in range(1, 25)]
    file.write_text("\n".join(["x,y,school,n", *rows]))
    arguments = [str(file), "--formula", "y ~ log(x)", "--weights", "n", "--weight-kind"]
    assert command_line([*arguments, "frequency", "--clusters", "school"]) == 0
    text = capsys.readouterr().out.split("\n\n")[1].rstrip()
    model = Selection("y", (), terms=(Term((Factor("x", "log"),)),), weights="n",
                      weight_kind="frequency")  # fmt: skip
    table = read_table(file)
    prepared = prepare(table, model)
    codes = cluster_codes(table, "school", prepared.rows)
    asked = Covariance("cluster", codes, name="school")
    result = report(Problem.from_dataset(prepared.dataset), covariance=asked)
    assert text == report_text(result) and "clustered by 'school'" in text
    cells = [line.split() for line in text.splitlines()[1:3]]
    assert [cell[0] for cell in cells] == ["intercept", "log(x)"]
    for cell, row in zip(cells, result.coefficients, strict=True):
        figures = (row.estimate, row.standard_error, row.t, row.p, row.low, row.high)
        assert list(map(float, cell[1:])) == pytest.approx(figures, rel=1e-5)
    assert "n = 24" in text and "the 16 training rows stand for 24" in text


FORMULA_MISTAKES = {
    ("--target", "sale_price", "--standard-errors", "HC4"): "`covariance` must be one of",
    ("--target", "sale_price", "--standard-errors", "cluster"): "Clusters must be told",
    ("--target", "sale_price", "--clusters", "gone"): "The clusters 'gone' must be one of",
    ("--target", "sale_price", "--weights", "gone"): "The weights 'gone' must be one of",
    ("--formula", "log(sale_price) ~ log(sq)"): "There is no column 'sq'",
    ("--formula", "sq_footage"): "The target must be told once",
    ("--formula", "a ~ b", "--features", "b"): "A formula tells the features",
    (): "The target must be told: add --target",
}


@pytest.mark.parametrize("arguments", FORMULA_MISTAKES)
def test_command_line_mistakes_of_formulas(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line(["data/condos.csv", *arguments]) == 2
    assert FORMULA_MISTAKES[arguments] in capsys.readouterr().err
