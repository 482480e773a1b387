"""A file of one's own: read, learned, reported; rows left out; links and the way to other pages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import expect

from dashboard.own_data.settings import TABLE_DEFAULTS, read_table_query
from tests.browser.data_page import DIAGNOSTICS, DataPage, number
from tests.browser.live import FIT
from tests.browser.tables import AREA, PRICE, csv, flats, least_squares, line

NORRIS = replace(TABLE_DEFAULTS, table="norris", target="y", features=("x",), n_epochs=300)


def test_a_dropped_file_is_learned_and_reported(data: DataPage) -> None:
    table = flats()
    expected = table.coefficients()
    data.start().learn("flats.csv", table.csv())
    assert data.line_text == (
        "flats.csv · 60 rows, 6 columns · semicolons, decimal comma, Windows-1252, "
        "day first in dates"
    )
    assert data.equation.startswith(f"{PRICE} = ")
    assert data.terms == pytest.approx(expected, rel=1e-3)
    assert data.distance < 1e-6 * np.ptp(table.price)
    assert data.n_pixels(FIT) > 100
    check_report(data, len(table.used), expected)


def check_report(data: DataPage, n_rows: int, expected: dict[str, float]) -> None:
    """Coefficients of least squares and of gradient descent, and pictures with all their points."""
    data.wait_for_comparison()
    head, *rows = data.grid
    estimates, learned = (head.index(name) for name in ("Least squares", "Learned"))
    shown = {row[0]: number(row[estimates]) for row in rows}
    assert shown == pytest.approx(expected, rel=1e-5)
    assert {row[0]: number(row[learned]) for row in rows} == pytest.approx(expected, rel=1e-4)
    expect(data.page.get_by_text(f"{n_rows} training rows, {n_rows - 5} degrees")).to_be_visible()
    n_points = [data.n_points(name) for name in DIAGNOSTICS]
    assert n_points[:-1] == [n_rows] * 4 and n_points[-1] > 3


def test_a_clicked_point_is_left_out_and_comes_back(data: DataPage) -> None:
    x, y = line()
    data.start().learn("line.csv", csv(hours=x, output=y))
    whole, fewer = data.equation, np.delete(np.arange(30), 12)
    assert data.line[::-1] == pytest.approx(least_squares(x[:, None], y), rel=1e-3)
    data.click_point(FIT, x[12], y[12])
    expected = least_squares(x[fewer, None], y[fewer])
    assert data.line[::-1] == pytest.approx(expected, rel=1e-3)
    assert data.equation != whole
    expect(data.legend(FIT, "left out")).to_be_visible()
    left_out = data.open_row_controls()
    expect(left_out.get_by_text("row 14", exact=True)).to_be_visible()  # the head is row 1
    assert data.query["excluded_rows"] == "12"
    data.click_point(FIT, x[12], y[12])  # the cross
    assert data.equation == whole
    expect(data.legend(FIT, "left out")).to_have_count(0)
    check_keyboard(data, whole)


def check_keyboard(data: DataPage, whole: str) -> None:
    """A row's number and Enter leave out that row alone; Backspace takes it back."""
    field = data.page.locator(".st-key-excluded_rows input")
    for keys, rows in (("row 5,Enter", "3"), ("Backspace", "")):
        former = data.n_runs
        field.focus()
        for key in keys.split(","):
            (data.page.keyboard.type if " " in key else data.page.keyboard.press)(key)
        data.wait_for_query("excluded_rows", rows)
        data.wait_for_run(former)
        assert (data.equation == whole) is (rows == "")


def test_a_link_to_a_table_of_ours_opens_the_same_run(data: DataPage) -> None:
    data.start(NORRIS.link()).to_end()
    equation = data.equation
    assert data.line == pytest.approx((1.00212, -0.262323), rel=1e-4)  # certified by NIST
    data.move("Test split", "ArrowRight")
    other = DataPage(data.page.context.new_page(), data.address)
    other.start(data.page.url.removeprefix(f"{data.address}/data")).to_end()
    assert other.equation == data.equation != equation
    assert other.query == data.query


def test_a_link_to_a_file_of_ones_own_asks_for_it(data: DataPage) -> None:
    table = flats()
    wanted = replace(
        TABLE_DEFAULTS, target=PRICE, features=("rooms", AREA), n_epochs=500, loss="mse"
    )
    data.start(wanted.link())
    expect(data.alerts).to_contain_text(
        f"Drop it again; the address has kept its columns and settings, to predict {PRICE}."
    )
    data.learn("flats.csv", table.csv())
    rows = np.setdiff1d(np.arange(len(table.price)), (4, 11))  # no city is wanted here
    rooms_first = table.X[rows][:, [1, 0]]
    names = ("intercept", "rooms", AREA)
    expected = dict(zip(names, least_squares(rooms_first, table.price[rows]), strict=True))
    assert data.terms == pytest.approx(expected, rel=1e-3)
    assert read_table_query(data.query)[0] == wanted


def test_after_a_reload_the_file_is_asked_for_again_and_all_is_as_before(data: DataPage) -> None:
    x, y = line()
    data.start().learn("line.csv", csv(hours=x, output=y, other=y % 3)).move("Epochs")
    data.wait_for_comparison()  # from then on the equation stays
    query, equation = data.query, data.equation
    data.page.reload()
    expect(data.alerts).to_contain_text("reloading a page lets go of its file. Drop it again")
    assert data.query == query
    data.learn("line.csv", csv(hours=x, output=y, other=y % 3)).wait_for_comparison()
    assert (data.query, data.equation) == (query, equation)


def test_each_page_keeps_its_own_settings(data: DataPage) -> None:
    x, y = line()
    data.start().learn("line.csv", csv(hours=x, output=y)).move("Epochs")
    shown, query = data.equation, data.query
    data.turn_to("Play").wait_for_query("dataset", "line")
    data.to_end().move("Noise", "ArrowRight")
    noise = data.query["noise"]
    for name, parameter, value in (
        ("Your data", "target", "output"),
        ("Play", "noise", noise),
        ("Your data", "n_epochs", query["n_epochs"]),
    ):
        data.turn_to(name).wait_for_query(parameter, value)
        data.to_end()
    data.page.wait_for_selector(".st-key-file_line")
    assert data.query == query and data.query["n_epochs"] != str(TABLE_DEFAULTS.n_epochs)
    assert data.equation == shown
