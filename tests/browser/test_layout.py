"""Screens and keyboards: what fits where, and what Tab reaches."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FloatRect, expect

from dashboard.presets import PRESETS, T1, T2, T3, T4
from dashboard.settings import make_settings
from tests.browser.live import FIT, LIGHT, Live

BLOCKS = ".ll-transport, .ll-headline, .ll-equation, .ll-note, .ll-plot, .ll-published"
TRANSPORT = [
    "Back to the start (S)",
    "One step back (J)",
    "Play (space or K)",
    "One step on (L)",
    "Epoch",
    "Playback speed",
    "Learning rate, live",
]
_MOST_TABS = 80
_TOO_WIDE = """() => [...document.querySelectorAll("[data-testid=stMain] *")]
  .filter((element) => {
    const { width, right } = element.getBoundingClientRect();
    return width > 0 && right > innerWidth + 0.5 && !element.closest("svg, .hoverlayer");
  })
  .map((element) => `${element.tagName}.${element.className}`)"""
_PARTS = ".ll-title, .ll-legend-entry, .ll-feature, .ll-plotly"
SCREENS = {
    "laptop": {"viewport": {"width": 1280, "height": 800}},
    "projector": {"viewport": {"width": 1920, "height": 1080}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "twice the size": {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2},
}
_FAST = make_settings("line", {"intercept": 0.5}, n_epochs=200, learning_rate=2.0)
_SLOW = make_settings("line", {"intercept": 0.5}, n_epochs=50, learning_rate=0.001)
# Each with what comes last on its page.
RUNS = {
    "condos": (T1.settings, ".ll-note:has-text('The line thrashes')"),
    "exact": (T2.settings, ".ll-go-on:visible"),
    "weights": (T3.settings, ".ll-legend-entry:has-text('least squares')"),
    "noisy": (T4.settings, ".ll-legend-entry:has-text('np.polyfit')"),
    "diverged": (_FAST, ".ll-go-on:visible"),
    "slow": (_SLOW, ".ll-go-on:visible"),
}
EIGHT = make_settings("many_weights", {"n_features": 8, "n_samples": 200}, n_epochs=50)
# Where each picture stands at every frame of the view that comes next, from its first rows on.
_WATCH_PLACES = """() => {
  const former = document.querySelector(".linreg-live");
  const places = (window.places = []);
  const look = () => {
    if (places !== window.places) return;
    const root = document.querySelector(".linreg-live");
    const { top } = root?.getBoundingClientRect() ?? {};
    const pictures = [...(root?.querySelectorAll(".ll-plotly") ?? [])];
    if (root !== former && root?.dataset.state && pictures.length) {
      places.push(pictures.map((picture) => picture.getBoundingClientRect().top - top));
    }
    requestAnimationFrame(look);
  };
  look();
}"""
_NEAR = 40  # of 255: a pixel of about a colour
_FOCUSED = "document.activeElement?.getAttribute('aria-label')"


def test_a_phone_stacks_everything(visitor: Callable[..., Live]) -> None:
    live = visitor(**SCREENS["phone"]).open(T1.settings.link()).to_end()
    assert live.page.evaluate(_TOO_WIDE) == []
    assert live.page.evaluate("document.documentElement.scrollWidth") <= 390
    boxes = [box for box in live.boxes(BLOCKS) if box["height"] > 0]
    assert len(boxes) == 9
    for upper, lower in pairwise(boxes):
        assert upper["y"] + upper["height"] <= lower["y"] + 0.5, (upper, lower)
    presets = live.boxes(".st-key-presets a")
    assert max(box["y"] + box["height"] for box in presets) <= boxes[0]["y"]


def test_a_projector_and_a_keyboard(live: Live) -> None:
    live.open(T4.settings.link()).to_end()
    for selector in (".ll-transport", ".ll-headline", ".ll-plot >> nth=0", ".ll-plot >> nth=1"):
        box = live.page.locator(selector).bounding_box()
        assert box, selector
        assert box["y"] >= 0 and box["y"] + box["height"] <= 800, (selector, box)
        assert box["x"] >= 0 and box["x"] + box["width"] <= 1280, (selector, box)
    assert live.page.evaluate(_TOO_WIDE) == []
    check_tab(live)
    check_descriptions(live)


def check_tab(live: Live) -> None:
    """Tab reaches the whole transport, in its order, and every control of it has a name."""
    reached: list[str] = []
    while TRANSPORT[-1] not in reached and len(reached) < _MOST_TABS:
        live.page.keyboard.press("Tab")
        reached.append(live.page.evaluate(_FOCUSED))
    assert [label for label in reached if label in TRANSPORT] == TRANSPORT


def check_descriptions(live: Live) -> None:
    """Every picture says in words what it shows."""
    live.wait_for(
        "[...document.querySelectorAll('.ll-plot:not([hidden]) .ll-described')]"
        ".every((words) => /epoch/.test(words.textContent))"
    )


@pytest.mark.parametrize("screen", ["laptop", "projector"])
def test_four_pictures_are_in_view(visitor: Callable[..., Live], screen: str) -> None:
    options = SCREENS[screen]
    live = visitor(**options).open(T1.settings.link()).to_end()
    pictures = live.boxes(".ll-plot")
    assert len(pictures) == 4
    for box in pictures:
        assert bottom(box) <= options["viewport"]["height"], box
        assert box["height"] > 0.25 * options["viewport"]["height"]
    live.wait_for(
        "parseFloat(getComputedStyle(document.querySelector('.ll-plotly .xtick text')).fontSize)"
        " >= arg",
        {"laptop": 12, "projector": 16}[screen],
    )


@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_in_a_picture_overlaps(visitor: Callable[..., Live], screen: str) -> None:
    live = visitor(**SCREENS[screen]).open(EIGHT.link()).to_end().wait_until_settled()
    for figure in live.page.locator(".ll-plot:visible").all():
        parts = figure.evaluate(
            """(figure, parts) => [...figure.querySelectorAll(parts)].map((part) => {
              const { x, y, width, height } = part.getBoundingClientRect();
              return { x, y, width, height };
            })""",
            _PARTS,
        )
        for i, one in enumerate(parts):
            assert not [other for other in parts[:i] if overlap(one, other)], (one, parts)


def overlap(one: FloatRect, other: FloatRect) -> bool:
    """Whether two boxes share more than an edge."""
    return all(
        one[start] + 1 < other[start] + other[size] and other[start] + 1 < one[start] + one[size]
        for start, size in (("x", "width"), ("y", "height"))
    )


def bottom(box: FloatRect) -> float:
    return box["y"] + box["height"]


def test_a_phone_shows_a_picture_and_the_way_to_own_data(visitor: Callable[..., Live]) -> None:
    live = visitor(**SCREENS["phone"]).open(T1.settings.link()).to_end()
    assert bottom(live.boxes(".ll-plot")[0]) <= 844
    [area] = live.boxes(".ll-fit .nsewdrag")
    [buttons] = live.boxes(".ll-fit .modebar")
    assert not overlap(area, buttons)
    live.page.get_by_test_id("stMain").get_by_role("link", name="Your data").click()
    live.page.wait_for_url("**/data*")


@pytest.mark.parametrize("screen", ["laptop", "phone"])
def test_presets_move_nothing(visitor: Callable[..., Live], screen: str) -> None:
    live = visitor(**SCREENS[screen])
    tops = []
    for preset in PRESETS:
        live.open(preset.settings.link()).to_end()
        tops.append(live.boxes(".ll-transport")[0]["y"])
        chips = live.boxes(".st-key-presets a")
        assert max(map(bottom, chips)) <= live.boxes(".st-key-story p")[0]["y"]
    assert tops == pytest.approx([tops[0]] * len(tops), abs=0.5)


def test_no_picture_moves_on_a_phone_once_its_run_has_begun(visitor: Callable[..., Live]) -> None:
    live = visitor(**SCREENS["phone"]).open(EIGHT.link())
    for name, (settings, last) in RUNS.items():
        live.page.evaluate(_WATCH_PLACES)
        live.open(settings.link()).to_end().page.wait_for_selector(last)
        live.wait_until_settled()
        places = np.array(live.page.evaluate("places"))
        assert places.shape[1] == 4
        assert np.ptp(places, axis=0).max() <= 1, (name, places)


def test_what_a_phone_has_no_lines_for_is_a_touch_away(visitor: Callable[..., Live]) -> None:
    live = visitor(**SCREENS["phone"]).open(T2.settings.link()).to_end()
    cure, more = live.page.locator(".ll-go-on"), live.page.get_by_role("button", name="More")
    more.tap()
    for words in (live.note, cure):
        assert words.evaluate("(words) => words.scrollHeight <= words.clientHeight + 1")
        assert words.evaluate("(words) => words.scrollWidth <= words.clientWidth + 1")
    pictures = live.boxes(".ll-plot")
    live.page.get_by_role("button", name="Less").tap()
    live.wait_for(
        "document.querySelector('.ll-plot').getBoundingClientRect().y < arg - 20", pictures[0]["y"]
    )
    live.page.set_viewport_size({"width": 1280, "height": 800})
    expect(more).to_be_hidden()
    assert cure.evaluate("(words) => words.scrollWidth <= words.clientWidth + 1")


def test_a_test_loss_is_shown_where_there_is_a_test(live: Live) -> None:
    for fraction in (0.0, 0.2):
        live.open(make_settings("line", test_fraction=fraction).link()).to_end()
        assert live.page.get_by_text("Test loss", exact=True).is_visible() == (fraction > 0)


def test_an_equation_keeps_its_intercept(visitor: Callable[..., Live]) -> None:
    for screen in ("laptop", "phone"):
        live = visitor(**SCREENS[screen]).open(EIGHT.link()).to_end()
        equation = live.page.locator(".ll-equation")
        live.wait_for("document.querySelector('.ll-spoken').textContent !== ''")
        whole = live.page.locator(".ll-spoken").text_content() or ""
        assert "x8" in whole and "\u2026" in live.equation
        assert live.equation[-8:] == whole[-8:] == (equation.get_attribute("title") or "")[-8:]
        assert equation.evaluate("(line) => line.scrollWidth <= line.clientWidth")


def test_a_download_is_what_is_seen(live: Live) -> None:
    live.open(T4.settings.link()).to_end()
    live.plot(FIT).hover()
    with live.page.expect_download() as found:
        live.plot(FIT).get_by_label("Download as PNG").click()
    assert found.value.suggested_filename == "data-and-learned-line-noisy-line.png"
    image = Image.open(BytesIO(Path(found.value.path()).read_bytes())).convert("RGB")
    box = live.boxes(".ll-plotly")[FIT]
    assert image.width == pytest.approx(2 * box["width"], abs=2)
    assert image.getpixel((1, 1)) == (255, 255, 255)
    learned = np.abs(np.asarray(image, dtype=int) - LIGHT["learned"]).max(axis=2) < _NEAR
    assert learned.sum() > image.width  # a line across most of it, and the legend's
    assert learned[: image.height // 5].any()
