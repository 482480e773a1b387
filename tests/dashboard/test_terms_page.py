"""The formula and its chips on the data page: typed, clicked, linked, undone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.own_data.settings import TABLE_DEFAULTS, read_table_query
from dashboard.own_data.term_edits import (
    compared_with,
    fitted_to,
    multiplied,
    parsed_terms,
    partners_of,
    right_side,
    with_factor,
)
from dashboard.own_data.terms_view import BOX
from linreg_core.tables.terms import Factor, Term
from tests.dashboard.pages import opened, query_of, quiet, run_of

COLUMNS = ("area", "rooms", "city", "price (€)")
ROWS = 40
_RNG = np.random.default_rng(5)
FLATS = pd.DataFrame(
    {
        "area": _RNG.uniform(30, 150, ROWS).round(1),
        "rooms": 1 + np.arange(ROWS) % 5,
        "city": np.array(["Oslo", "Bergen", "Oslo"])[np.arange(ROWS) % 3],
        "price": np.exp(_RNG.normal(5, 0.3, ROWS)).round(2),
    }
)


def terms(text: str) -> tuple[Term, ...]:
    return parsed_terms(text, COLUMNS)


# --- What can be done to terms -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "features", "fitted"),
    [
        ("", ("rooms", "area"), ""),
        ("log(area) + rooms", ("area",), "log(area)"),
        ("log(area) + rooms", ("area", "rooms", "city"), "log(area) + rooms + city"),
        ("area + rooms + area:rooms", ("area", "city"), ""),
        ("log(area):rooms", ("rooms",), ""),
    ],
)
def test_a_formula_follows_columns_that_come_and_go(
    formula: str, features: tuple[str, ...], fitted: str
) -> None:
    kept = fitted_to(terms(formula) if formula else (), features)
    assert right_side(kept, features) == fitted


def test_a_factor_is_taken_otherwise_in_every_term_of_it() -> None:
    log = with_factor(terms("area + rooms + area:rooms"), Factor("area"), Factor("area", "log"))
    assert log == terms("log(area) + rooms + log(area):rooms")
    assert with_factor(terms("area + log(area)"), Factor("area"), Factor("area", "log")) == terms(
        "log(area)"
    )


def test_an_interaction_takes_columns_as_they_are_taken() -> None:
    found = multiplied(terms("area + log(rooms)"), Factor("area"), "rooms")
    assert found == terms("area + log(rooms) + area:log(rooms)")
    assert multiplied(terms("area"), Factor("area"), "city") == terms("area + city + area:city")
    assert partners_of(found, Factor("area")) >= {"rooms"}
    assert "city" not in partners_of(found, Factor("area"))


def test_a_baseline_is_one_of_values_or_the_most_frequent() -> None:
    oslo = compared_with(Factor("city"), "Oslo", is_text=True)
    assert oslo.label == 'C(city, base="Oslo")'
    assert compared_with(oslo, None, is_text=True) == Factor("city")
    assert compared_with(Factor("rooms", "category", "2"), None, is_text=False).label == "C(rooms)"


# --- Links ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "formula",
    ["", "log(area) + rooms", "area * rooms", 'C(city, base="Oslo") + `price (€)`'],
)
def test_a_link_reads_back_as_it_was_written(formula: str) -> None:
    features = COLUMNS[:2] if not formula else tuple(dict.fromkeys(terms_columns(formula)))
    settings = replace(
        TABLE_DEFAULTS, target="y", features=features, formula=formula, target_transform="log"
    )
    assert read_table_query(settings.query()) == (settings, [])


def terms_columns(formula: str) -> list[str]:
    return [column for term in terms(formula) for column in term.columns]


@pytest.mark.parametrize("formula", ["lag(area)", "area +", "nope", "__import__('os')", "(" * 999])
def test_a_formula_of_no_use_in_a_link_is_told(formula: str) -> None:
    query = {"v": "1", "features": "area", "formula": formula}
    settings, (notice,) = read_table_query(query)
    assert settings.formula == "" and "left out" in notice


# --- The page ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page() -> AppTest:
    """The data page with the flats on it; tests leave it as it was."""
    page = opened(None, "pages/data.py")
    (field,) = (each for each in page.get("file_uploader") if each.key.startswith("upload_"))
    data = FLATS.to_csv(index=False).encode()
    page = quiet(field.set_value(("flats.csv", data, "text/csv")).run())
    assert "formula_line" not in {field.key for field in page.text_input}  # until asked for
    page.session_state[BOX] = True
    return quiet(page.run())


def line_of(page: AppTest) -> str:
    return str(page.text_input(key="formula_line").value)


def closed(page: AppTest) -> AppTest:
    page.session_state[BOX] = False
    return quiet(page.run())


def typed(page: AppTest, text: str) -> AppTest:
    page.session_state[BOX] = True  # which a browser tells with whatever is done
    return quiet(page.text_input(key="formula_line").set_value(text).run())


def undone(page: AppTest) -> AppTest:
    page.session_state[BOX] = True
    return quiet(page.button(key="undo").click().run())


def test_the_formula_says_what_is_learned_and_can_be_typed(page: AppTest) -> None:
    assert line_of(page) == "price ~ area + rooms + city"
    before = run_of(page)
    typed(page, "log(price) ~ log(area)*rooms - 1")
    query = query_of(page)
    assert query["features"] == "area,rooms" and query["fit_intercept"] == "false"
    assert query["formula"] == "log(area) * rooms"
    assert query["target_transform"] == "log" and run_of(page) != before
    assert page.multiselect(key="features").value == ["area", "rooms"]
    told = [each.value.replace("\\", "") for each in closed(page).sidebar.caption]
    assert "log(price) ~ log(area) * rooms - 1" in told
    undone(page)
    assert line_of(page) == "price ~ area + rooms + city" and run_of(page) == before


def test_plain_features_keep_the_order_in_which_they_were_chosen(page: AppTest) -> None:
    page.session_state[BOX] = True
    quiet(page.multiselect(key="features").set_value(["rooms", "area"]).run())
    assert line_of(page) == "price ~ rooms + area" and query_of(page)["formula"] == ""
    undone(page)


def test_a_mistake_is_marked_and_changes_nothing(page: AppTest) -> None:
    before, address = run_of(page), query_of(page)
    for text, bad, said in (
        ("price ~ lag(area)", "lag", "sqrt"),
        ("price ~ size", "size", "area"),
        ("city ~ area", "city", "target"),
        ("price ~ area +", "‸", ""),
    ):
        typed(page, text)
        (error,) = page.sidebar.error
        assert f":yellow-background[**{bad}" in error.value and said in error.value, error.value
        assert line_of(page) == text
        assert run_of(page) == before and query_of(page) == address
    typed(page, "price ~ area + rooms + city")
    assert not page.sidebar.error
    typed(page, "price ~ lag(area)")
    typed(page, "")  # nothing: what it was
    assert not page.sidebar.error and line_of(page) == "price ~ area + rooms + city"
