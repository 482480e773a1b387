"""A file of one's own: read, learned, reported; rows left out and taken back."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import expect

from tests.browser.data_page import DIAGNOSTICS, DataPage, number
from tests.browser.live import FIT
from tests.browser.tables import PRICE, csv, flats, least_squares, line


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
    check_marks(data, table.used)


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


def check_marks(data: DataPage, used: NDArray[np.int64]) -> None:
    """A click on a point of the report marks its row in every picture, the live one too."""
    former = data.n_pixels(FIT)
    row = data.click_farthest("residuals_against_fitted")
    marked = data.page.locator(".st-key-marked_rows")
    expect(marked).to_contain_text(f"Marked: row {used[row] + 2}")  # the head is row 1
    for name in ("residuals_against_fitted", "normal_qq", "leverage"):
        data.wait_for_marks(name, [row])
    data.wait_for_more_pixels(FIT, former)
    marked.get_by_role("button", name="Unmark").click()
    expect(marked).to_have_count(0)
    data.wait_for_marks("leverage", [])


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
