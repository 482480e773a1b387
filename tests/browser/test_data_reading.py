"""Getting data in, in as few clicks as it takes, and saying how they are to be read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import numpy as np
import pytest
from playwright.sync_api import Locator, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.data_page import DataPage
from tests.browser.live import SCRIPT_HAS_ENDED, Live
from tests.browser.tables import csv, least_squares, line
from tests.browser.test_access import findings
from tests.table_reader.books import book, hide

COUNT = """window.clicks = 0;
addEventListener("click", ({ isTrusted }) => { window.clicks += Number(isTrusted); }, true);"""
PHONE = {"width": 390, "height": 844}
X, Y = line()
MOST_PASTES, PASTE_MS = 5, 6_000
STILL_MS, MOST_LOOKS = 400, 50  # a grid that stands still for so long has its size
CELLS = "hours\toutput\n" + "\n".join(
    f"{x}\t{y}".replace(".", ",") for x, y in zip(X, Y, strict=True)
)
SLOPE = least_squares(X[:, None], Y)[::-1]


@pytest.fixture
def clipboard(guest: Callable[..., Live]) -> DataPage:
    """A guest who has cells in the clipboard, as another program leaves them."""
    live = guest(permissions=["clipboard-read", "clipboard-write"])
    return DataPage(live.page, live.address)


def counted(data: DataPage) -> DataPage:
    data.page.add_init_script(COUNT)
    return data.start()


def n_clicks(data: DataPage) -> int:
    return int(data.page.evaluate("window.clicks"))


def check_fit(data: DataPage, former: int) -> None:
    data.wait_for_run(former)
    assert data.line == pytest.approx(SLOPE, rel=1e-3)


def test_a_file_is_fitted_in_three_clicks(data: DataPage) -> None:
    """One is ours; whoever does not drop a file has two in their system's own dialog."""
    counted(data)
    with data.page.expect_file_chooser() as chooser:
        data.page.get_by_role("button", name="Upload", exact=True).last.click()
    file = {"name": "line.csv", "mimeType": "text/csv", "buffer": csv(hours=X, output=Y)}
    chooser.value.set_files([file])  # type: ignore[list-item]
    check_fit(data, 0)
    assert n_clicks(data) == 1


def test_pasted_cells_are_fitted_in_two_clicks(clipboard: DataPage) -> None:
    data = counted(clipboard)
    data.page.get_by_label("Or paste cells from a spreadsheet or a web page").click()
    data.paste(CELLS)
    data.page.get_by_role("button", name="Fit", exact=True).click()
    check_fit(data, 0)
    assert n_clicks(data) == 2
    assert data.line_text.startswith("pasted cells · 30 rows, 2 columns · tabs, decimal comma")


def test_cells_pasted_anywhere_on_the_empty_page_need_no_click(clipboard: DataPage) -> None:
    data = counted(clipboard).paste(CELLS)
    check_fit(data, 0)
    assert n_clicks(data) == 0
    data.paste("a\tb\n1\t2\n2\t3\n3\t5\n").page.wait_for_timeout(500)
    expect(data.file_line).to_contain_text("30 rows")  # a table is there: nothing takes its place


def resting_box(grid: Locator) -> dict[str, float]:
    """Return where the grid is, once it no longer moves or grows."""
    box = None
    for _ in range(MOST_LOOKS):
        former, box = box, grid.bounding_box()
        if box and box == former:
            return dict(box)
        grid.page.wait_for_timeout(STILL_MS)
    raise AssertionError("The grid does not come to rest.")


def test_a_grid_is_filled_and_fitted(clipboard: DataPage) -> None:
    """Several rows at once and one cell by hand, right before the button."""
    data = clipboard.start()
    data.page.get_by_text("Or type them into a grid").click()
    grid = data.page.locator("[data-testid=stDataFrame] canvas").first
    grid.wait_for()
    data.page.wait_for_selector(SCRIPT_HAS_ENDED)
    box = resting_box(grid)
    pasted = grid.locator("[role=gridcell]", has_text="4,5")
    for _ in range(MOST_PASTES):  # a busy grid may miss a click, and the cells with it
        data.page.mouse.click(box["x"] + 80, box["y"] + 52)
        data.paste("x\ty\n1\t2,5\n2\t4,5\n3\t")
        with suppress(PlaywrightTimeout):
            pasted.wait_for(state="attached", timeout=PASTE_MS)
            break
    expect(pasted).to_be_attached()
    data.page.mouse.click(box["x"] + 280, box["y"] + 52 + 3 * 35)
    data.page.keyboard.press("Enter")
    data.page.locator("#portal textarea").fill("6,75")
    data.page.get_by_role("button", name="Fit", exact=True).last.click()
    data.wait_for_run(0)
    expected = least_squares(np.array([[1.0], [2.0], [3.0]]), np.array([2.5, 4.5, 6.75]))
    assert data.line == pytest.approx(expected[::-1], rel=1e-3)


