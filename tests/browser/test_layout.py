"""Screens and keyboards: what fits where, and what Tab reaches."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from dashboard.presets import T1, T4
from tests.browser.live import Live

BLOCKS = ".ll-transport, .ll-headline, .ll-equation, .ll-note, .ll-plot, .ll-published"
TRANSPORT = [
    "Back to the start (Home)",
    "One step back (left arrow)",
    "Play (space)",
    "One step on (right arrow)",
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
_FOCUSED = "document.activeElement?.getAttribute('aria-label')"


def test_a_phone_stacks_everything(visitor: Callable[..., Live]) -> None:
    live = visitor(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    live.open(T1.settings.link()).to_end()
    assert live.page.evaluate(_TOO_WIDE) == []
    assert live.page.evaluate("document.documentElement.scrollWidth") <= 390
    boxes = [box for box in live.boxes(BLOCKS) if box["height"] > 0]
    assert len(boxes) == 9
    for upper, lower in pairwise(boxes):
        assert upper["y"] + upper["height"] <= lower["y"] + 0.5, (upper, lower)
    presets = live.boxes("[class*=st-key-preset_] a")
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
        "[...document.querySelectorAll('.ll-plotly[role=img]')]"
        ".every((plot) => /epoch/.test(plot.getAttribute('aria-label')))"
    )
