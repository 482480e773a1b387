"""What pinned runs cost: a frame of the same run with eight of them, and with none, in one visit.

`python -m benchmarks.pins`. `CHROMIUM` names the browser, if it is not `chromium`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from playwright.sync_api import Page

from benchmarks.pages import browsing, open_page, wait_until_played
from benchmarks.report import Row, percentile, print_table
from benchmarks.server import running_server
from dashboard.pins.link import pins_text
from dashboard.pins.pin import MAX_PINS, Pins
from dashboard.presets import T3, T4
from dashboard.settings import Settings

_RATES = (0.01, 0.02, 0.03, 0.05, 0.07, 0.15, 0.2, 0.25)
_WORKS = {
    "tutorial 4": T4.settings,
    "2,000 epochs of minibatches": replace(T4.settings, n_epochs=2000, batch_size=10),
    "tutorial 3, 2,000 weights": replace(T3.settings, n_epochs=500),
}
_N_ROUNDS = 3
# What a frame takes of the page's thread, strokes included: a read of one pixel waits for them.
_PLAY = """async () => {
  const native = window.requestAnimationFrame;
  const took = [];
  const canvases = document.querySelectorAll(".ll-canvas");
  window.requestAnimationFrame = (callback) => native((now) => {
    const began = performance.now();
    callback(now);
    for (const each of canvases) each.getContext("2d").getImageData(0, 0, 1, 1);
    took.push(performance.now() - began);
  });
  const live = document.querySelector(".linreg-live").dataset;
  document.activeElement?.blur();
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "s" }));
  document.dispatchEvent(new KeyboardEvent("keydown", { key: " " }));
  await new Promise((done) => setTimeout(done, 200));
  while (live.state !== "paused") await new Promise((done) => setTimeout(done, 50));
  window.requestAnimationFrame = native;
  return took.slice(5);
}"""


def pinned(settings: Settings) -> Settings:
    """The page with as many pins as there can be, none of them the run in front."""
    pins = Pins()
    for rate in _RATES[:MAX_PINS]:
        pins = pins.with_run(replace(settings, learning_rate=rate), f"rate {rate}")
    return replace(settings, pins=pins_text(pins))


def frames(page: Page) -> list[float]:
    """What the frames of one play took, in milliseconds."""
    took: list[float] = page.evaluate(_PLAY)
    return took


def rows() -> Iterator[Row]:
    with running_server() as server, browsing() as context:
        for name, settings in _WORKS.items():
            alone, eight = [
                open_page(context, server, each.link()) for each in (settings, pinned(settings))
            ]
            for page in (alone, eight):
                wait_until_played(page)
            n = "(document.querySelector('.linreg-live').dataset.ghosts ?? '').split(' ').length"
            eight.wait_for_function(f"{n} === {MAX_PINS}")
            without: list[float] = []
            with_pins: list[float] = []
            for _ in range(_N_ROUNDS):
                for page, found in ((alone, without), (eight, with_pins)):
                    page.bring_to_front()
                    found += frames(page)
            yield from _told(name, without, with_pins)
            for page in (alone, eight):
                page.close()


def _told(name: str, without: Sequence[float], with_pins: Sequence[float]) -> Iterator[Row]:
    for percent in (10, 50, 95):  # the first: what others on the machine have not held up
        here, there = percentile(without, percent), percentile(with_pins, percent)
        target = "< 2 ms more" if percent == 50 else ""
        told = f"{here:.2f} → {there:.2f} ms, {there - here:+.2f}"
        yield Row(f"{name}: a frame without and with {MAX_PINS} pins, p{percent}", told, target)


if __name__ == "__main__":
    print_table("Pinned runs", rows())
