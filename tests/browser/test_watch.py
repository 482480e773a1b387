"""A run of a terminal plays on the page that has given its address, to its end."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from linreg_core.__main__ import main
from tests.browser.live import FIT, LOSS, Live
from tests.conftest import ROOT

IMAGE = "<img src=x onerror='window.hacked=1'>"


def test_a_run_of_a_terminal_plays_on_the_page(guest: Callable[..., Live], tmp_path: Path) -> None:
    live = guest()
    page = live.page
    page.goto(f"{live.address}/data")
    page.get_by_text("Watch a run from elsewhere").click()
    expect(page.get_by_text("Waiting for the run.")).to_be_visible()
    command = page.get_by_test_id("stCode").inner_text()
    found = re.search(r"--watch '([^']+)'", command)
    assert found is not None and found[1].startswith(f"{live.address}/watch/")
    table = tmp_path / "**bold** & [l](x).csv"
    text = (ROOT / "data" / "condos.csv").read_text(encoding="utf-8")
    table.write_text(text.replace("sale_price", IMAGE, 1), encoding="utf-8")
    assert main([str(table), "--target", IMAGE, "--epochs", "60", "--watch", found[1]]) == 0
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
