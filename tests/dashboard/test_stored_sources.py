"""Data that whoever runs the server has named: opened as fair samples, and nothing else is."""

from __future__ import annotations

import gc
import io
import logging
import pickle
import threading
import time
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.exports import coefficients_csv
from dashboard.numbers import MINUS
from dashboard.own_data import stored_reading
from dashboard.own_data.assumptions import line_of
from dashboard.own_data.messages import (
    AllRowsRequest,
    Refusal,
    Reply,
    StoredRequest,
    StoredSample,
)
from dashboard.own_data.source import Loaded
from dashboard.own_data.stored_main import fitted, sampled
from dashboard.own_data.stored_names import SOURCES_VARIABLE, named_sources, parse_table
from dashboard.own_data.stored_reading import StoredSamples
from linreg_core import ConfigError, DataError
from linreg_core.sources import open_source
from linreg_core.tables import Selection
from table_reader import Table
from tests.dashboard.pages import PATIENCE_SECONDS, data_of, opened, query_of, quiet, run_of
from tests.dashboard.test_data_page import (
    PATH,
    data_page,
    settings_of,
    texts_of,
)
from tests.dashboard.test_data_page import (
    line_of as page_line,
)

HOSTILE = "<img src=x onerror=alert(1)> **a**"


def stored(folder: Path, n_rows: int = 6_000) -> Path:
    """A folder with two Parquet files."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n_rows, 2))
    y = x @ [2.0, -1.0] + 3 + rng.normal(size=n_rows)
    frame = pd.DataFrame({HOSTILE: x[:, 0], "area": x[:, 1], "price": y})
    for number, rows in enumerate(np.array_split(np.arange(n_rows), 2)):
        frame.iloc[rows].to_parquet(folder / f"part{number}.parquet")
    return folder


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("Sales=/data/sales", {"Sales": "/data/sales"}),
        (" A=/a ; B = duckdb:///b?table=t=u;", {"A": "/a", "B": "duckdb:///b?table=t=u"}),
        ("A=/a\n\nB=SELECT 1; x\n", {"A": "/a", "B": "SELECT 1; x"}),
        ("nonsense; =/a; A=; A=/a", {"A": "/a"}),
        ("A=/a; A=/b", {"A": "/a"}),
        (f"{'n' * 61}=/a", {}),
        ("a\tb=/a", {}),
    ],
)
def test_the_server_names_its_sources(
    text: str, expected: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SOURCES_VARIABLE, text)
    assert dict(named_sources()) == expected


def test_what_is_no_entry_is_logged_without_what_it_says(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(SOURCES_VARIABLE, "A=/a; postgresql://me:secret@host/name")
    with caplog.at_level(logging.WARNING):
        named_sources()
    assert "Entry 2 is none" in caplog.text and "secret" not in caplog.text


def test_a_link_opens_no_table_but_those_that_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SOURCES_VARIABLE, "Sales=/data/sales")
    assert parse_table("stored:Sales") == "stored:Sales"
    for other in ("stored:sales", "stored:/data/sales", "stored:", "/data/sales"):
        with pytest.raises(ConfigError, match="`table` must be one"):
            parse_table(other)


def test_a_sample_is_drawn_under_the_sources_name_and_not_again(tmp_path: Path) -> None:
    place, parts = str(stored(tmp_path)), list[float]()
    reply = sampled(StoredRequest("Sales", place, 500), parts.append)
    assert reply.sample is not None and reply.is_last
    assert (len(reply.sample.table.frame), reply.sample.n_rows) == (500, 6_000)
    assert reply.sample.table.name == "Sales" and parts == [0.0, 0.5]
    assert place not in repr(StoredRequest("Sales", place, 500))
    again = sampled(StoredRequest("Sales", place, 500, reply.sample.digest), parts.append)
    assert again.is_as_known and again.sample is None


@pytest.mark.parametrize(
    ("n_stored", "expected"),
    [(None, " · 2 rows, 1 column"), (2, " · 2 rows, 1 column")]
    + [(10_000_000, " · a fair sample of 2 of 10,000,000 rows, 1 column")],
)
def test_the_line_tells_of_how_many_rows_a_sample_is(n_stored: int | None, expected: str) -> None:
    table = Table(pd.DataFrame({"x": [1.0, 2.0]}))
    line = line_of(Loaded(table, "Sales", "stored:Sales", n_stored=n_stored))
    assert "".join(part.text for part in line) == expected


def test_nothing_is_offered_where_nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SOURCES_VARIABLE, raising=False)
    page = data_page()
    assert "stored here" not in texts_of(page, "markdown")


def test_a_named_source_is_one_click_and_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SOURCES_VARIABLE, f"Sales={stored(tmp_path)}; Gone={tmp_path}/no*")
    page = quiet(data_page().button(key="stored_0").click().run())
    assert page_line(page) == "Sales · a fair sample of 5,000 of 6,000 rows, 3 columns"
    settings = settings_of(page)
    assert (settings.table, settings.target) == ("stored:Sales", "price")
    assert settings.features == (HOSTILE, "area")
    again = opened(query_of(page), PATH)
    assert settings_of(again) == settings
    assert run_of(again).partition("?")[0] == run_of(page).partition("?")[0]
    assert str(tmp_path) not in repr(data_of(page))
    page = all_rows_fitted(page)
    (lines,) = (each.value for each in page.dataframe if "All rows" in each.value)
    assert [float(text.replace(MINUS, "-")) for text in lines["All rows"]] == pytest.approx(
        least_squares(tmp_path), rel=1e-5
    )
    assert list(lines["Sample"]) != list(lines["All rows"])
    assert "6,000 rows used" in texts_of(page, "caption")


def all_rows_fitted(page: AppTest) -> AppTest:
    """The page once all stored rows are fitted."""
    page = quiet(page.button(key="fit_all_rows").click().run())
    end = time.monotonic() + PATIENCE_SECONDS
    while "Least squares on all 6,000 rows" not in texts_of(page, "markdown"):
        assert time.monotonic() < end and not page.warning
        time.sleep(0.1)
        page = quiet(page.run())
    return page


def least_squares(folder: Path) -> list[float]:
    """The coefficients of all stored rows, the intercept first."""
    frame = pd.read_parquet(folder)
    X = np.column_stack([np.ones(len(frame)), frame[HOSTILE], frame["area"]])
    return [float(value) for value in np.linalg.lstsq(X, frame["price"], rcond=None)[0]]


def test_all_rows_are_fitted_where_they_are_those_of_the_sample(tmp_path: Path) -> None:
    place, selection = str(stored(tmp_path)), Selection("price", (HOSTILE, "area"))
    request = AllRowsRequest("Sales", place, open_source(place).digest, selection, "HC1")
    found = fitted(request, lambda part: None).fit
    assert found is not None and found.n_samples == 6_000 and found.errors_in_words == "HC1"
    estimates = [each.estimate for each in found.coefficients]
    np.testing.assert_allclose(estimates, least_squares(tmp_path), rtol=1e-10)
    file = pd.read_csv(io.BytesIO(coefficients_csv(found)))
    assert list(file["estimate"]) == estimates and set(file["errors"]) == {"HC1"}
    with pytest.raises(DataError, match="They have changed since: open them again"):
        fitted(replace(request, digest="0"), lambda part: None)


@pytest.mark.parametrize(
    ("message", "is_told"),
    [("Column 'x' is constant.", True), ("IO Error: /data/secret.parquet", False)]
    + [("C:\\data", False)],
)
def test_a_reason_is_told_unless_it_may_say_where_the_rows_are(
    message: str, is_told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    reply = Reply(refusal=Refusal(message), is_last=True)
    monkeypatch.setattr(stored_reading, "last_reply", lambda stream, note: reply)
    monkeypatch.setattr(stored_reading, "reader_process", lambda module: nullcontext(Mock()))
    monkeypatch.setattr(pickle, "dump", lambda request, file: None)
    request = AllRowsRequest("Sales", "/data", "", Selection("y", ("x",)), "classical")
    reading = StoredSamples().fitting(request)
    assert reading.is_there(PATIENCE_SECONDS)
    with pytest.raises(DataError) as told:
        reading.fit()
    assert (str(told.value) == message) == is_told
    assert message in str(told.value) or "server's log" in str(told.value)


def test_a_sample_is_taken_again_until_a_fit_finds_it_out_of_date(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sample = StoredSample(Table(pd.DataFrame({"x": [1.0]})), 9, "digest")
    asked: list[object] = []
    monkeypatch.setattr(stored_reading, "reader_process", lambda module: nullcontext(Mock()))
    monkeypatch.setattr(pickle, "dump", lambda request, file: asked.append(request))

    def answer(stream: object, note: object) -> Reply:
        is_sampling = isinstance(asked[-1], StoredRequest)
        return Reply(sample=sample) if is_sampling else Reply(refusal=Refusal("Changed."))

    monkeypatch.setattr(stored_reading, "last_reply", answer)
    samples = StoredSamples()
    fit = AllRowsRequest("Sales", "/data", "digest", Selection("y", ("x",)), "classical")
    for _ in range(2):
        assert samples.reading("Sales", "/data").is_there(PATIENCE_SECONDS)
    assert len(asked) == 1
    assert samples.fitting(fit).is_there(PATIENCE_SECONDS)
    assert samples.reading("Sales", "/data").is_there(PATIENCE_SECONDS)
    sampling = StoredRequest("Sales", "/data", 5_000)
    assert asked == [sampling, fit, replace(sampling, known="digest")]


def test_two_who_want_the_same_wait_for_one_process_and_nobody_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, ended, works = threading.Event(), threading.Event(), []

    class Process(Mock):
        def kill(self) -> None:
            ended.set()

    def wait(stream: object, note: object) -> None:
        works.append(stream)
        begun.set()
        assert ended.wait(PATIENCE_SECONDS)

    monkeypatch.setattr(stored_reading, "last_reply", wait)
    monkeypatch.setattr(stored_reading, "reader_process", lambda module: nullcontext(Process()))
    monkeypatch.setattr(pickle, "dump", lambda request, file: None)
    samples = StoredSamples()
    first, second = (samples.reading("Sales", str(tmp_path)) for _ in range(2))
    assert first is second and begun.wait(PATIENCE_SECONDS) and len(works) == 1
    del first, second
    gc.collect()
    assert ended.wait(PATIENCE_SECONDS)


def test_a_source_that_cannot_be_read_is_told_without_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(SOURCES_VARIABLE, f"Gone={tmp_path}/no*")
    page = quiet(data_page().button(key="stored_0").click().run())
    (error,) = (each.value.replace("\\", "") for each in page.error)
    assert "The stored data 'Gone' can't be read now" in error
    assert str(tmp_path) not in error and "There is no file" in caplog.text
    assert page.get("file_uploader") and query_of(page).get("table", "") == ""
