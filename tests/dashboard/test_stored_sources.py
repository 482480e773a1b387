"""Data that whoever runs the server has named: opened as fair samples, and nothing else is."""

from __future__ import annotations

import base64
import gc
import io
import json
import logging
import pickle
import re
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

from dashboard.exports import OfAllRows, RowsAndColumns, coefficients_csv, html_report
from dashboard.numbers import MINUS, number
from dashboard.own_data import stored_reading
from dashboard.own_data.assumptions import line_of
from dashboard.own_data.messages import (
    AllRows,
    AllRowsRequest,
    Refusal,
    Reply,
    StoredRequest,
    StoredSample,
)
from dashboard.own_data.source import Loaded
from dashboard.own_data.stored_main import PlaceError, learned_from, sampled
from dashboard.own_data.stored_names import SOURCES_VARIABLE, named_sources, parse_table
from dashboard.own_data.stored_reading import StoredSamples
from linreg_core import ConfigError, DataError, Problem, TrainConfig, fit
from linreg_core.inference import report
from linreg_core.sources import open_source
from linreg_core.tables import Selection, parse_formula, prepare
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
from tests.dashboard.test_html_report import Page

HOSTILE = "<img src=x onerror=alert(1)> **a**"
NOTHING = Table(pd.DataFrame({"x": [1.0]}))


def stored(folder: Path, n_rows: int = 6_000) -> Path:
    """A folder with two Parquet files."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n_rows, 2))
    y = x @ [2.0, -1.0] + 3 + rng.normal(size=n_rows)
    frame = pd.DataFrame({HOSTILE: x[:, 0], "area": x[:, 1], "price": y})
    for at, rows in enumerate(np.array_split(np.arange(n_rows), 2)):
        frame.iloc[rows].to_parquet(folder / f"part{at}.parquet")
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
    for other in (
        *("stored:sales", "stored:/data/sales", "stored:", "/data/sales", "stored:../Sales"),
        *("stored:../../etc/passwd", "stored:Sales/../other", "stored:Sales\0", "stored: Sales"),
        *("stored:stored:Sales", "stored:SELECT * FROM '/etc/passwd'", "STORED:Sales"),
        *("stored:postgresql://me:secret@host/x?table=t", f"stored:{'x' * 9_000}"),
        *("stored:Sales?table=x", "stored:%53ales", "stored:Säles", "../../etc/passwd"),
    ):
        with pytest.raises(ConfigError, match="`table` must be one") as refused:
            parse_table(other)
        assert len(str(refused.value)) < 300


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


def test_the_line_tells_that_all_rows_are_learned() -> None:
    table = Table(pd.DataFrame({"x": [1.0, 2.0]}))
    line = line_of(Loaded(table, "Sales", "stored:Sales", n_stored=3_000), is_all_learned=True)
    assert "".join(part.text for part in line) == " · 3,000 rows, 2 of them in sight, 1 column"


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
    assert "batch_size" in knobs_of(page)
    sample, page = run_of(page), all_rows_learned(page)
    (lines,) = (each.value for each in page.dataframe if "Least squares" in each.value)
    assert [float(text.replace(MINUS, "-")) for text in lines["Least squares"]] == pytest.approx(
        least_squares(tmp_path), rel=1e-5
    )
    assert "6,000 training rows" in texts_of(page, "caption")
    assert "A fair sample: 5,000 of 6,000 rows" in texts_of(page, "markdown")
    whole = run_of(page)
    assert "batch_size" not in knobs_of(page)
    assert not data_of(page)["pickable"]  # rows of a sample can't be left out of all rows
    assert whole != sample and settings_of(page).all_rows and query_of(page)["all_rows"] == "true"
    page = quiet(page.selectbox(key="loss").set_value("huber").run())
    assert "turn “Learn all rows” off" in texts_of(page, "warning")
    assert run_of(page) == whole
    page = quiet(page.toggle(key="all_rows").set_value(False).run())
    assert not page.warning and run_of(page) not in (whole, sample)


def knobs_of(page: AppTest) -> set[str]:
    """What a live slider can be put on."""
    return {knob["name"] for knob in data_of(page)["knobs"]}


def all_rows_learned(page: AppTest) -> AppTest:
    """The page once all stored rows are learned; until then the sample's run is on screen."""
    before = run_of(page)
    page = quiet(page.button(key="learn_all_rows").click().run())
    end = time.monotonic() + PATIENCE_SECONDS
    while run_of(page) == before:
        assert time.monotonic() < end and not page.warning
        time.sleep(0.1)
        page = quiet(page.run())
    return page


def least_squares(folder: Path) -> list[float]:
    """The coefficients of all stored rows, the intercept first."""
    frame = pd.read_parquet(folder)
    X = np.column_stack([np.ones(len(frame)), frame[HOSTILE], frame["area"]])
    return [float(value) for value in np.linalg.lstsq(X, frame["price"], rcond=None)[0]]


