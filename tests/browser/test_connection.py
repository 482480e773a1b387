"""A connection that breaks: a sentence when it stays broken, nothing to notice when it does not."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Route, expect

from dashboard.presets import T4
from tests.browser.conftest import Watch
from tests.browser.live import ROOT, Live

RUNS = re.compile(r"/live/(?!trainer$)[^/]+$")
N_ATTEMPTS = 5  # the first, and one after each of four pauses
REFUSED = r"Failed to load resource: net::ERR_FAILED"


def test_a_lost_connection_says_so_and_the_run_comes_when_it_is_back(
    guest: Callable[..., Live], watch: Watch
) -> None:
    watch.allowed = REFUSED
    attempts: list[str] = []

    def refuse(route: Route) -> None:
        attempts.append(route.request.url)
        route.abort()

    live = guest().open(T4.settings.link()).to_end()
    live.mark()
    equation, n_runs = live.equation, live.data["runs"]
    live.page.route(RUNS, refuse)
    live.slider("Noise").focus()
    live.page.keyboard.press("ArrowRight")
    expect(live.note).to_contain_text("The connection to the server was lost")
    assert len(attempts) >= N_ATTEMPTS and len(set(attempts)) == 1
    assert live.equation == equation
    live.page.unroute(RUNS)
    expect(live.note).not_to_contain_text("connection")
    live.page.wait_for_selector(f"{ROOT}:not([data-runs='{n_runs}'])")
    live.to_end()
    assert live.equation != equation
    live.assert_marks()


def test_a_stream_that_breaks_off_is_fetched_again(guest: Callable[..., Live]) -> None:
    live = guest()
    cuts: list[int] = []

    def cut_first(route: Route) -> None:
        if cuts:
            return route.continue_()
        body = route.fetch().body()
        cuts.append(len(body))
        route.fulfill(status=200, body=body[: len(body) // 2])

    live.page.route(RUNS, cut_first)
    live.page.goto(f"{live.address}/{T4.settings.link()}")
    live.page.wait_for_selector(f"{ROOT}[data-runs='2']")
    live.to_end()
    assert cuts and live.data["status"] == "converged"
    expect(live.engine).to_contain_text("epochs in")
