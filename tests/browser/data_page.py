"""A visitor at the page for own data: brings a file, answers, looks into tabs, takes files away."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, expect

from tests.browser.live import ROOT, SCRIPT_HAS_ENDED, Live

UPLOAD = "[class*=st-key-upload_] input[type=file]"
SECOND_FILE = "[class*=st-key-second_file_] input[type=file]"
DIAGNOSTICS = (
    "residuals_against_fitted",
    "normal_qq",
    "scale_location",
    "leverage",
    "residual_histogram",
)
_PICTURES = ".in-view, [class*=st-key-report_]"
_MINUS = "\u2212"
_POINT = ".cartesianlayer .trace :is(path.point, .point path)"
_MOST_POINTS = """(picture) => Math.max(
  ...[...picture.querySelectorAll(".cartesianlayer .trace")].map(
  (trace) => trace.querySelectorAll("path.point, .point path").length))"""
_COMPARED = """() => {
  const grid = document.querySelector("[data-testid=stDataFrame] canvas [role=grid]");
  return grid !== null && !grid.textContent.includes("\u2026");
}"""
_FARTHEST = """(name) => {
  const div = document.querySelector(`.st-key-report_${name} .js-plotly-plot`);
  const { xaxis, yaxis } = div._fullLayout;
  const { x, y, customdata } = div._fullData.find((trace) => trace.customdata);
  const most = [...y.keys()].sort((i, j) => Math.abs(y[j]) - Math.abs(y[i]))[0];
  const { left, top } = div.getBoundingClientRect();
  const place = [xaxis.d2p(x[most]) + xaxis._offset, yaxis.d2p(y[most]) + yaxis._offset];
  return [left + place[0], top + place[1], customdata[most]];
}"""
_HAS_MARKS = """([name, rows]) => {
  const div = document.querySelector(`.st-key-report_${name} .js-plotly-plot`);
  const rings = (div?._fullData ?? []).filter((trace) => trace.name === "marked rows");
  return JSON.stringify(rings.flatMap((trace) => [...trace.customdata])) === JSON.stringify(rows);
}"""
_GRID = """(grid) => [...grid.querySelectorAll("[role=row]")].map((row) =>
  [...row.children].map((cell) => cell.textContent))"""
_WITHOUT_MENUS = """(line) => {
  const copy = line.cloneNode(true);
  copy.querySelectorAll("select").forEach((menu) => menu.remove());
  return copy.textContent;
}"""


def number(text: str) -> float:
    """A number as the report writes it."""
    return float(text.replace(_MINUS, "-").replace(",", ""))


class DataPage(Live):
    """One page of one visitor."""

    def start(self, link: str = "") -> DataPage:
        """Goes there and waits until it asks for a file or shows a run."""
        self.page.goto(f"{self.address}/data{link}")
        self.page.wait_for_selector(f"{UPLOAD}, {ROOT}[data-runs]", state="attached")
        return self

    @property
    def n_runs(self) -> int:
        return int(self.page.evaluate(f"document.querySelector('{ROOT}')?.dataset.runs ?? 0"))

    def drop(self, name: str, data: bytes) -> DataPage:
        """Brings a file of these bytes; what comes of it is for the test to wait for."""
        return self._drop({"name": name, "mimeType": "text/csv", "buffer": data})

    def learn_large(self, file: Path) -> DataPage:
        """Brings a file from the disk, where bytes would take long, and waits as `learn` does."""
        former = self.n_runs
        self._drop(file).wait_for_run(former)
        return self

    def _drop(self, file: Any) -> DataPage:
        """Puts a file on the page's field.

        Until the script has ended, the field of the file before may still be on the page: what is
        dropped there is lost.
        """
        other = self.page.get_by_role("button", name="Other data")
        self.page.locator(UPLOAD).or_(other).first.wait_for(state="attached")
        self.page.wait_for_selector(SCRIPT_HAS_ENDED)
        if not self.page.locator(UPLOAD).count():
            other.click()
        self.page.locator(UPLOAD).set_input_files(file)
        return self

    def learn(self, name: str, data: bytes) -> DataPage:
        """Brings a file and waits until its run is over."""
        former = self.n_runs
        self.drop(name, data).wait_for_run(former)
        return self

    def drop_second(self, name: str, data: bytes) -> DataPage:
        """Brings a file to be predicted."""
        file: Any = {"name": name, "mimeType": "text/csv", "buffer": data}
        self.page.locator(SECOND_FILE).set_input_files(file)
        return self

    @property
    def file_line(self) -> Locator:
        return self.page.locator(".st-key-file_line p").first

    @property
    def line_text(self) -> str:
        """The line on how the file was read, without what its words could be instead."""
        return str(self.file_line.evaluate(_WITHOUT_MENUS))

    def choose(self, label: str, option: str) -> DataPage:
        """Clicks a word of how the file was read, by what it says to those who can't see it."""
        self.page.get_by_label(label, exact=True).select_option(option)
        return self

    def paste(self, text: str) -> DataPage:
        """Pastes cells where the focus is, as from another program's clipboard."""
        self.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
        self.page.keyboard.press("Control+V")
        return self

    @property
    def alerts(self) -> Locator:
        return self.page.locator("[data-testid=stAlert]")

    @property
    def terms(self) -> dict[str, float]:
        """The equation's coefficients by their columns' names."""
        right = self.whole_equation.replace(_MINUS, "-").split(" = ", 1)[1]
        found = {}
        for part in re.split(r" (?=[+-] \d)", right):
            value, _, name = part.partition(" · ")
            value = value.replace(" ", "").replace(",", "")
            found[re.sub(r"^\((.*)\)$", r"\1", name) or "intercept"] = float(value)
        return found

    @property
    def distance(self) -> float:
        """From the reference, whatever its unit."""
        shown = self.metric("Distance to reference").split()[0]
        return float(shown.replace(_MINUS, "-").replace(",", ""))

    def tab(self, name: str) -> Locator:
        """Opens a tab and returns what is in it."""
        self.page.get_by_role("tab", name=name, exact=True).click()
        panel = self.page.get_by_role("tabpanel", name=name, exact=True)
        expect(panel).to_be_visible()
        return panel

    def open_row_controls(self) -> Locator:
        """Opens the sidebar's part on rows and returns the list of those left out."""
        self.page.locator("summary", has_text="Rows, gaps and seed").click()
        return self.page.locator(".st-key-excluded_rows")

    def wait_for_comparison(self) -> DataPage:
        """Waits until the report has gradient descent's answer too."""
        expect(
            self.page.get_by_text(
                re.compile("^(The learned coefficients agree|Some learned coefficients)")
            )
        ).to_be_visible()
        self.page.wait_for_function(_COMPARED)
        return self

    @property
    def grid(self) -> list[list[str]]:
        """The rows of the table in the open tab, its head first."""
        grid = self.page.locator("[data-testid=stDataFrame] canvas [role=grid]")
        grid.wait_for(state="attached")
        rows: list[list[str]] = grid.evaluate(_GRID)
        return rows

    def n_points(self, name: str) -> int:
        """Points, or bars, that one trace of a picture of the report has: the most of any."""
        self.page.locator(_PICTURES).first.scroll_into_view_if_needed()
        picture = self.page.locator(f".st-key-report_{name}")
        picture.locator(_POINT).first.wait_for(state="attached")
        return int(picture.evaluate(_MOST_POINTS))

    def click_farthest(self, name: str) -> int:
        """Clicks the point of a report's picture that is furthest up or down; tells its row."""
        self.page.locator(f".st-key-report_{name}").scroll_into_view_if_needed()
        left, top, row = self.page.evaluate(_FARTHEST, name)
        self.page.mouse.click(left, top)
        return int(row)

    def wait_for_marks(self, name: str, rows: list[int]) -> None:
        """Waits until just these rows are ringed in a picture of the report."""
        self.page.wait_for_function(_HAS_MARKS, arg=[name, rows])

    def click_point(self, picture: int, x: float, y: float) -> DataPage:
        """Clicks a data point and waits for the run that follows."""
        former = self.n_runs
        self.click_place(picture, x, y)
        self.wait_for_run(former)
        return self

    def download(self, button: str) -> Path:
        """Presses a button that gives a file; its name is the one that is suggested."""
        with self.page.expect_download() as found:
            self.page.get_by_role("button", name=button, exact=True).click()
        folder = Path(found.value.path()).parent
        path = folder / found.value.suggested_filename
        found.value.save_as(path)
        return path
