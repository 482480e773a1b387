"""What is taken away opens in the tool that it is for, and is what least squares says."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docx
import numpy as np
import pandas as pd
import pytest
import torch
from playwright.sync_api import expect

from tests.browser.data_page import DataPage
from tests.browser.live import Live
from tests.browser.tables import AREA, CITIES, NO_AREA, NO_CITY, PRICE, Flats, comma, flats

BUTTONS = {
    "Report (HTML)": "flats-report.html",
    "Predictions and residuals (CSV)": "flats-predictions.csv",
    "Coefficients (CSV)": "flats-coefficients.csv",
    "Coefficients (JSON)": "flats-coefficients.json",
    "Tables (Word)": "flats-tables.docx",
    "Tables (LaTeX)": "flats-tables.tex",
    "Model for PyTorch (state_dict)": "flats-model.pt",
}
_ON_CLIPBOARD = """async () => {
  const [item] = await navigator.clipboard.read();
  return Promise.all(["text/html", "text/plain"].map(async (type) =>
    (await item.getType(type)).text()));
}"""
NEW_ROWS = ((55.5, 2, "Oslo"), (70.1, 3, "Bergen"), (400.0, 1, "Oslo"))
"""Area, rooms and city of flats without a price; the last is larger than any that was seen."""


@pytest.fixture(scope="module")
def table() -> Flats:
    return flats()


@pytest.fixture(scope="module")
def learned(arrive: Callable[..., Live], table: Flats) -> Iterator[DataPage]:
    """A visitor whose file is learned; each test goes to a tab of its own."""
    live = arrive()
    yield DataPage(live.page, live.address).start().learn("flats.csv", table.csv())
    live.page.context.close()


def expected_prices(table: Flats, X: Any) -> Any:
    """By least squares."""
    intercept, *weights = table.coefficients().values()
    return intercept + np.asarray(X, dtype=np.float64) @ weights


def test_everything_that_is_taken_away(learned: DataPage, table: Flats) -> None:
    learned.tab("Take away")
    files = {name: learned.download(name) for name in BUTTONS}
    assert {name: file.name for name, file in files.items()} == BUTTONS
    report, predictions, coefficients, values, word, latex, model = files.values()
    written = report.read_text("utf-8")
    assert written.startswith("<!DOCTYPE html>") and PRICE in written
    assert "Loss over the epochs" in written  # what the session has learned, in a thread without it
    predicted = check_predictions(predictions, table)
    check_model(model, table, predicted)
    dialect: Any = {"sep": ";", "decimal": ",", "encoding": "utf-8-sig"}
    estimates = pd.read_csv(coefficients, index_col="name", **dialect)["estimate"]
    assert estimates.to_dict() == pytest.approx(table.coefficients(), rel=1e-9)
    loaded = json.loads(values.read_text())["coefficients"]
    assert {each["name"]: each["estimate"] for each in loaded} == estimates.to_dict()
    printed, by_term = docx.Document(str(word)).tables
    assert [row.cells[0].text for row in printed.rows][1:] == list(table.coefficients())
    n_rows = len(printed.rows) + len(by_term.rows)
    assert latex.read_text("utf-8").count(" \\\\\n") == n_rows


def test_a_copied_table_and_a_printed_report(learned: DataPage, table: Flats) -> None:
    """The table is on the clipboard as both; the report opens in a tab that prints itself."""
    tab, context = learned.tab("Take away"), learned.page.context
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.get_by_role("button", name="Copy the tables").click()
    expect(tab.get_by_role("button", name="Copied")).to_be_visible()
    html, text = learned.page.evaluate(_ON_CLIPBOARD)
    names = [line.split("\t")[0] for line in text.splitlines()[2:7]]
    assert names == list(table.coefficients()) and html.count("<table") == 2
    context.add_init_script("window.print = () => document.body.setAttribute('data-printed', '')")
    with context.expect_page() as opened:
        tab.get_by_role("button", name="Print or save as PDF").click()
    page = opened.value
    page.wait_for_selector("body[data-printed]")
    assert page.locator("[data-picture] .nsewdrag").count() > 5
    assert PRICE in page.title()
    page.close()


def check_predictions(file: Path, table: Flats) -> Any:
    """The file is in the dialect of the one that was brought."""
    frame = pd.read_csv(file, sep=";", decimal=",", encoding="utf-8-sig")
    rows, expected = table.used, expected_prices(table, table.X)
    assert frame["row"].tolist() == list(range(2, len(table.price) + 2))
    assert frame["predicted"][rows].to_numpy() == pytest.approx(expected[rows], rel=1e-9)
    residuals = (table.price - expected)[rows]
    assert frame["residual"][rows].to_numpy() == pytest.approx(residuals, abs=1e-8)
    assert (frame["low_95"] < frame["predicted"])[rows].all()
    empty = [*NO_AREA, NO_CITY]
    assert frame["set"].eq("train")[rows].all() and frame["set"][empty].eq("left out").all()
    assert frame["predicted"][empty].isna().all() and frame["note"][empty].notna().all()
    return frame["predicted"][rows].to_numpy()


def check_model(file: Path, table: Flats, predicted: Any) -> None:
    """It loads strictly, and says the same as the CSV."""
    model = torch.nn.Linear(table.X.shape[1], 1, dtype=torch.float64)
    model.load_state_dict(torch.load(io.BytesIO(file.read_bytes()), weights_only=True))
    with torch.no_grad():
        answers = model(torch.tensor(table.X[table.used])).squeeze(1).tolist()
    assert answers == pytest.approx(predicted, rel=1e-12)


def test_predictions(learned: DataPage, table: Flats) -> None:
    tab = learned.tab("Predict")
    answer = tab.locator("[data-testid=stMetricValue]")
    field = tab.locator("[data-testid=stNumberInput]", has_text=AREA).locator("input")
    tab.locator("[data-testid=stNumberInput]", has_text="rooms").locator("input").fill("2")
    for area, is_beyond in ((90.0, False), (400.0, True)):
        field.fill(comma(area).replace(",", "."))
        field.press("Enter")
        (expected,) = expected_prices(table, [[area, 2, 0, 0]])
        texts = "|".join(re.escape(f"{expected:,.{places}f}") for places in range(4))
        expect(answer).to_have_text(re.compile(f"^({texts})$"))
        expect(tab.get_by_text(f"Extrapolation: '{AREA}' is 400")).to_have_count(int(is_beyond))
    rows = [f"{rooms};{comma(area)};{city}" for area, rooms, city in NEW_ROWS]
    rows += ["2;;Oslo", "2;50,5;Paris"]
    learned.drop_second("new.csv", "\n".join([f"rooms;{AREA};city", *rows]).encode("cp1252"))
    expect(tab.get_by_text("3 of 5 rows predicted.")).to_be_visible()
    expect(tab.get_by_text(f"Row 5: '{AREA}' has no number")).to_be_visible()
    expect(tab.get_by_text("Row 6: 'city' is 'Paris', which the fit has not seen")).to_be_visible()
    check_new_predictions(learned.download("Download the predictions (CSV)"), table)


def check_new_predictions(file: Path, table: Flats) -> None:
    """Predicted where that can be; where not, or beyond the training rows, the note says why."""
    assert file.name == "new-predicted.csv"
    frame = pd.read_csv(file, sep=";", decimal=",", encoding="utf-8-sig")
    X = [[area, rooms, city == CITIES[1], city == CITIES[2]] for area, rooms, city in NEW_ROWS]
    assert frame["predicted"][:3].to_numpy() == pytest.approx(expected_prices(table, X), rel=1e-9)
    assert frame["predicted"][3:].isna().all()
    assert frame["note"].notna().tolist() == [False, False, True, True, True]
    assert frame["note"][2].startswith(f"'{AREA}' is 400")
