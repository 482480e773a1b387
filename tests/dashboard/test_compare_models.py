"""Models kept on the data page: side by side, renamed, opened again, removed, as a file."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.exports import comparison_csv
from dashboard.exports.csv_file import CsvDialect
from dashboard.numbers import NO_VALUE
from dashboard.own_data import kept_models
from dashboard.own_data.kept_models import BesideOthers
from dashboard.own_data.models_table import printed_models
from dashboard.term_table import by_term_notes, says_more_by_term, term_table
from linreg_core.inference.comparison import ModelFigures, compare_models
from tests.dashboard.fits import FORMULA, HOSTILE, IMAGE, fits
from tests.dashboard.pages import opened, quiet
from tests.dashboard.test_data_page import FLATS, dropped, settings_of, texts_of

PATH = "pages/data.py"


def table_of(page: AppTest) -> pd.DataFrame:
    """What is side by side, by the labels of its rows."""
    frame: pd.DataFrame = page.table[0].value
    frame.columns = [name.replace("\\", "") for name in frame.columns]
    rows = frame.iloc[:, 0].str.strip("*")
    return frame.iloc[:, 1:].set_axis(rows).map(lambda cell: cell.replace("\\", ""))


def features(page: AppTest, *names: str) -> AppTest:
    return quiet(page.multiselect(key="features").set_value(list(names)).run())


def pressed(page: AppTest, key: str) -> AppTest:
    return quiet(page.button(key=key).click().run())


def test_models_are_kept_compared_renamed_opened_and_removed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept_models, "_REPORT_CELLS", 0)  # every kept model's report is made anew
    page = dropped(opened({}, PATH), FLATS)
    page = quiet(page.selectbox(key="standard_errors").set_value("HC3").run())
    assert not page.table
    page = pressed(page, "keep_model")
    assert not page.table  # one model has nothing beside it
    assert "This one is kept as Model 1." in texts_of(page, "caption")

    page = features(page, "area", "rooms")
    table = table_of(page)
    assert list(table) == ["Model 1", "Now"]
    assert table.loc["Terms"].tolist() == ["area + rooms + city = Bergen", "area + rooms"]
    assert table.loc["Left out since"].tolist() == ["city = Bergen", "–"]
    test = table.loc["F test", "Model 1"]
    assert test.startswith("F(1, 26) = ") and test.endswith(" (HC3)")

    page = quiet(page.text_input(key="kept_model_1_name").set_value("With *city*").run())
    page = pressed(page, "keep_model")
    assert list(table_of(page)) == ["With *city*", "Model 2 (now)"]

    page = quiet(page.multiselect(key="excluded_rows").set_value([3, 4]).run())
    table = table_of(page)
    assert table.loc["Training rows"].tolist() == ["30", "30", "28"]
    assert set(table.loc["F test"]) == {"not nested", "–"}
    assert "leave the same rows out" in texts_of(page, "caption")

    page = pressed(page, "kept_model_1_open")
    assert settings_of(page).features == ("area", "rooms", "city")
    assert settings_of(page).excluded_rows == ()
    assert list(table_of(page)) == ["With *city* (now)", "Model 2"]

    page = pressed(pressed(page, "kept_model_1_remove"), "kept_model_2_remove")
    assert not page.table
    assert page.button(key="keep_model")


def test_models_stand_side_by_side_on_paper() -> None:
    small, large = fits()["hostile"], fits()["clean"]
    change = compare_models(small, large)
    printed = printed_models(
        [
            BesideOthers("=one", ModelFigures.of(small), change),
            BesideOthers("Now", ModelFigures.of(large)),
        ]
    )
    assert printed.head == ("Model", "=one", "Now")
    cells = {row[0]: row[1:] for row in printed.rows}
    assert cells["Training rows"] == (str(small.n_samples), str(large.n_samples))
    assert cells["Added since"] == (", ".join(change.added), NO_VALUE)
    assert set(change.notes) <= set(printed.notes)
    assert all(set(row[1:]) != {NO_VALUE} for row in printed.rows)


def test_a_file_of_models_side_by_side() -> None:
    both = fits()["hostile"], fits()["clean"]
    small, large = both
    models = (
        ("=one", ModelFigures.of(small), compare_models(small, large)),
        ("Now", ModelFigures.of(large), None),
    )
    rows = list(csv.DictReader(io.StringIO(comparison_csv(models).decode("utf-8-sig"))))
    assert [row["model"] for row in rows] == ["'=one", "Now"]
    assert rows[0]["target"].startswith(IMAGE)
    assert float(rows[1]["r_squared"]) == large.r_squared
    assert float(rows[1]["aic_of_target"]) == large.aic
    assert rows[1]["terms"] == "size"
    assert rows[0]["added_since"] == "size"
    assert HOSTILE[0] in rows[0]["left_out_since"]
    assert "different rows" in rows[0]["notes"] and rows[0]["f"] == ""
    assert set(rows[1][name] for name in ("f", "p", "notes", "added_since")) == {""}
    text = comparison_csv(models, CsvDialect(";", ",")).decode("utf-8-sig")
    back = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert back[1]["r_squared"] == str(large.r_squared).replace(".", ",")


@pytest.mark.parametrize("name", ["several", "collinear", "hostile", "exact", "two rows"])
def test_the_table_by_term_of_any_fit(name: str) -> None:
    report = fits()[name]
    lines = term_table(report)
    assert says_more_by_term(report) == (len(lines) > 2)
    assert [line["Term"] for line in lines[-1:]] == ["Residuals"]
    assert not any("nan" in cell for line in lines for cell in line.values())
    said = " ".join(by_term_notes(report))
    assert ("determine it" in said) == (name == "collinear")
    assert FORMULA not in said
