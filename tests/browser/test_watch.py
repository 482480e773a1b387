"""A run of a terminal plays on the page that has given its address, to its end."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from linreg_core.__main__ import main
from tests.browser.live import FIT, LOSS, Live
from tests.browser.test_access import PHONE, SCREEN, check
from tests.conftest import ROOT

COMMAND = ".watch-command pre"
READ = "clipboard.readText()"
IMAGE = "<img src=x onerror='window.hacked=1'>"


def shown_address(page: Page) -> str:
    """Shows the address to which a waiting page's run is sent, and returns it."""
    page.get_by_role("button", name="Show the address").click()
    expect(page.locator(COMMAND)).to_contain_text("/watch/")
    return page.locator(COMMAND).inner_text().split("--watch '")[1].split("'")[0]


def test_the_address_is_copied_unseen_and_shown_when_asked_for(
    guest: Callable[..., Live],
) -> None:
    live = guest(permissions=["clipboard-read", "clipboard-write"])
    page = live.page
    page.goto(f"{live.address}/watch")
    expect(page.locator(COMMAND)).to_have_text(re.compile("^python -m linreg_core .* --watch"))
    page.evaluate("window.clipboard = navigator.clipboard")
    copy, status = page.get_by_role("button", name="Copy"), page.locator(".watch-command p")
    copy.click()
    expect(status).to_contain_text("Copied")
    copied = page.evaluate(READ)
    assert copied not in page.content() and "/watch/" not in page.inner_text("body")

    page.evaluate("clipboard.writeText('')")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")  # http
    copy.click()
    page.wait_for_function(f"async (copied) => (await {READ}) === copied", arg=copied)
    page.evaluate("document.execCommand = () => false")
    copy.click()
    expect(status).to_contain_text("show the address, and copy")
    assert "/watch/" not in page.inner_text("body")
    assert shown_address(page) in copied
    assert page.locator(COMMAND).inner_text() == copied
    check(page, (SCREEN, "light"), (PHONE, "dark"))
    page.get_by_role("button", name="Hide the address").click()
    assert "/watch/" not in page.inner_text("body")


def test_a_run_of_a_terminal_plays_on_the_page(guest: Callable[..., Live], tmp_path: Path) -> None:
    live = guest()
    page = live.page
    page.goto(f"{live.address}/data")
    page.get_by_text("Watch a run from elsewhere").click()
    expect(page.get_by_text("Waiting for the run.")).to_be_visible()
    address = shown_address(page)
    assert address.startswith(f"{live.address}/watch/")
    table = tmp_path / "**bold** & [l](x).csv"
    text = (ROOT / "data" / "condos.csv").read_text(encoding="utf-8")
    table.write_text(text.replace("sale_price", IMAGE, 1), encoding="utf-8")
    assert main([str(table), "--target", IMAGE, "--epochs", "60", "--watch", address]) == 0
    live.to_end()
    assert live.data["status"] in ("finished", "converged") and live.epoch == 60
    assert IMAGE in str(page.locator(".ll-equation").get_attribute("title"))
    expect(page.locator(".st-key-watched")).to_contain_text(f"{table.name} · 118 rows · 1 feature")
    live.wait_until_settled()
    assert live.n_pixels(LOSS) > 200 and live.n_pixels(FIT) > 200
    with page.expect_download() as download:
        page.get_by_role("button", name="States as CSV").click()
    assert len(download.value.path().read_text(encoding="utf-8").splitlines()) == 62
    assert page.evaluate("window.hacked") is None
    assert page.locator(".ll-pin-it").count() == 0
