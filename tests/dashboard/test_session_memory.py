"""What a session's data may take: estimated, refused with its numbers, and nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dashboard.own_data import session_memory
from dashboard.own_data.choices import Choices
from dashboard.own_data.session_memory import (
    DEFAULT_SESSION_BYTES,
    SESSION_LIMIT_VARIABLE,
    MemoryNeed,
    session_limit,
)
from dashboard.own_data.settings import TABLE_DEFAULTS
from dashboard.problem_spec import ProblemSpec, SentData
from dashboard.settings import make_settings
from linreg_core import DataError, Dataset, Problem
from linreg_core.tables import prepare, propose, usable_features, usable_targets
from table_reader import Table
from tests.dashboard.pages import moved, quiet, run_of
from tests.dashboard.test_data_page import LINE, data_page, dropped, settings_of, texts_of

MB = 1_000_000
PLAIN = replace(TABLE_DEFAULTS, engine="compiled")


@pytest.fixture(autouse=True)
def forgotten_limit() -> Iterator[None]:
    session_limit.cache_clear()
    yield
    session_limit.cache_clear()


def choices(frame: pd.DataFrame) -> Choices:
    table = Table(frame)
    return Choices(table, usable_targets(table), usable_features(table), propose(table))


def large(n_rows: int = 1_000_000) -> MemoryNeed:
    """Nine features and a target, 80 MB for a million rows."""
    return MemoryNeed(80 * n_rows, n_rows, 9, is_split=False, engine_bytes=0)


# --- The estimate ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "copies"),
    [
        ({}, 2),  # on their way they are there twice
        ({"test_fraction": 0.2}, 2),
        ({"test_fraction": 0.2, "split": "sequential"}, 2),
        ({"engine": "torch"}, 2),
        ({"engine": "torch", "test_fraction": 0.2}, 3),
        ({"dtype": "float32"}, 2),
        ({"dtype": "float32", "test_fraction": 0.2}, 2.5),
    ],
)
def test_copies_of_the_data_count(changes: dict[str, Any], copies: float) -> None:
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(1_000, 3)), columns=list("aby"))
    settings = replace(PLAIN, target="y", features=("a", "b"), **changes)
    need = MemoryNeed.of(choices(frame), settings, has_report=False)
    assert need.n_values == 3_000
    assert need.n_bytes == need.table_bytes + copies * 24_000
    assert 24_000 <= need.table_bytes <= 25_000


def test_text_counts_as_the_columns_that_it_becomes() -> None:
    cities = ["Oslo", "Bergen", "Hamar", None] * 5
    frame = pd.DataFrame({"city": cities, "x": range(20), "y": np.arange(20.0) ** 2})
    settings = replace(PLAIN, target="y", features=("city", "x"))
    need = MemoryNeed.of(choices(frame), settings, has_report=False)
    assert need.n_features == prepare(Table(frame), settings.selection).dataset.n_features == 3


@pytest.mark.parametrize("is_split", [False, True])
def test_a_million_rows_by_ten_columns_may_come_with_a_report(is_split: bool) -> None:
    need = replace(large(), is_split=is_split, engine_bytes=8, has_report=True)
    need.check(DEFAULT_SESSION_BYTES)


@pytest.mark.parametrize(
    ("need", "limit", "message"),
    [
        (
            replace(large(), is_split=True, engine_bytes=8),
            300,
            "These columns need about 320 MB of memory: 10,000,000 values (1,000,000 rows x "
            "10 columns) with their copies, and the table, 80 MB. A visit may use 300 MB: choose "
            "fewer columns, or turn the test split off.",
        ),
        (large(5_000_000), 1_000, "about 1.2 GB .*A visit may use 1.0 GB: choose fewer columns.$"),
        (
            replace(large(), n_features=1, is_split=True, engine_bytes=8),
            120,
            "1,000,000 rows x 2 columns.*: turn the test split off.$",
        ),
        (large(5_000_000), 400, ": bring a part of the rows.$"),
        (replace(large(), has_report=True), 400, "^A report on these columns needs about 480 MB"),
    ],
)
def test_what_is_too_large_is_refused_with_its_numbers(
    need: MemoryNeed, limit: int, message: str
) -> None:
    need.check(need.n_bytes)
    pattern = message.replace("(", r"\(").replace(")", r"\)")
    with pytest.raises(DataError, match=pattern):
        need.check(limit * MB)


# --- The limit ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "megabytes"), [("250", 250), ("0.5", 0.5), (None, 1_000)])
def test_the_limit_is_the_servers(
    text: str | None, megabytes: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    if text is None:
        monkeypatch.delenv(SESSION_LIMIT_VARIABLE, raising=False)
    else:
        monkeypatch.setenv(SESSION_LIMIT_VARIABLE, text)
    assert session_limit() == megabytes * MB


@pytest.mark.parametrize("text", ["", "much", "-3", "0", "inf", "nan"])
def test_a_limit_that_is_no_number_is_the_usual_one_and_logged(
    text: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(SESSION_LIMIT_VARIABLE, text)
    assert session_limit() == DEFAULT_SESSION_BYTES
    assert SESSION_LIMIT_VARIABLE in caplog.text


# --- At the page -------------------------------------------------------------------------------


def test_columns_that_need_too_much_cost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message tells what to do; the run, the columns and the settings stay."""
    linked = replace(TABLE_DEFAULTS, engine="torch", target="y", features=("x",), batch_size=8)
    page = dropped(data_page(linked.query()), LINE)
    before, need = run_of(page), 30 * 2 * 8
    limit = 4 * need  # table, data, and one more copy
    monkeypatch.setattr(session_memory, "session_limit", lambda: limit)
    page = moved(page, "test_fraction", 0.3)
    assert "turn the test split off" in texts_of(page, "warning")
    assert "30 rows x 2 columns" in texts_of(page, "warning")
    assert run_of(page) == before and not page.error
    assert settings_of(page).batch_size == 8
    page = moved(page, "test_fraction", 0.0)
    assert not page.warning and run_of(page) == before