def test_a_refused_workbook_is_read_by_choosing_its_sheet(data: DataPage) -> None:
    about = [("About these data",), ("Depth in metres",), ("Salt in PSU",)]
    rows = [("hours", "output"), *zip(X.tolist(), Y.tolist(), strict=True)]
    content = book({"Read me": about, "Old": about, "Measurements": rows}, hide("Measurements"))
    data.start().drop("harbour.xlsx", content)
    expect(data.alerts).to_contain_text("must have at least 1 column of numbers")
    form = data.page.locator(".st-key-refused")
    expect(form).to_contain_text("Depth in metres")
    data.page.wait_for_selector(SCRIPT_HAS_ENDED)
    assert not findings(data.page)
    field = form.locator("[data-testid=stSelectbox]", has_text="Sheet")
    data.pick(field.get_by_role("combobox"), "Measurements, 31 rows x 2 columns (hidden)")
    form.get_by_role("button", name="Read again").click()
    check_fit(data, 0)
    expect(data.alerts).to_have_count(0)


def test_a_word_of_the_line_is_changed_where_it_stands_and_taken_back(data: DataPage) -> None:
    rows = "".join(f'"{i},{i:03}";{i}\n' for i in range(1, 31))
    data.start().drop("doubtful.csv", f"size;price\n{rows}".encode())
    data.page.get_by_role("button", name="is 1.001 (decimal comma)").click()
    data.wait_for_run(0)
    assert "decimal comma" in data.line_text
    for unit, change in ((1e-3, "choose"), (1.0, "undo")):
        former = data.n_runs
        if change == "choose":
            data.choose("Decimal sign", "Point: 3.14")
        else:
            data.page.get_by_role("button", name="Undo").click()
        data.wait_for_run(former)
        assert data.line[0] == pytest.approx(unit / 1.001, rel=1e-3)
    assert "decimal comma" in data.line_text


METHODS = {1: 10.0, 2: 30.0, 3: 12.0}


def test_numbers_can_be_said_to_be_groups_where_they_are_seen(data: DataPage) -> None:
    rows = [(m, METHODS[m] + 0.1 * (i % 4)) for i in range(8) for m in METHODS]
    content = "method,result\n" + "".join(f"{m},{y}\n" for m, y in rows)
    data.start().learn("methods.csv", content.encode())
    assert set(data.terms) == {"intercept", "method"}
    data.tab("Table")
    former = data.n_runs
    data.choose("Read method as", "Categories")
    data.wait_for_run(former)
    assert data.terms["method = 2"] == pytest.approx(20.0, rel=1e-3)
    former = data.n_runs
    data.page.get_by_role("button", name="Undo").click()
    data.wait_for_run(former)
    assert set(data.terms) == {"intercept", "method"}


def test_on_a_phone_the_line_wraps_and_nothing_is_wider_than_the_screen(
    guest: Callable[..., Live],
) -> None:
    live = guest(viewport=PHONE)
    data = DataPage(live.page, live.address).start()
    assert data.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    data.learn("a-long-name-for-a-file.csv", csv(hours=X, output=Y, other=Y % 3))
    data.tab("Table")
    data.page.locator(".rd-preview").wait_for()
    data.page.wait_for_selector(SCRIPT_HAS_ENDED)
    assert not findings(data.page)
    assert data.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    box = data.file_line.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]
    pages = data.page.locator(".st-key-pages")
    data.page.get_by_test_id("stExpandSidebarButton").click()
    expect(pages).to_be_hidden()  # they would lie over the button that closes it again
    data.page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
    expect(pages).to_be_visible()
