"""What the pictures show, and how they answer: zoom, legend, hover, themes, plotly's own axes."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import expect

from dashboard.settings import make_settings
from tests.browser.live import BIAS, DARK, FIT, LIGHT, LINE, LOSS, PICTURES, WEIGHTS, Live

LINK = LINE.link()
DIVERGED = make_settings("line", learning_rate=1.0, n_epochs=1000, solver="sgd")
HANDED_OVER = (
    "document.querySelectorAll('.ll-plotly')[1]"
    ".data.find((trace) => trace.uid === 'moving-train').x.at(-1)"
)
_MOVING_TRACES = """(div) => [...div.querySelectorAll("[class*=tracemoving-]")].map(
  (trace) => getComputedStyle(trace).display)"""
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
_PLACES = "(div) => div._fullLayout.yaxis.tickvals"
_INK = "getComputedStyle(document.querySelector('.ll-plotly .xtick text')).fill"
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
    ".ll-knob-name",
    ".ll-plot figcaption",
    ".ll-plotly .xtick text",
    ".ll-legend-entry",
    ".st-key-story p",
]


def test_a_diverged_run_says_so_stays_finite_and_every_picture_tells_where_it_has_gone(
    live: Live,
) -> None:
    live.open(DIVERGED.link()).to_end()
    assert live.data["status"] == "diverged"
    assert live.metric("Status") == "Diverged"
    expect(live.note).to_have_text(re.compile(r"Diverged at epoch \d+: the learning rate 1 is"))
    assert live.n_pixels(LOSS, LIGHT["mark"]) > 30
    assert live.n_pixels(FIT, LIGHT["mark"]) == 0
    assert all(abs(value) < 1e12 for value in live.line)
    for picture in (FIT, WEIGHTS, BIAS):
        drawn = live.pixels(picture, LIGHT["learned"])
        box = live.plot(picture).evaluate(
            "({ _fullLayout: { yaxis } }) => [yaxis._offset, yaxis._offset + yaxis._length]"
        )
        assert drawn["count"] > 60, picture
        assert drawn["top"] == pytest.approx(box[0], abs=3), picture
    places = live.plot(BIAS).locator(".xtick text").all_text_contents()
    assert places == ["true", "learned", "reference"]


def test_a_run_that_converges_early_shows_its_bend_and_the_rest_on_request(live: Live) -> None:
    live.open(make_settings("line", learning_rate=0.5, n_epochs=1000).link()).to_end()
    live.wait_until_settled()
    live.page.keyboard.press("Home")
    live.page.keyboard.press("Space")
    seen = live.page.evaluate(
        """async () => {
          const seen = new Set();
          const root = document.querySelector(".linreg-live");
          const { xaxis } = document.querySelectorAll(".ll-plotly")[1]._fullLayout;
          do {
            seen.add(JSON.stringify(xaxis.range));
            await new Promise(requestAnimationFrame);
          } while (root.dataset.state === "playing" || root.dataset.epoch === "0");
          return [...seen];
        }"""
    )
    assert len(seen) == 1, "it stands still while a run is played"
    live.wait_for("document.querySelectorAll('.ll-plotly')[1]._fullLayout.xaxis.range[1] < 1000")
    bend = live.ranges(LOSS)
    assert bend[0][1] <= 500
    live.double_click(LOSS)
    assert live.ranges(LOSS)[0] == [0, 1000]
    live.double_click(LOSS)
    assert live.ranges(LOSS) == bend


def test_a_log_axis_spells_its_values_in_one_size_also_when_zoomed(live: Live) -> None:
    live.open(LINK).to_end().wait_until_settled()
    before, places = log_ticks(live), live.plot(LOSS).evaluate(_PLACES)
    live.zoom(LOSS)
    live.page.wait_for_function(
        f"([picture, former]) => String(({_PLACES})(picture)) !== String(former)",
        arg=[live.plot(LOSS).element_handle(), places],
    )
    for texts, sizes in (before, log_ticks(live)):
        assert len(texts) >= 2 and len(sizes) == 1, (texts, sizes)
        values = [float(text.replace(",", "")) for text in texts]
        assert values == sorted(values)


def log_ticks(live: Live) -> tuple[list[str], set[str]]:
    """The texts of the losses' axis, and the sizes of their letters."""
    ticks = live.plot(LOSS).locator(".ytick text")
    sizes = ticks.evaluate_all(
        "(texts) => texts.flatMap((text) => [text, ...text.querySelectorAll('tspan')])"
        ".map((each) => getComputedStyle(each).fontSize)"
    )
    return ticks.all_text_contents(), set(sizes)


def test_a_zoom_survives_a_slider_and_a_double_click_resets_it(live: Live) -> None:
    live.open(LINK).to_end()
    whole, before = live.ranges(FIT), live.pixels(FIT, LIGHT["learned"])
    live.zoom(FIT)
    zoomed = live.ranges(FIT)
    assert zoomed[0][1] - zoomed[0][0] < 0.5 * (whole[0][1] - whole[0][0])
    assert live.pixels(FIT, LIGHT["learned"]) != before
    live.move("Learning rate")
    live.move("Noise", "ArrowRight")
    assert live.ranges(FIT) == zoomed
    live.double_click(FIT)
    back = live.ranges(FIT)
    assert back[0] == pytest.approx(whole[0], abs=0.01)
    assert back[1][1] - back[1][0] > zoomed[1][1] - zoomed[1][0]


