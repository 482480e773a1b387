"""`--watch` on the command line: whatever trains, its watcher has all epochs and rows to draw."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from linreg_core.__main__ import EXIT_MISTAKE, main
from tests.core.watching.watched import Listener, http_server

N_ROWS = 900


@contextmanager
def listening(listener: Listener) -> Iterator[str]:
    """The address of a server that takes in what a listener does."""

    def answer(body: bytes) -> tuple[int, bytes]:
        told = listener.post(body)
        return told.status, json.dumps({"next": told.next}).encode()

    with http_server(answer) as url:
        yield url


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stored")
    rng = np.random.default_rng(0)
    for number in range(2):
        a, b = rng.normal(size=(2, N_ROWS // 2))
        columns = {"a": a, "b": b, "y": 2 * a - b + 0.1 * rng.normal(size=len(a))}
        parquet.write_table(pa.table(columns), folder / f"{number}.parquet", row_group_size=100)
    return folder


@pytest.mark.parametrize(
    "arguments, has_test, stands_for_all",
    [
        ((), False, True),
        (("--batch-size", "64", "--test-fraction", "0.3"), True, True),
        (("--batch-size", "64", "--loss", "huber", "--test-fraction", "0.3"), True, True),
        (("one",), False, False),
    ],
    ids=["by moments", "minibatches", "huber", "a table"],
)
def test_a_watcher_has_all_of_a_run(
    files: Path, arguments: tuple[str, ...], has_test: bool, stands_for_all: bool
) -> None:
    what = files if stands_for_all else files / "0.parquet"
    options = [each for each in arguments if each != "one"]
    listener = Listener()
    with listening(listener) as url:
        assert main([str(what), "--target", "y", "--epochs", "5", *options, "--watch", url]) == 0
    (head,) = listener.heads
    assert listener.column("epoch").tolist() == [0, 1, 2, 3, 4, 5]
    assert listener.rows[-1].block.status.is_final
    n_rows = N_ROWS if stands_for_all else N_ROWS // 2
    assert head.n_train + head.n_test == n_rows and (head.n_test > 0) == has_test
    assert str(files) not in head.title and head.title
    assert (head.reference_losses is not None) == ("huber" in options)
    shown = head.dataset.shown
    assert (shown is not None) == stands_for_all
    if shown is not None:
        assert len(shown.y) == head.n_train  # fewer than pictures may show
        np.testing.assert_allclose(shown.y, 2 * shown.X[:, 0] - shown.X[:, 1], atol=0.6)


def test_an_address_that_is_none_ends_it_before_anything_is_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["nothing.csv", "--target", "y", "--watch", "localhost:8501"]) == EXIT_MISTAKE
    assert "`--watch` must be the address that the page shows" in capsys.readouterr().err
