"""Pictures of a room: a class of thirty, played over HTTP, and one phone."""

from __future__ import annotations

import secrets
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, BrowserContext, Page

from benchmarks.server import Server
from dashboard.presets import T4

N_PEOPLE = 30
N_TRIED = 2  # runs of each in free play
N_RUNS = 4  # of each, in the task
_LAPTOP = {"width": 1280, "height": 800}
_PHONE = {"width": 390, "height": 844}
_FADED_MS = 800  # Streamlit fades what is new, and charts take a frame


def take_room(browser: Browser, server: Server, folder: Path) -> None:
    """Writes room-join, room-play, room-phone and room-board."""
    address = f"http://{server.address}"
    context = browser.new_context(viewport=_LAPTOP)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{address}/{T4.settings.link()}")
    page.get_by_role("button", name="Start a room").click()
    page.wait_for_selector(".linreg-room[data-join=full]")
    code = page.url.partition("room=")[2]
    page.wait_for_function("document.querySelector('.pr-qr').naturalWidth > 0")
    page.get_by_label("This machine's address").fill("https://class.example")
    _shoot(page, folder, "room-join")
    room = _Class(context, f"{address}/room/{code}")
    room.train(1, rates=N_TRIED)
    page.wait_for_selector(f"[data-dots='{N_TRIED * N_PEOPLE}']")
    _shoot(page, folder, "room-play")
    _join_by_phone(browser, f"{address}/join/{code}", folder)
    _play_task(page, room)
    _shoot(page, folder, "room-board")
    context.close()


def _join_by_phone(browser: Browser, address: str, folder: Path) -> None:
    phone = browser.new_context(viewport=_PHONE, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    page = phone.new_page()
    page.goto(address)
    page.locator("canvas").first.wait_for()
    page.wait_for_timeout(4 * _FADED_MS)  # its first run plays
    _shoot(page, folder, "room-phone")
    phone.close()


def _play_task(page: Page, room: _Class) -> None:
    page.get_by_role("button", name="Start a task").click()
    page.locator(".pr-form input[value=fewest_epochs]").check()
    page.locator(".pr-form .pr-primary").click()
    page.wait_for_selector("[data-task='2']")
    room.train(2, rates=N_RUNS)
    page.wait_for_selector(f"[data-dots='{N_RUNS * N_PEOPLE}']")
    for step in ("End task", "Reveal", "Explain"):
        page.get_by_role("button", name=step, exact=True).click()
        page.get_by_role("button", name=step, exact=True).and_(page.locator(":enabled")).wait_for(
            state="detached"
        )
    page.wait_for_selector("[data-board=shown]")


class _Class:
    """People who take part over HTTP."""

    def __init__(self, context: BrowserContext, room: str) -> None:
        self._http, self._room = context.request, room
        self._tokens = [secrets.token_urlsafe(24) for _ in range(N_PEOPLE)]
        self._rng = np.random.default_rng(3)
        for token in self._tokens:
            self._http.post(f"{room}/people", headers=_signed(token), data={})

    def train(self, task: int, rates: int) -> None:
        """Everybody tries so many rates, better ones as they go on."""
        for token in self._tokens:
            for spread in np.linspace(1.0, 0.35, rates):
                rate = f"{min(9.0, 0.25 * 10 ** self._rng.normal(0, spread)):.6g}"
                query = {"task": task, "visitor": secrets.token_urlsafe(18), "slot": 0}
                self._http.get(
                    f"{self._room}/run",
                    headers=_signed(token),
                    params={**query, "learning_rate": rate},
                )


def _signed(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _shoot(page: Page, folder: Path, name: str) -> None:
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement?.blur()")
    page.wait_for_timeout(_FADED_MS)
    page.screenshot(path=folder / f"{name}.png")