def test_the_legend_hides_what_the_canvas_draws(live: Live) -> None:
    live.open(LINK).to_end()
    entries = {FIT: "learned", LOSS: "train"}
    shown = {picture: live.n_pixels(picture) for picture in entries}
    toggle(live, entries, "false")
    assert [live.n_pixels(picture) for picture in entries] == [0, 0]
    live.move("Learning rate")
    assert [live.n_pixels(picture) for picture in entries] == [0, 0]
    toggle(live, entries, "true")
    assert min(live.n_pixels(picture) / shown[picture] for picture in entries) > 0.5


def toggle(live: Live, entries: dict[int, str], is_shown: str) -> None:
    """Clicks a legend's entry in each picture and waits for it to be on or off."""
    for picture, name in entries.items():
        entry = live.legend(picture, name)
        entry.click()
        expect(entry).to_have_attribute("aria-pressed", is_shown)


def numbers(text: str) -> list[float]:
    return [float(each) for each in re.findall(r"-?\d+\.?\d*", text.replace("\u2212", "-"))]


def test_hover_shows_what_was_learned(live: Live) -> None:
    live.open(LINK).to_end()
    weight, bias = live.line
    place = away_from_points(live, weight, bias)
    label = live.hover(FIT, place, weight * place + bias)
    assert label.startswith("learned"), label
    x, y = numbers(label)[:2]
    assert x == pytest.approx(place, abs=1e-4)
    assert y == pytest.approx(weight * x + bias, abs=1e-4)
    loss = numbers(live.metric("Train loss"))[0]  # long since at rest
    middle = live.ranges(LOSS)[0][1] / 2
    assert numbers(live.hover(LOSS, middle, loss))[0] == pytest.approx(middle, rel=0.05)
    assert train_loss(live, middle, loss) == pytest.approx(loss, rel=0.05)
    live.page.keyboard.press("Home")  # under the resting pointer
    live.wait_for(f"{HANDED_OVER} === 0")
    loss = numbers(live.metric("Train loss"))[0]
    assert train_loss(live, 0, loss) == pytest.approx(loss, rel=1e-3)


def away_from_points(live: Live, weight: float, bias: float) -> float:
    """Where on the line no point is near: a label would be that of the point."""
    x, y = map(np.array, live.plot(FIT).evaluate("({ data }) => [data[0].x, data[0].y]"))
    width, height = (high - low for low, high in live.ranges(FIT))
    across = np.abs(np.subtract.outer(x, x)) / width
    gaps = across + np.abs(weight * x[:, None] + bias - y) / height
    return float(x[gaps.min(axis=1).argmax()])


def train_loss(live: Live, epoch: float, loss: float) -> float:
    """The training loss that hovering over an epoch tells."""
    return numbers(live.hover(LOSS, epoch, loss).split("train")[1])[0]


def test_a_learned_line_lies_within_the_intervals_of_weight_and_bias(live: Live) -> None:
    live.open(LINK + "&weights_picture=estimate").to_end()
    drawn = live.pixels(WEIGHTS, LIGHT["learned"])
    reach = live.plot(WEIGHTS).evaluate(
        "({ data }) => data.find((trace) => trace.error_y).error_y.array"
    )
    for place, (name, value) in enumerate(zip(("weight", "bias"), live.line, strict=True)):
        top, bottom = (live.place(WEIGHTS, place, side * reach[place])[1] for side in (1, -1))
        assert top < drawn["top"] < drawn["bottom"] < bottom
        label = live.hover(WEIGHTS, place, 0)
        assert name in label
        assert numbers(label)[0] == pytest.approx(value, rel=1e-2)


def test_hover_on_the_loss_tells_every_curve_at_that_epoch(live: Live) -> None:
    settings = make_settings("line", n_epochs=100, batch_size=8, test_fraction=0.2)
    live.open(settings.link()).to_end()
    live.hover(LOSS, 20, 0.03)
    live.wait_for(f"{HANDED_OVER} === 100")
    assert live.plot(LOSS).evaluate(_MOVING_TRACES) == ["none"] * 3, "the canvas draws these"
    label = live.hover(LOSS, 40, 0.03)
    assert label.startswith("epoch"), label
    assert all(name in label for name in ("minibatch", "np.polyfit", "train", "test")), label
    assert max(map(len, re.findall(r"\d+\.\d+", label))) <= 8, label


def test_the_themes(guest: Callable[..., Live]) -> None:
    live = guest(color_scheme="dark").open(LINK).to_end()
    ink = live.page.evaluate(_INK)
    check_theme(live, DARK["learned"], LIGHT["learned"])
    live.page.emulate_media(color_scheme="light")
    live.wait_for(f"{_INK} !== arg", ink)
    check_theme(live, LIGHT["learned"], DARK["learned"])


def check_theme(live: Live, learned: tuple[int, int, int], other: tuple[int, int, int]) -> None:
    for picture in PICTURES.values():
        assert live.n_pixels(picture, learned) > 40
        assert live.n_pixels(picture, other) < 0.1 * live.n_pixels(picture, learned)
    contrasts = live.page.evaluate(_CONTRASTS, TEXTS)
    assert not [each for each in contrasts if each[1] < _READABLE], contrasts


def test_plotly_s_private_axes_place_the_canvas(live: Live) -> None:
    live.open(LINK).to_end().wait_until_settled()
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
