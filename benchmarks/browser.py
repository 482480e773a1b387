"""What a person at a browser sees: key or move to frame, frames a second, bytes and first paint.

`python -m benchmarks.browser`. `CHROMIUM` names the browser, if it is not `chromium`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from playwright.sync_api import BrowserContext, Page

from benchmarks.pages import Transfers, browsing, forget, open_page, probed, wait_until_played
from benchmarks.report import Row, percentile, print_table, spread
from benchmarks.server import Server, cold_server, running_server, wait_until_healthy
from dashboard.presets import T3, T4, Preset

_N_KEYS = 12
_N_COLD_STARTS = 3
_PAUSE_MS = 300  # what the last press has caused is over
_SLIDERS = {
    "sidebar's slider": ".st-key-learning_rate input[type=range]",
    "live view's slider": ".ll-knob-slider",
}
_N_MOVES = 30
_FREE_MS = 3_000
# A new value at every frame, as a mouse brings it; playwright's own moves are slower than that.
_DRAG_FREELY = """async (ms) => {
  const slider = document.querySelector(".ll-knob-slider");
  const [low, high] = [Number(slider.min), Number(slider.max)];
  const began = performance.now();
  for (let now = began; now < began + ms; now = await new Promise(requestAnimationFrame)) {
    slider.value = String(low + (high - low) * (0.5 + 0.3 * Math.sin((now - began) / 300)));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  }
}"""
_RUNS_NOW = "() => [Number(document.querySelector('.linreg-live').dataset.runs), performance.now()]"
_PATHS = {
    "tutorial 4": T4.settings,
    "2,000 epochs of minibatches": replace(
        T4.settings, n_epochs=2000, batch_size=2, learning_rate=0.2
    ),
}
_OWN_ASSETS, _RUNS = "/live/assets/", "/live/"


def cold_starts() -> list[Row]:
    """From the server's process to what a first visitor sees; the browser is already open."""
    answers, paints, draws = [], [], []
    for _ in range(_N_COLD_STARTS):
        with browsing() as context, cold_server() as server:
            wait_until_healthy(server)
            page = open_page(context, server)
            wait_until_played(page)
            answers.append(_navigated_at(page) - server.started_at)
            paints.append(_painted_at(page) - server.started_at)
            draws.append(probed(page)["firstDrawAt"] / 1e3 - server.started_at)
    return [
        Row("process → server answers", _seconds(answers)),
        Row("process → first contentful paint", _seconds(paints), "< 3 s"),
        Row("process → first frame of the first run", _seconds(draws)),
    ]


def visits(context: BrowserContext, server: Server) -> list[Row]:
    """What the first and the second visit take on the wire, and how soon they paint."""
    table = []
    for name, target in (("first", "< 1,600 KB"), ("second", "0 KB")):
        page = context.new_page()
        transfers = Transfers(page)
        page.goto(f"http://{server.address}/")
        wait_until_played(page)
        navigated_at = _navigated_at(page)
        painted, drawn = _painted_at(page), probed(page)["firstDrawAt"] / 1e3
        own, rest = transfers.kilobytes(_OWN_ASSETS), transfers.kilobytes("", without=_RUNS)
        table += [
            Row(f"{name} visit: our assets", f"{own:,.0f} KB", target),
            Row(f"{name} visit: Streamlit's", f"{rest:,.0f} KB"),
            Row(
                f"{name} visit: first paint, first frame",
                f"{painted - navigated_at:.2f} s, {drawn - navigated_at:.2f} s",
            ),
        ]
        page.close()
    return table


def keys(context: BrowserContext, server: Server) -> list[Row]:
    """From a key press on a slider to the first frame of the run that it leads to."""
    page = open_page(context, server, T4.settings.link())
    table = []
    for name, selector in _SLIDERS.items():
        page.wait_for_selector(selector, state="attached")
        pressed = [_press(page, selector, turn) for turn in range(_N_KEYS)]
        table.append(
            Row(f"key on the {name} → first frame", spread(_column(pressed, 0, -1)), "< 100 ms")
        )
        for number, what in enumerate(("key → message", "message → request", "request → frame")):
            table.append(Row(f"… {what}", spread(_column(pressed, number, number + 1))))
    page.close()
    return table


def _press(page: Page, selector: str, turn: int) -> tuple[float, ...]:
    """The clocks of a key press, its message to the server, its run's request and first frame."""
    wait_until_played(page)
    page.locator(selector).first.focus()
    page.wait_for_timeout(_PAUSE_MS)
    forget(page)
    runs = page.evaluate("Number(document.querySelector('.linreg-live').dataset.runs)")
    page.keyboard.press("ArrowLeft" if turn % 2 == 0 else "ArrowRight")
    page.wait_for_function("runs => window.benchmarkProbe.draws.some(d => d[1] > runs)", arg=runs)
    noted = probed(page)
    drawn_at = next(at for at, shown in noted["draws"] if shown > runs)
    requested_at = max(at for at in noted["fetches"] if at < drawn_at)
    sent_at = min((at for at in noted["sends"] if at < requested_at), default=requested_at)
    return noted["keyAt"], sent_at, requested_at, drawn_at