def request_of(
    place: str, selection: Selection, sample: Table, errors: str = "classical", fraction: float = 0
) -> AllRowsRequest:
    digest = open_source(place).digest if sample is not NOTHING else ""
    return AllRowsRequest("Sales", place, digest, selection, errors, fraction, 0, sample)


def test_all_rows_are_learned_where_they_are_those_of_the_sample(tmp_path: Path) -> None:
    place, selection = str(stored(tmp_path)), Selection("price", (HOSTILE, "area"))
    sample = open_source(place).sample(500, 0)
    request = request_of(place, selection, sample, "HC1")
    found = learned_from(request, lambda part: None).all_rows
    assert found is not None and found.fit.n_samples == 6_000
    assert found.fit.errors_in_words == "HC1"
    estimates = [each.estimate for each in found.fit.coefficients]
    np.testing.assert_allclose(estimates, least_squares(tmp_path), rtol=1e-10)
    file = pd.read_csv(io.BytesIO(coefficients_csv(found.fit)))
    assert list(file["estimate"]) == estimates and set(file["errors"]) == {"HC1"}
    with pytest.raises(DataError, match="They have changed since: open them again"):
        learned_from(replace(request, digest="0"), lambda part: None)
    check_html(found, sample, pd.read_parquet(tmp_path)[[HOSTILE, "area"]].std(ddof=0))


def check_html(found: AllRows, sample: Table, deviations: pd.Series[float]) -> None:
    """The report to take away has the figures of all rows, and pictures that tell of what."""
    of_sample = report(Problem.from_dataset(found.sample.dataset))
    of_all = OfAllRows(found.fit, RowsAndColumns(6_000, 6_000, 0, False))
    file = html_report(of_sample, found.sample, "Sales", sample, TrainConfig(), of_all=of_all)
    page = Page(file)
    text = re.sub(r"\s+", " ", page.text)
    estimates = [number(each.estimate, 5) for each in found.fit.coefficients]
    for told in (
        *estimates,
        "Stored data Sales",
        "Stored rows 6,000",
        "Training rows 6,000",
        "HC1",
    ):
        assert told in text
    assert "a fair sample, 500 of 6,000 stored rows, to which" in text
    traces = [trace for each in json.loads(page.scripts[0]) for trace in each["data"]]
    (told,) = (trace["x"] for trace in traces if "(HC1)" in trace.get("name", ""))
    effects = [each.estimate for each in found.fit.coefficients[1:]] * deviations
    x = np.frombuffer(base64.b64decode(told["bdata"]), told["dtype"])
    np.testing.assert_allclose(x, effects, rtol=1e-9)
    own = number(of_sample.rmse, 5)
    assert own != number(found.fit.rmse, 5) and own not in text.partition("Pictures")[0]


TERMS = parse_formula("log(price) ~ poly(area, 2) + city", ("price", "area", "city", "n")).terms
MODELS = {
    "a category with a rare level": (Selection("price", ("area", "city")), 0.0),
    "test rows": (Selection("price", ("area", "city")), 0.3),
    "a curve, through the origin": (
        Selection("price", ("area",), fit_intercept=False, terms=TERMS[:1]),
        0.0,
    ),
    "terms and the target's logarithm": (
        Selection("price", ("area", "city"), terms=TERMS, target_transform="log"),
        0.0,
    ),
    "frequency weights": (
        Selection("price", ("area",), weights="n", weight_kind="frequency"),
        0.0,
    ),
    "analytic weights": (Selection("price", ("area",), weights="n"), 0.2),
}


@pytest.mark.parametrize("model", MODELS)
def test_what_stands_for_all_rows_trains_as_they_do(model: str, tmp_path: Path) -> None:
    """The run, the report and the predictions are those of all rows; pictures show the sample."""
    selection, fraction = MODELS[model]
    homes(2_000).to_parquet(tmp_path / "homes.parquet", row_group_size=300)
    place = str(tmp_path / "homes.parquet")
    source = open_source(place)
    sample = source.sample(100, 0)
    found = learned_from(
        request_of(place, selection, sample, fraction=fraction), lambda part: None
    ).all_rows
    assert found is not None
    few = Problem.from_dataset(
        found.dataset,
        found.n_test / found.dataset.n_samples,
        "sequential",
        fit_intercept=selection.fit_intercept,
    )
    whole = prepare(Table(pd.read_parquet(place)), selection).dataset
    assert found.dataset.feature_names == whole.feature_names
    assert found.fit.n_rows + found.n_test_rows == len(whole.y)
    if fraction:
        assert 0.5 * fraction < found.n_test_rows / len(whole.y) < 1.5 * fraction
    else:
        problem = Problem.from_dataset(whole, fit_intercept=selection.fit_intercept)
        config = TrainConfig(n_epochs=30, learning_rate=1e-7)
        np.testing.assert_allclose(
            fit(few, config).final.train_loss,
            fit(problem, config).final.train_loss,
            rtol=1e-9,
        )
        expected = report(problem)
        assert [row.label for row in found.fit.by_term] == [r.label for r in expected.by_term]
        own, wanted = found.fit.predict(whole.X[:9]), expected.predict(whole.X[:9])
        np.testing.assert_allclose(own.high, wanted.high, rtol=1e-9)
    told = " ".join(found.sample.notes)
    assert "row 8 of file 1" in told and "parquet" not in told
    shown = found.dataset.shown
    assert shown is not None and (found.dataset.curve is None) == ("curve" not in model)
    np.testing.assert_array_equal(shown.X, found.sample.dataset.X)
    is_in_all = (whole.X[:, np.newaxis] == shown.X).all(axis=2)
    assert is_in_all.any(axis=0).all()  # made as all rows are, and of the same columns


