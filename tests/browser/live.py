"""A visitor at the page: what a person sees of it, and does with it."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import FloatRect, Locator, Page, TimeoutError, expect

from dashboard.settings import make_settings

# Every picture has something to show of it: a weight and a bias well away from zero.
LINE = make_settings("line", {"intercept": 0.5}, n_epochs=1000, init="randn")
FIT, LOSS, WEIGHTS, BIAS = range(4)
PICTURES = {"fit": FIT, "loss": LOSS, "weights": WEIGHTS, "bias": BIAS}
LIGHT = {"learned": (217, 118, 0), "mark": (176, 58, 0)}
DARK = {"learned": (245, 147, 34)}
ROOT = ".linreg-live"
TRAINED = f"{ROOT}[data-status]:not([data-status=running])"
PLAYED = f"{TRAINED}[data-state=paused]"
SETTLED = f"{ROOT}[data-settled=true]"
LEFT = f"{ROOT}[data-left]"
SCRIPT_HAS_ENDED = "[data-testid=stApp][data-test-script-state=notRunning]"

MOST_TRIES, TRY_MS = 12, 5_000
_FOLDER = Path(__file__).parent
_PIXELS = (_FOLDER / "pixels.js").read_text()
WATCH = _FOLDER / "watch.js"
_MARK = """() => {
  window.marker = "first load";
  for (const div of document.querySelectorAll(".ll-plotly")) div.marker = "first mount";
}"""
_MARKS = "[window.marker, ...[...document.querySelectorAll('.ll-plotly')].map((div) => div.marker)]"
_FOLLOW = """(link) => {
  history.pushState({}, "", link);
  dispatchEvent(new PopStateEvent("popstate", { state: {} }));
}"""
_LABEL = ".hoverlayer :is(.hovertext, .legend)"
_TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
_OTHER_RANGES = """([picture, former]) => {
  const { xaxis, yaxis } = document.querySelectorAll(".ll-plotly")[picture]._fullLayout;
  return JSON.stringify([xaxis.range, yaxis.range]) !== JSON.stringify(former);
}"""
_HANDED_OVER = """(div) => {
  div.handedOver = new Promise((done) => div.once("plotly_restyle", done));
}"""
_SEEK = """(row) => {
  const scrubber = document.querySelector(".ll-scrubber");
  scrubber.value = row;
  scrubber.dispatchEvent(new Event("input"));
}"""
_AT_END = "(({ value, max }) => value === max)(document.querySelector('.ll-scrubber'))"
_BOX = "(element) => (({ x, y, width, height }) => ({ x, y, width, height }))" + (
    "(element.getBoundingClientRect())"
)


@dataclass
class Live:
    """One page of one visitor. Every wait has the context's time limit.

    Where it `is_new`, whatever is in the page is somebody else's.
    """

    page: Page
    address: str
    is_new: bool = False

    def open(self, link: str = "") -> Live:
        """Goes to a link of ours and waits until it shows a run, and the page around it.

        Where the app is loaded, it is followed there by way of the lightest other page: what this
        one shows, zoomed, hidden and all, is gone then and made anew.
        """
        if link and not self.is_new and self.page.locator("[data-testid=stApp]").count():
            self._follow("/saved")
            self.page.wait_for_selector(ROOT, state="detached")
            # Its script has run, and again once the browser has told whose runs are wanted.
            told = self.page.get_by_text("Saved for this browser")
            told.or_(self.page.get_by_test_id("stAlert")).first.wait_for()
            self.page.wait_for_selector(SCRIPT_HAS_ENDED)
            self.page.evaluate("window.seen.length = 0")
            self._follow(f"/{link}")
        else:
            self.page.goto(f"{self.address}/{link}")
            self.is_new = False
        self.page.wait_for_selector(f"{ROOT}[data-runs]")
        self.page.wait_for_selector(SCRIPT_HAS_ENDED)
        return self

    def _follow(self, link: str) -> None:
        """As the browser's own buttons do."""
        self.page.evaluate(_FOLLOW, link)

    def turn_to(self, page: str) -> Live:
        """Goes to another page by the links on top; what this one shows is gone then."""
        self.page.evaluate(f"document.querySelector('{ROOT}')?.setAttribute('data-left', '')")
        self.page.get_by_test_id("stTopNavLink").filter(has_text=page).click()
        is_there = "**/data*" if page == "Your data" else lambda url: "/data" not in url
        self.page.wait_for_url(is_there)
        self.page.wait_for_selector(LEFT, state="detached")
        return self

    def to_end(self) -> Live:
        """Waits for the end of training and shows it."""
        self.page.wait_for_selector(TRAINED)
        self.page.evaluate("document.activeElement?.blur()")
        self.page.keyboard.press("End")
        self.wait_for(f"live.state === 'paused' && {_AT_END}")
        return self

    def wait_until_settled(self) -> Live:
        """Waits until a picture at rest has its final axes, and plotly has no more to do."""
        self.page.wait_for_selector(SETTLED)
        return self

    def wait_for(self, condition: str, arg: Any = None) -> None:
        """Waits until a JavaScript condition holds; `live` is the root's data there."""
        data = f"const live = document.querySelector('{ROOT}')?.dataset ?? {{}}"
        self.page.wait_for_function(f"(arg) => {{ {data}; return {condition}; }}", arg=arg)

    def seek(self, row: int) -> Live:
        """Puts the scrubber on a row of a run that shows every epoch."""
        self.page.evaluate(_SEEK, row)
        self.wait_for("live.state === 'paused' && live.epoch === String(arg)", row)
        return self

    def wait_for_run(self, former: int) -> Live:
        """Waits for a run after the `former`, to which the page is set, and for its end."""
        self.wait_for("Number(live.runs) > arg && live.page === 'set'", former)
        return self.to_end()

    @property
    def data(self) -> dict[str, str]:
        """The root's attributes: state, epoch, status, runs."""
        data: dict[str, str] = self.page.eval_on_selector(ROOT, "(root) => ({ ...root.dataset })")
        return data

    @property
    def epoch(self) -> int:
        return int(self.data["epoch"])

    @property
    def n_runs(self) -> int:
        return int(self.data["runs"])

    @property
    def equation(self) -> str:
        return self.page.inner_text(".ll-equation")

    @property
    def whole_equation(self) -> str:
        """The equation of a run at rest as it is read aloud: with all terms and whole names."""
        return self.page.text_content(".ll-spoken") or ""

    @property
    def line(self) -> tuple[float, float]:
        """Weight and bias of a one-feature equation."""
        text = self.equation.replace(",", "").replace("\u2212", "-")
        found = re.fullmatch(r".+ = (\S+) · .+ ([+-]) (\S+)", text)
        assert found, f"Not a line's equation: {text}"
        return float(found[1]), float(found[2] + found[3])

    def wait_for_other_equation(self, former: str) -> None:
        """Waits until the equation differs: a run that has come is drawn at the next frame."""
        equation = self.page.locator(".ll-equation")
        expect(equation).not_to_have_text(former, use_inner_text=True)

    @property
    def note(self) -> Locator:
        return self.page.locator(".ll-note")

    @property
    def engine(self) -> Locator:
        return self.page.locator(".ll-engine")

    def metric(self, name: str) -> str:
        """A headline number."""
        return self.page.inner_text(f".ll-metric:has(dt:text-is('{name}')) .ll-value")

    @property
    def query(self) -> dict[str, str]:
        """The parameters in the address bar, once the page's script has told them."""
        self.page.wait_for_selector(SCRIPT_HAS_ENDED)
        query: dict[str, str] = self.page.evaluate(
            "Object.fromEntries(new URLSearchParams(location.search))"
        )
        return query

    def wait_for_query(self, name: str, value: str) -> None:
        self.page.wait_for_function(
            "([name, value]) => new URLSearchParams(location.search).get(name) === value",
            arg=[name, value],
        )

    def plot(self, picture: int) -> Locator:
        return self.page.locator(".ll-plotly").nth(picture)

    def legend(self, picture: int, name: str) -> Locator:
        """An entry of a picture's legend."""
        figure = self.page.locator(".ll-plot", has=self.page.locator(".ll-plotly")).nth(picture)
        return figure.get_by_role("button", name=name, exact=True)

    def pixels(self, picture: int, color: tuple[int, int, int]) -> dict[str, int]:
        """How many pixels of a picture at rest have a colour on the canvas, and where they are."""
        self.wait_until_settled()
        canvas = self.page.locator("canvas.ll-canvas").nth(picture)
        found: dict[str, int] = canvas.evaluate(_PIXELS, color)
        return found

    def n_pixels(self, picture: int, color: tuple[int, int, int] = LIGHT["learned"]) -> int:
        return self.pixels(picture, color)["count"]

    def wait_for_more_pixels(self, picture: int, former: int) -> None:
        """Waits until more than these of a picture's pixels have the colour of what is learned."""
        canvas = f"document.querySelectorAll('canvas.ll-canvas')[{picture}]"
        pixels = f"const pixels = {_PIXELS}"
        self.page.wait_for_function(
            f"([color, former]) => {{ {pixels}\n return pixels({canvas}, color).count > former; }}",
            arg=[LIGHT["learned"], former],
        )

    def ranges(self, picture: int) -> list[list[float]]:
        """The axes' ranges, x and y, of a picture at rest."""
        self.wait_until_settled()
        script = "({ _fullLayout: { xaxis, yaxis } }) => [[...xaxis.range], [...yaxis.range]]"
        ranges: list[list[float]] = self.plot(picture).evaluate(script)
        return ranges

    def place(self, picture: int, x: float, y: float) -> tuple[float, float]:
        """Where a data point is, in pixels of a picture at rest."""
        self.wait_until_settled()
        script = """(div, [x, y]) => {
          const { xaxis, yaxis } = div._fullLayout;
          return [xaxis._offset + xaxis.d2p(x), yaxis._offset + yaxis.d2p(y)];
        }"""
        left, top = self.plot(picture).evaluate(script, [x, y])
        return left, top

    def click_place(self, picture: int, x: float, y: float) -> None:
        """Clicks a data point of a picture at rest, once no note that comes moves it."""
        left, top = self.place(picture, x, y)
        self.plot(picture).click(position={"x": left, "y": top})

    def hover(self, picture: int, x: float, y: float) -> str:
        """Comes to a picture, points at a data point and returns what plotly says there.

        Whoever comes gives plotly what moves, and whoever leaves takes the former label away: the
        next one is that of the place.
        """
        plot = self.plot(picture)
        left, top = self.place(picture, x, y)
        self.page.mouse.move(0, 0)
        expect(plot.locator(_LABEL)).to_have_count(0)
        plot.evaluate(_HANDED_OVER)
        box = plot.evaluate(_BOX)
        self.page.mouse.move(box["x"] + 1, box["y"] + 1)  # in its margin
        plot.evaluate("(div) => div.handedOver")
        self.page.mouse.move(box["x"] + left, box["y"] + top)
        label = plot.locator(_LABEL).first
        label.wait_for()
        return label.text_content() or ""

    def zoom(self, picture: int) -> None:
        """Drags a box over the middle of a picture and waits for its axes."""
        before, box = self.ranges(picture), self.plot(picture).bounding_box()
        assert box
        left, top = box["x"] + 0.4 * box["width"], box["y"] + 0.4 * box["height"]
        self.page.mouse.move(left, top)
        self.page.mouse.down()
        self.page.mouse.move(left + 90, top + 80, steps=4)
        self.page.mouse.up()
        self.wait_for_ranges(picture, before)

    def double_click(self, picture: int) -> None:
        """Double-clicks a picture and waits for its axes.

        On a busy machine the page takes two clicks for two single ones: people try again, too.
        """
        before = self.ranges(picture)
        for _ in range(MOST_TRIES):
            self.plot(picture).locator(".nsewdrag").dblclick()
            with suppress(TimeoutError):
                return self.wait_for_ranges(picture, before, timeout=TRY_MS)
        raise AssertionError(f"{MOST_TRIES} double-clicks leave the axes at {before}")

    def wait_for_ranges(
        self, picture: int, former: list[list[float]], timeout: float | None = None
    ) -> None:
        """Waits until a picture's axes differ from the `former`."""
        self.page.wait_for_function(_OTHER_RANGES, arg=[picture, former], timeout=timeout)

    def slider(self, label: str) -> Locator:
        """A slider of the sidebar."""
        return self.page.locator(f"[data-testid=stSlider]:has-text('{label}') input[type=range]")

    def move(self, label: str, key: str = "ArrowLeft") -> Live:
        """Moves a slider of the sidebar by a key and waits for the run that follows."""
        former = self.n_runs
        self.slider(label).focus()
        self.page.keyboard.press(key)
        return self.wait_for_run(former)

    def pick(self, box: Locator, label: str) -> None:
        """Opens a select box and clicks an option.

        An open list closes as soon as anything around it scrolls, and brought into view by a click
        it would close itself.
        """
        self.page.wait_for_selector(SCRIPT_HAS_ENDED)
        box.scroll_into_view_if_needed()
        self.page.evaluate(_TWO_FRAMES)  # until then the scrolling is not told
        box.click()
        self.page.get_by_role("option", name=label, exact=True).click()

    def select_box(self, key: str) -> Locator:
        """A select box of the sidebar."""
        return self.page.locator(f".st-key-{key} [role=combobox]")

    def choose(self, key: str, label: str) -> Live:
        """Chooses from a select box of the sidebar and waits for the run that follows."""
        former = self.n_runs
        self.pick(self.select_box(key), label)
        return self.wait_for_run(former)

    def wait_for_toasts(self, number: int, word: str = "") -> list[str]:
        """Waits until so many toasts have a word in them; returns what all said, gone or not."""
        said = "[...window.toasts.values()]"
        count = f"{said}.filter((text) => text.includes(word)).length"
        self.page.wait_for_function(f"([number, word]) => {count} === number", arg=[number, word])
        texts: list[str] = self.page.evaluate(said)
        return texts

    def mark(self) -> None:
        """Marks the window and the pictures: a reload or a new mount loses the marks."""
        self.page.evaluate(_MARK)

    def assert_marks(self) -> None:
        """Neither was the page reloaded nor a picture made anew."""
        assert self.page.evaluate(_MARKS) == ["first load", *["first mount"] * 4]

    def boxes(self, selector: str) -> list[FloatRect]:
        boxes: list[FloatRect] = self.page.eval_on_selector_all(
            selector, f"(elements) => elements.map({_BOX})"
        )
        return boxes

    @property
    def seen(self) -> list[dict[str, Any]]:
        """Every state that the live view of this page has been in."""
        seen: list[dict[str, Any]] = self.page.evaluate("window.seen")
        return seen
