"""From a slider's move to a whole map: 32 x 32 runs of tutorial 4's data, in Chromium.

python -m benchmarks.sweep_page
"""

from __future__ import annotations

from dataclasses import replace
from statistics import median

from playwright.sync_api import Page

from benchmarks.pages import browsing
from benchmarks.report import Row, print_table
from benchmarks.server import Server, running_server
from dashboard.presets import T4
from dashboard.sweep.settings import SweepSettings, sweep_settings

_PRESSES = 12
_STEPS = 32
_MAPS = {
    "full batches, learning rate x seed": sweep_settings(
        T4.settings, sweep_y="seed", sweep_x_steps=_STEPS, sweep_y_steps=_STEPS
    ),
    "full batches, learning rate x momentum": sweep_settings(
        replace(T4.settings, solver="momentum"),
        sweep_y="momentum",
        sweep_x_steps=_STEPS,
        sweep_y_steps=_STEPS,
    ),
    "minibatches of 10, learning rate x seed": sweep_settings(
        replace(T4.settings, batch_size=10, n_epochs=100),
        sweep_y="seed",
        sweep_x_steps=_STEPS,
        sweep_y_steps=_STEPS,
    ),
}
_WATCH = """() => {
  const view = document.querySelector(".linreg-sweep");
  const times = (window.mapTimes = []);
  let pressed = 0;
  addEventListener("keydown", () => (pressed = performance.now()), true);
  new MutationObserver(() => {
    const came = performance.now() - pressed;
    requestAnimationFrame(() => requestAnimationFrame(() => {
      times.push([came, performance.now() - pressed]);
    }));
  }).observe(view, { attributes: true, attributeFilter: ["data-maps"] });
}"""


def _measure(page: Page, server: Server, settings: SweepSettings) -> list[tuple[float, float]]:
    page.goto(f"http://{server.address}/sweep{settings.link()}")
    page.wait_for_selector(".linreg-sweep[data-state=complete]")
    page.evaluate(_WATCH)
    page.locator(".st-key-noise input[type=range]").focus()
    for number in range(_PRESSES):
        page.keyboard.press("ArrowRight")
        page.wait_for_function(f"window.mapTimes.length > {number}")
        page.wait_for_timeout(500)
    times: list[tuple[float, float]] = page.evaluate("window.mapTimes")
    return times


def _ms(value: float) -> str:
    return f"{value:.0f} ms"


def main() -> None:
    with running_server() as server, browsing() as context:
        page = context.new_page()
        rows = []
        for name, settings in _MAPS.items():
            times = _measure(page, server, settings)[1:]
            came, shown = (sorted(each) for each in zip(*times, strict=True))
            target = "< 600 ms" if "full" in name else "< 1500 ms"
            rows.append(Row(f"{name}: key press to frame, median", _ms(median(shown)), target))
            rows.append(Row("... slowest", _ms(shown[-1])))
            rows.append(Row("... to the last cell, median", _ms(median(came))))
            rows.append(Row("... of which the trainer's", str(page.text_content(".sw-said"))))
    print_table("From a slider's move to a whole map", rows)


if __name__ == "__main__":
    main()