def homes(n_rows: int) -> pd.DataFrame:
    """Prices that follow from areas and cities, one of them rare, with empty cells."""
    rng = np.random.default_rng(3)
    city = np.where(np.arange(n_rows) == n_rows - 1, "Rome", rng.choice(["Oslo", "Bergen"], n_rows))
    area = rng.uniform(20.0, 200.0, n_rows)
    price = 40.0 + 2.0 * area + 30.0 * (city == "Oslo") + rng.normal(0.0, 5.0, n_rows)
    frame = pd.DataFrame({"area": area, "city": city, "price": price})
    frame["n"] = rng.integers(1, 4, n_rows)
    frame.loc[7, "area"] = np.nan
    return frame


@pytest.mark.parametrize("is_private", [False, True])
def test_a_reason_is_told_unless_it_may_say_where_the_rows_are(
    is_private: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = "Column 'x' is constant."
    reply = Reply(refusal=Refusal(message, is_private=is_private), is_last=True)
    monkeypatch.setattr(stored_reading, "last_reply", lambda stream, note: reply)
    monkeypatch.setattr(stored_reading, "reader_process", lambda *_: nullcontext(Mock()))
    monkeypatch.setattr(pickle, "dump", lambda request, file: None)
    reading = StoredSamples().learning(request_of("/data", Selection("y", ("x",)), NOTHING))
    assert reading.is_there(PATIENCE_SECONDS)
    with pytest.raises(DataError) as told:
        reading.all_rows()
    assert (message in str(told.value)) != is_private
    assert ("server's log" in str(told.value)) == is_private


def test_what_is_wrong_where_the_rows_are_is_private(tmp_path: Path) -> None:
    """Addresses of databases have no slash in every message, nor have names of machines."""
    path, selection = stored(tmp_path), Selection("price", ("area",))
    base = request_of(str(path), selection, open_source(path).sample(100))
    for place in ("postgresql://me:secret@127.0.0.1:1/x?table=t", str(tmp_path / "none")):
        with pytest.raises(PlaceError):
            learned_from(replace(base, place=place), lambda _: None)
    constant = pd.DataFrame({"area": [1.0, 2.0], "price": [3.0, 3.0]})
    for file in path.iterdir():
        constant.to_parquet(file)
    with pytest.raises(DataError, match="have changed since") as told:
        learned_from(base, lambda _: None)
    assert not isinstance(told.value, PlaceError)
    base = replace(base, digest=open_source(path).digest)
    with pytest.raises(DataError, match="same value, 3, in every row") as told:
        learned_from(base, lambda _: None)
    assert not isinstance(told.value, PlaceError)
    next(path.iterdir()).write_bytes(b"")
    with pytest.raises(PlaceError, match="must be whole"):
        learned_from(base, lambda _: None)


def test_a_sample_is_taken_again_until_a_fit_finds_it_out_of_date(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sample = StoredSample(Table(pd.DataFrame({"x": [1.0]})), 9, "digest")
    asked: list[object] = []
    monkeypatch.setattr(stored_reading, "reader_process", lambda *_: nullcontext(Mock()))
    monkeypatch.setattr(pickle, "dump", lambda request, file: asked.append(request))

    def answer(stream: object, note: object) -> Reply:
        is_sampling = isinstance(asked[-1], StoredRequest)
        return Reply(sample=sample) if is_sampling else Reply(refusal=Refusal("Changed."))

    monkeypatch.setattr(stored_reading, "last_reply", answer)
    samples = StoredSamples()
    all_rows = replace(request_of("/data", Selection("y", ("x",)), NOTHING), digest="digest")
    for _ in range(2):
        assert samples.reading("Sales", "/data").is_there(PATIENCE_SECONDS)
    assert len(asked) == 1
    assert samples.learning(all_rows).is_there(PATIENCE_SECONDS)
    assert samples.reading("Sales", "/data").is_there(PATIENCE_SECONDS)
    sampling = StoredRequest("Sales", "/data", 5_000)
    assert asked == [sampling, all_rows, replace(sampling, known="digest")]


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
    monkeypatch.setattr(stored_reading, "reader_process", lambda *_: nullcontext(Process()))
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
