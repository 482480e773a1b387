"""What the pictures show, and how they answer: zoom, legend, hover, themes, plotly's own axes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from dashboard.presets import T4
from dashboard.settings import make_settings
from tests.browser.live import DARK, FIT, LIGHT, LOSS, PICTURES, Live

LINK = T4.settings.link()
DIVERGED = make_settings("line", learning_rate=1.0, n_epochs=1000, solver="sgd")
LEARNED = "[class*=legend] .traces:has-text('{}') .legendtoggle"
_READABLE = 4.5  # WCAG's AA contrast for text
_PRIVATE = """({ _fullLayout: { xaxis, yaxis } }) => [xaxis, yaxis].map((axis) => [
  typeof axis.d2p, typeof axis._offset, typeof axis._length, Number.isFinite(axis.d2p(1))
])"""
_MARKERS = """(div) => {
  const { xaxis, yaxis } = div._fullLayout;
  const { x, y } = div.data[0];
  const canvas = div.querySelector("canvas").getBoundingClientRect();
  return [...div.querySelectorAll(".points .point")].map((marker, i) => {
    const box = marker.getBoundingClientRect();
    return [
      box.left + box.width / 2 - canvas.left - xaxis._offset - xaxis.d2p(x[i]),
      box.top + box.height / 2 - canvas.top - yaxis._offset - yaxis.d2p(y[i]),
    ];
  });
}"""
_CONTRASTS = """(selectors) => {
  const level = (c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const luminance = (...colors) => {
    for (const color of colors) {
      context.fillStyle = color;
      context.fillRect(0, 0, 1, 1);
    }
    const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
    return 0.2126 * level(r) + 0.7152 * level(g) + 0.0722 * level(b);
  };
  const page = getComputedStyle(document.querySelector(".stApp")).backgroundColor;
  const contrast = (element) => {
    const style = getComputedStyle(element);
    const ink = element instanceof SVGElement ? style.fill : style.color;
    const [a, b] = [luminance(page), luminance(page, ink)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  return selectors.map((selector) => [selector, contrast(document.querySelector(selector))]);
}"""
TEXTS = [
    ".ll-equation",
    ".ll-note",
    ".ll-metric dt",
    ".ll-value",
    ".ll-unit",
    ".ll-epoch",
    ".ll-rate-name",
    ".ll-plot figcaption",
    ".ll-plotly .xtick text",
    ".ll-plotly .legendtext",
    ".st-key-story p",
]


def test_a_diverged_run_says_so_and_stays_finite(live: Live) -> None:
    live.open(DIVERGED.link()).to_end()
    assert live.data["status"] == "diverged"
    assert live.metric("Status") == "Diverged"
    expect(live.note).to_have_text(re.compile(r"Diverged at epoch \d+: learning rate 1 is above"))
    assert live.n_pixels(LOSS, LIGHT["mark"]) > 30
    assert live.n_pixels(FIT, LIGHT["mark"]) == 0
    assert all(abs(value) < 1e12 for value in live.line)


def drag_zoom(live: Live) -> None:
    """Drags a box over the middle of the first picture."""
    box = live.plot(FIT).bounding_box()
    assert box
    left, top = box["x"] + 0.4 * box["width"], box["y"] + 0.4 * box["height"]
    live.page.mouse.move(left, top)
    live.page.mouse.down()
    live.page.mouse.move(left + 90, top + 80, steps=4)
    live.page.mouse.up()


def wait_for_ranges(live: Live, condition: str, ranges: list[list[float]]) -> None:
    live.wait_for(f"{condition}(JSON.stringify(arg))", ranges)


RANGES = """((div) => JSON.stringify([
  div._fullLayout.xaxis.range, div._fullLayout.yaxis.range
]))(document.querySelector('.ll-plotly'))"""


def test_a_zoom_survives_a_slider_and_a_double_click_resets_it(live: Live) -> None:
    live.open(LINK).to_end()
    whole, before = live.ranges(FIT), live.pixels(FIT, LIGHT["learned"])
    drag_zoom(live)
    live.wait_for(f"{RANGES} !== JSON.stringify(arg)", whole)
    zoomed = live.ranges(FIT)
    assert zoomed[0][1] - zoomed[0][0] < 0.5 * (whole[0][1] - whole[0][0])
    assert live.pixels(FIT, LIGHT["learned"]) != before
    live.move("Learning rate")
    live.move("Noise", "ArrowRight")
    assert live.ranges(FIT) == zoomed
    live.plot(FIT).locator(".nsewdrag").dblclick()
    live.wait_for(f"{RANGES} !== JSON.stringify(arg)", zoomed)
    back = live.ranges(FIT)
    assert back[0] == pytest.approx(whole[0], abs=0.01)
    assert back[1][1] - back[1][0] > zoomed[1][1] - zoomed[1][0]


@pytest.mark.parametrize(("picture", "name"), [(FIT, "learned"), (LOSS, "train")])
def test_the_legend_hides_what_the_canvas_draws(live: Live, picture: int, name: str) -> None:
    live.open(LINK).to_end()
    entry = live.plot(picture).locator(LEARNED.format(name))
    shown = live.n_pixels(picture)
    entry.click()
    expect(live.plot(picture).locator(f".traces:has-text('{name}')")).to_have_css("opacity", "0.5")
    assert live.n_pixels(picture) == 0
    live.move("Learning rate")
    assert live.n_pixels(picture) == 0
    entry.click()
    expect(live.plot(picture).locator(f".traces:has-text('{name}')")).to_have_css("opacity", "1")
    assert live.n_pixels(picture) > 0.5 * shown


def numbers(text: str) -> list[float]:
    return [float(each) for each in re.findall(r"-?\d+\.?\d*", text.replace("\u2212", "-"))]


def test_hover_shows_what_was_learned(live: Live) -> None:
    live.open(LINK).to_end()
    weight, bias = live.line
    x, y = numbers(live.hover(FIT, 0.5, weight * 0.5 + bias))[:2]
    assert y == pytest.approx(weight * x + bias, abs=2e-3)
    first = live.page.keyboard.press("Home")
    live.wait_for("live.epoch === '0'")
    weight, bias = live.line
    assert first is None
    loss = numbers(live.metric("Train loss"))[0]
    assert numbers(live.hover(LOSS, 0, loss))[1] == pytest.approx(loss, rel=1e-3)


def test_hover_follows_a_step_under_the_resting_pointer(live: Live) -> None:
    live.open(LINK).to_end()
    live.hover(LOSS, 500, 0.01)
    live.page.keyboard.press("Home")
    live.wait_for("live.epoch === '0'")
    last = "document.querySelectorAll('.ll-plotly')[1].data.find((t) => t.uid === 'train').x.at(-1)"
    live.wait_for(f"{last} === 0")


def test_the_dark_theme(visitor: Callable[..., Live]) -> None:
    live = visitor(color_scheme="dark").open(LINK).to_end()
    for picture in PICTURES.values():
        assert live.n_pixels(picture, DARK["learned"]) > 40
        assert live.n_pixels(picture, LIGHT["learned"]) == 0
    contrasts = live.page.evaluate(_CONTRASTS, TEXTS)
    assert not [each for each in contrasts if each[1] < _READABLE]


def test_the_light_theme_and_a_change_of_it(live: Live) -> None:
    live.open(LINK).to_end()
    contrasts = live.page.evaluate(_CONTRASTS, TEXTS)
    assert not [each for each in contrasts if each[1] < _READABLE]
    live.page.emulate_media(color_scheme="dark")
    expect(live.page.locator(".ll-plotly .xtick text").first).to_have_css(
        "fill", live.page.eval_on_selector(".ll-equation", "(e) => getComputedStyle(e).color")
    )
    assert live.n_pixels(FIT, DARK["learned"]) > 40


def test_plotly_s_private_axes_place_the_canvas(live: Live) -> None:
    live.open(LINK).to_end()
    for picture in PICTURES.values():
        assert live.plot(picture).evaluate(_PRIVATE) == [["function", "number", "number", True]] * 2
    gaps = live.plot(FIT).evaluate(_MARKERS)
    assert len(gaps) == 100
    assert max(abs(gap) for pair in gaps for gap in pair) < 0.6
    weight, bias = live.line
    drawn = live.pixels(FIT, LIGHT["learned"])
    low, high = live.ranges(FIT)[0]
    ends = [live.place(FIT, x, weight * x + bias) for x in (low, high)]
    assert drawn["left"] == pytest.approx(ends[0][0], abs=2)
    assert drawn["right"] == pytest.approx(ends[1][0], abs=2)
    assert [drawn["bottom"], drawn["top"]] == pytest.approx([ends[0][1], ends[1][1]], abs=4)
