"""The HTML report opened from disk, offline: its pictures are drawn, and nothing else happens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.exports import html_report
from dashboard.exports.html_page import PAPER_WIDTH
from dashboard.live.result import RunResult
from linreg_core import Params, Status, TrainConfig
from tests.browser.conftest import Watch
from tests.browser.test_access import findings
from tests.dashboard.fits import HOSTILE
from tests.dashboard.taken_away import Fitted, awkward

N_PICTURES = 11  # 2 of the fit, 6 diagnostic, 2 partial regressions, the loss
_POINTS = """(place) => [...place.querySelectorAll(".trace.scatter")].map((trace) =>
  trace.querySelectorAll("path.point").length)"""
_OVERLAPS = """(place) => {
  const box = (selector) => place.querySelector(selector)?.getBoundingClientRect();
  const [legend, axes, plot] = [box(".legend"), box(".xtitle"), box(".nsewdrag")];
  return [
    legend && legend.bottom > plot.top + 1 && "legend over the plot",
    axes && axes.bottom > place.getBoundingClientRect().bottom && "title below the picture",
    axes && axes.top < plot.bottom && "title over the plot",
  ].filter(Boolean);
}"""


_WIDEST = """Math.max(...[...document.querySelectorAll("[data-picture] .main-svg")].map(
  (drawn) => drawn.getBoundingClientRect().width))"""


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    return awkward()


@pytest.fixture(scope="module")
def file(fitted: Fitted, tmp_path_factory: pytest.TempPathFactory) -> Path:
    losses = np.array([9.0, 3.0, 1.0])
    result = RunResult(
        Params([1.0], 0.0), Status.FINISHED, 2, 0.1, np.arange(3), losses, losses * 2, "torch"
    )
    name = " ".join(HOSTILE) + ".csv"
    path = tmp_path_factory.mktemp("report") / "report.html"
    page = html_report(fitted.report, fitted.prepared, name, fitted.table, TrainConfig(), result)
    path.write_bytes(page)
    return path


@pytest.fixture(scope="module", params=[1000, 390])
def page(
    browser: Browser, watch: Watch, file: Path, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """The report on a wide and on a narrow screen; tests leave it as it is, but for the pointer."""
    context = browser.new_context(
        viewport={"width": request.param, "height": 800}, offline=True, color_scheme="dark"
    )
    page = context.new_page()
    requests: list[str] = []
    page.on("request", lambda each: requests.append(each.url))
    page.on("dialog", lambda dialog: watch.errors.append(f"dialog: {dialog.message}"))
    page.on("pageerror", lambda error: watch.errors.append(str(error)))
    page.on("console", lambda message: watch.errors.append(message.text))
    page.goto(file.as_uri())
    expect(page.locator("[data-picture] .nsewdrag")).to_have_count(N_PICTURES)
    yield page
    assert requests == [file.as_uri()]
    context.close()


def test_the_report_opens_from_disk(page: Page, fitted: Fitted) -> None:
    report = fitted.report
    places = page.locator("[data-picture]")
    assert places.count() == N_PICTURES
    residuals = places.nth(2).evaluate(_POINTS)
    assert residuals[0] == report.n_samples
    assert sum(places.nth(0).evaluate(_POINTS)) == report.n_samples + report.problem.n_test
    for i in range(places.count()):
        assert places.nth(i).evaluate(_OVERLAPS) == [], i
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
    assert page.evaluate("document.querySelectorAll('main img, main script').length") == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_axe_finds_nothing_serious_in_the_report(page: Page) -> None:
    page.get_by_text("Table", exact=True).first.click()
    expect(page.get_by_role("table").filter(has_text="training rows").first).to_be_visible()
    assert not findings(page)


def test_a_point_tells_its_row(page: Page, fitted: Fitted) -> None:
    place = page.locator("[data-picture='2']")
    place.scroll_into_view_if_needed()
    point = place.locator("path.point").nth(4)
    box = point.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    hover = place.locator(".hoverlayer .hovertext").first
    hover.wait_for()
    position = int(fitted.report.problem.train_rows[4])
    assert f"Row {fitted.row_name(position)}" in (hover.text_content() or "")


def test_the_report_on_paper(page: Page) -> None:
    """Its pictures fit the page, nothing of the screen is left, and the text is text."""
    data = page.pdf(format="A4")
    assert data.startswith(b"%PDF") and b"/ToUnicode" in data
    assert 3 < len(re.findall(rb"/Type\s*/Page\b", data)) < 20
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(_WIDEST) <= PAPER_WIDTH
    assert page.get_by_role("button", name="Print or save as PDF").is_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