def test_a_large_files_report_is_refused_where_it_needs_too_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dashboard.own_data.chosen.MOST_KEPT_CELLS", 10)
    page = dropped(data_page(), LINE)
    monkeypatch.setattr(session_memory, "session_limit", lambda: 5 * 30 * 2 * 8)
    page = quiet(page.button(key="work_out").click().run())
    assert "A report on these columns needs" in texts_of(page, "warning")
    assert run_of(page)


# --- No memory at all --------------------------------------------------------------------------


def lacking(*_arguments: Any, **_keywords: Any) -> Any:
    raise MemoryError


def test_a_problem_that_does_not_fit_is_told_with_its_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = make_settings("many_weights", {"n_samples": 400, "n_features": 1_000}).problem_spec
    sent = ProblemSpec(SentData("0" * 32, 30, 1), 0, 0.2, "random", standardize=False)
    own = Dataset("own", np.ones((30, 1)), np.ones(30))
    monkeypatch.setattr(Problem, "from_dataset", lacking)
    with pytest.raises(DataError, match="^400 rows x 1,000 features do not fit.* takes 3 MB"):
        made.build()
    with pytest.raises(DataError, match="^30 rows x 1 feature do not fit"):
        sent.build({"0" * 32: own})


def test_columns_and_reports_that_do_not_fit_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    page = dropped(data_page(), LINE)
    monkeypatch.setattr("dashboard.own_data.fits.report", lacking)
    page = moved(page, "test_fraction", 0.2)
    assert "30 rows x 1 feature do not fit into memory" in texts_of(page, "warning")
    before = run_of(page)
    monkeypatch.setattr("dashboard.own_data.chosen.prepare", lacking)
    page = moved(page, "missing", "fill")
    assert "30 rows x 1 feature do not fit into memory" in texts_of(page, "warning")
    assert run_of(page) == before