def drags(context: BrowserContext, server: Server) -> list[Row]:
    """The live view's slider under a pointer: from a move to its picture, and without a pause."""
    page = open_page(context, server, T4.settings.link())
    wait_until_played(page)
    box = page.locator(_SLIDERS["live view's slider"]).bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2

    def move(part: float) -> None:
        page.mouse.move(box["x"] + part * box["width"], middle)

    move(0.5)
    page.mouse.down()
    delays = [_dragged(page, move, 0.6 if turn % 2 == 0 else 0.5) for turn in range(_N_MOVES)]
    runs, began = page.evaluate(_RUNS_NOW)
    page.evaluate(_DRAG_FREELY, _FREE_MS)
    later, ended = page.evaluate(_RUNS_NOW)
    page.mouse.up()
    page.close()
    return [
        Row("move → changed picture", spread(delays), "median < 40 ms"),
        Row("retrainings", f"{(later - runs) / (ended - began) * 1e3:.1f} a second", "≥ 20"),
    ]


def _dragged(page: Page, move: Callable[[float], None], part: float) -> float:
    """Seconds from a move of the pointer to the first frame of the run that it leads to."""
    page.wait_for_timeout(_PAUSE_MS)
    forget(page)
    runs, _ = page.evaluate(_RUNS_NOW)
    move(part)
    page.wait_for_function("runs => window.benchmarkProbe.draws.some(d => d[1] > runs)", arg=runs)
    noted = probed(page)
    return (next(at for at, shown in noted["draws"] if shown > runs) - noted["moveAt"]) / 1e3


def _column(clocks: Sequence[tuple[float, ...]], start: int, end: int) -> list[float]:
    """Durations between two of the clocks, in seconds."""
    return [(each[end] - each[start]) / 1e3 for each in clocks]


def playing(context: BrowserContext, server: Server, preset: Preset) -> list[Row]:
    """Frames while a run plays as it arrives, and once more when it is all there."""
    page = open_page(context, server, preset.settings.link())
    wait_until_played(page)
    forget(page)
    page.reload()
    page.wait_for_selector(".linreg-live[data-runs]")
    wait_until_played(page)
    table = [_frames(f"{preset.title}, while it arrives", probed(page))]
    forget(page)
    page.locator(".ll-play").click()
    page.wait_for_selector(".linreg-live[data-state=playing]")
    wait_until_played(page)
    table.append(_frames(f"{preset.title}, again", probed(page)))
    page.close()
    return table


def landscape(context: BrowserContext, server: Server) -> list[Row]:
    """What a frame of four pictures takes, with the landscape among them and without it."""
    table = []
    for name, settings in _PATHS.items():
        for picture in ("estimate", "landscape"):
            link = f"{settings.link()}&weights_picture={picture}"
            page = open_page(context, server, link)
            wait_until_played(page)
            forget(page)
            page.locator(".ll-play").click()
            page.wait_for_selector(".linreg-live[data-state=playing]")
            wait_until_played(page)
            noted = probed(page)
            seconds = [each / 1e3 for each in noted["scripts"]]
            table.append(Row(f"{name}, {picture}: drawing a frame", spread(seconds)))
            table.append(_frames(f"{name}, {picture}", noted))
            page.close()
    return table


def _frames(what: str, noted: dict[str, Any]) -> Row:
    """Changed frames a second between the first and the last one that changed."""
    frames = noted["frames"]
    changed = [b[0] for a, b in pairwise(frames) if b[1:] != a[1:]]
    seconds = (changed[-1] - changed[0]) / 1e3
    gaps = [(b - a) / 1e3 for a, b in pairwise(changed)]
    slow = f"frame p95 {percentile(gaps, 95) * 1e3:.0f} ms, longest {max(gaps) * 1e3:.0f} ms"
    return Row(what, f"{len(gaps) / seconds:.1f} frames/s for {seconds:.1f} s, {slow}", "≥ 55")


def _navigated_at(page: Page) -> float:
    return float(page.evaluate("performance.timeOrigin")) / 1e3


def _painted_at(page: Page) -> float:
    paint = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    return float(page.evaluate(f"performance.timeOrigin + {paint}")) / 1e3


def _seconds(values: Sequence[float]) -> str:
    return f"median {percentile(values, 50):.2f} s, worst {max(values):.2f} s of {len(values)}"


def main() -> None:
    print_table("A cold server", cold_starts())
    with running_server() as server, browsing() as context:
        print_table("Visits of one browser", visits(context, server))
        print_table("Keys", keys(context, server))
        print_table("Drags", drags(context, server))
        frames = [row for preset in (T4, T3) for row in playing(context, server, preset)]
        print_table("Frames while playing", frames)
        print_table("The loss landscape", landscape(context, server))


if __name__ == "__main__":
    main()
