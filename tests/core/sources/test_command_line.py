"""The command line on rows where they are stored: the same as on the table that they make."""

from __future__ import annotations

import re
from argparse import Namespace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

import linreg_core.__main__
from linreg_core import TrainConfig
from linreg_core.__main__ import main as command_line
from linreg_core.command_line.fastest_engine import engine_meanwhile
from linreg_core.command_line.of_source import is_stored
from linreg_core.engines.compiled import ahead
from linreg_core.engines.compiled.compiler import COMPILER

ROOT = Path(__file__).parents[3]
_NUMBER = re.compile(r"-?\d[\d,]*\.?\d*(?:e-?\d+)?")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A bundled table in two Parquet files."""
    folder = tmp_path_factory.mktemp("stored")
    frame = pd.read_csv(ROOT / "data" / "condos.csv")
    for number, rows in enumerate(np.array_split(np.arange(len(frame)), 2)):
        table = pa.Table.from_pandas(frame.iloc[rows], preserve_index=False)
        parquet.write_table(table, folder / f"{number}.parquet", row_group_size=20)
    return sorted(map(str, folder.glob("*.parquet")))


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[str, str]:
    """Return what a run says of what was learned, and its report."""
    assert command_line(list(arguments)) == 0
    out = capsys.readouterr().out
    lines = [line for line in out.splitlines() if line.startswith(("learned", "reference", "loss"))]
    return "\n".join(lines), out.partition("\n\n")[2].partition("\nFor ")[0]


def assert_alike(one: str, other: str) -> None:
    """Check that the words are the same, and the numbers to six digits."""
    assert _NUMBER.sub("#", one).split() == _NUMBER.sub("#", other).split()
    pairs = zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=True)
    for a, b in pairs:
        assert float(a.replace(",", "")) == pytest.approx(float(b.replace(",", "")), rel=1e-5)


@pytest.mark.parametrize("errors", ["classical", "HC1"])
def test_stored_rows_are_learned_as_a_table_is(
    files: list[str], errors: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--target", "sale_price", "--epochs", "30", "--standard-errors", errors]
    stored, their_report = told(capsys, *files, *arguments)
    held, report = told(capsys, str(ROOT / "data" / "condos.csv"), *arguments)
    assert_alike(stored, held)
    table, stored_table = (text.split("\nn = ")[0] for text in (report, their_report))
    assert_alike(stored_table, table)


def test_test_rows_are_drawn_where_they_are_read(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = (*files, "--target", "sale_price", "--test-fraction", "0.3", "--seed", "4")
    first, second = told(capsys, *arguments), told(capsys, *arguments)
    assert "test" in first[0]
    assert first == second


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--sampling", "replacement", "--batch-size", "8"], "must be one of 'shuffle', 'seq"),
        (["--batch-size", "1000"], "must be <= the number of training rows"),
        (["--standard-errors", "cluster", "--clusters", "rooms"], "need all rows at once"),
        (["--memory", "much"], 'must be a size, as "500MB"'),
        (["--formula", "sale_price ~ nothing"], "nothing"),
    ],
)
def test_what_stored_rows_can_not_do_is_said(
    files: list[str], arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line([*files, "--target", "sale_price", "--epochs", "2", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_batches_of_stored_rows_come_as_those_of_a_table_in_its_order(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--target", "sale_price", "--epochs", "20", "--batch-size", "16"]
    arguments += ["--sampling", "sequential", "--loss", "huber", "--learning-rate", "1e-6"]
    stored, _ = told(capsys, *files, *arguments)
    held, _ = told(capsys, str(ROOT / "data" / "condos.csv"), *arguments)
    assert_alike(stored, held)


@pytest.mark.parametrize(("n_ranks", "is_shared"), [("1", False), ("2", True)])
def test_many_ranks_share_the_rows_of_a_small_file(
    n_ranks: str, is_shared: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else each would train on all of them, and print it."""
    monkeypatch.setenv("WORLD_SIZE", n_ranks)
    small = [str(ROOT / "data" / "condos.csv")]
    assert is_stored(small, Namespace(memory=None)) is is_shared


def test_shuffled_batches_say_how_far_they_are(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--target", "sale_price", "--epochs", "1", "--batch-size", "16"]
    assert command_line([*files, *arguments]) == 0
    assert "shuffled by row groups and within a buffer" in capsys.readouterr().out


def test_the_engine_that_is_there_trains_by_moments(
    files: list[str], compiled_engine: None, capsys: pytest.CaptureFixture[str]
) -> None:
    with engine_meanwhile(2, TrainConfig()) as engine:
        pass
    assert engine() == "compiled"
    found = told(capsys, *files, "--target", "sale_price", "--epochs", "5")
    held = told(
        capsys, str(ROOT / "data" / "condos.csv"), "--target", "sale_price", "--epochs", "5"
    )
    assert_alike(found[0], held[0])


@pytest.mark.parametrize(("n_epochs", "few"), [(100, True), (100_000, False)])
def test_a_run_never_waits_for_the_compiler(
    n_epochs: int, few: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(COMPILER, "_kernels", None)
    monkeypatch.setattr(ahead, "is_kept", asked.append)
    with engine_meanwhile(2, TrainConfig(n_epochs=n_epochs)) as engine:
        pass
    assert engine() == "torch"
    assert COMPILER.hindrance() is not None
    assert asked == [few]


def test_a_checkpoint_of_a_query_is_of_the_rows_that_it_gave(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A query stays the same where its files do not."""
    x = np.arange(40.0)
    query, kept = f"SELECT * FROM '{tmp_path}/*.parquet'", str(tmp_path / "run")
    run = [query, "--target", "y", "--batch-size", "8", "--epochs", "2", "--checkpoint", kept]
    for y, ends in ((x % 5, 0), (x % 5, 0), (x % 7, 2)):
        parquet.write_table(pa.table({"x": x, "y": y}), tmp_path / "a.parquet")
        assert command_line(run) == ends
    assert "is of a run on other rows" in capsys.readouterr().err


KEPT = "\nlinreg_core: Stopped: the same command goes on from 'run'.\n"


@pytest.mark.parametrize(
    ("end", "is_kept", "code", "said"),
    [
        (KeyboardInterrupt, False, 130, "\nlinreg_core: Stopped: nothing was kept.\n"),
        (KeyboardInterrupt, True, 130, KEPT),
        (BrokenPipeError, False, 120, ""),  # `| head`
    ],
)
def test_who_stops_a_run_is_told_what_is_left(
    end: type[BaseException],
    is_kept: bool,
    code: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def stopped(*_: object) -> None:
        raise end

    monkeypatch.setattr(linreg_core.__main__, "run_on_source", stopped)
    if is_kept:
        (tmp_path / "run").touch()
    assert command_line(["a", "b", "--checkpoint", str(tmp_path / "run")]) == code
    assert capsys.readouterr().err == said
