"""A run draws itself, plays, and follows the transport, by mouse and by keyboard.

A page takes seconds to load, so that a test does several things on one page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from dashboard.presets import T3, T4
from tests.browser.live import LINE, LOSS, PICTURES, PLAYED, ROOT, WEIGHTS, Live

LINK = LINE.link()
LABELS = {
    "reset": "Back to the start",
    "back": "One step back",
    "step": "One step on",
    "play": "Play",
    "pause": "Pause",
}
KEYS = {
    "reset": "Home",
    "back": "ArrowLeft",
    "step": "ArrowRight",
    "play": "Space",
    "pause": "Space",
}
SPEEDS = {"0.25": 50, "1": 200, "4": 800}  # epochs of 1,000 that play in 600 ms


def by_mouse(live: Live, name: str) -> None:
    live.page.locator(f".ll-transport button[aria-label^='{LABELS[name]}']").click()


def by_keyboard(live: Live, name: str) -> None:
    live.page.keyboard.press(KEYS[name])


def test_load_draws_and_plays(guest: Callable[..., Live]) -> None:
    live = guest().open(LINK)
    live.page.wait_for_selector(PLAYED)
    epochs = [state["epoch"] for state in live.seen if state["state"] == "playing"]
    assert epochs == sorted(epochs)
    assert len(set(epochs)) > 2  # at any frame rate
    assert live.data["status"] == "converged"
    assert live.epoch == live.seen[-1]["epoch"] >= max(epochs)
    assert live.plot(0).locator(".points .point").count() == 100
    learned = {name: live.n_pixels(picture) for name, picture in PICTURES.items()}
    assert min(learned.values()) > 40, learned


def test_transport(live: Live) -> None:
    live.open(LINK)
    live.page.locator(".ll-speed").select_option("0.25")  # nobody is too late to pause
    for press in (by_mouse, by_keyboard):
        check_transport(live.to_end(), press)


def check_transport(live: Live, press: Callable[[Live, str], None]) -> None:
    end, learned = live.epoch, live.equation
    for name, expected in (("back", end - 1), ("back", end - 2), ("step", end - 1), ("reset", 0)):
        press(live, name)
        live.wait_for("live.epoch === String(arg) && live.state === 'paused'", expected)
    assert live.equation != learned
    press(live, "play")
    live.wait_for("live.state === 'playing' && Number(live.epoch) > 0")
    press(live, "pause")
    live.wait_for("live.state === 'paused'")
    assert 0 < live.epoch < end
    live.to_end()
    press(live, "play")  # at the end: from the start again
    live.wait_for("live.state === 'playing' && Number(live.epoch) < arg", end)


def test_scrubbing(live: Live) -> None:
    end = live.open(LINK).to_end().epoch
    live.page.locator(".ll-scrubber").focus()
    live.page.keyboard.press("ArrowLeft")
    live.wait_for("live.epoch === String(arg)", end - 1)
    live.page.locator(".ll-scrubber").click()  # in its middle
    live.wait_for("Number(live.epoch) < arg", end - 1)
    assert live.data["state"] == "paused"
    assert 0.4 * end < live.epoch < 0.6 * end
    assert live.page.inner_text(".ll-epoch").startswith(f"{live.epoch:,} / ")
    assert live.metric("Status") == "Paused"


def test_speed(newcomer: Callable[..., Live]) -> None:
    live = newcomer()
    live.page.clock.install()  # the page's time is ours: what plays in 600 ms is certain
    live.open(replace(T4.settings, init="zeros", learning_rate=1e-3).link()).to_end()
    live.page.clock.pause_at(live.page.evaluate("Date.now() + 1000"))
    for speed, expected in SPEEDS.items():
        live.page.locator(".ll-speed").select_option(speed)
        live.page.locator(".ll-speed").blur()
        live.page.keyboard.press("Home")
        live.page.keyboard.press("Space")
        live.page.clock.run_for(600)
        assert live.epoch == pytest.approx(expected, abs=20 * float(speed))
        live.page.keyboard.press("Space")


def test_a_long_run_plays_before_it_is_trained(live: Live) -> None:
    live.open(replace(T3.settings, engine="torch").link()).to_end()  # the slower one
    early = [state for state in live.seen if state["status"] == "running" and state["epoch"] > 0]
    assert early, "The first frame came after the end of training."
    assert live.data["status"] == "finished"
    assert live.n_pixels(WEIGHTS) > 500


def test_reduced_motion_shows_the_end_at_once(visitor: Callable[..., Live]) -> None:
    live = visitor(reduced_motion="reduce").open(LINK)
    live.page.wait_for_selector(PLAYED)
    live.wait_for("Number(live.epoch) > 0")
    assert not [state for state in live.seen if state["state"] == "playing"]
    assert live.metric("Status") == "Converged"
    assert live.n_pixels(LOSS) > 40


def test_reload_in_mid_run(guest: Callable[..., Live]) -> None:
    live = guest().open(replace(T3.settings, n_epochs=20_000).link())
    for _ in range(2):
        live.page.wait_for_selector(f"{ROOT}[data-state=playing][data-status=running]")
        live.page.reload()
    live.page.wait_for_selector(f"{ROOT}[data-state=playing]")
    live.move("Epochs", "Home")
    assert live.epoch == 1
