"""A race in one visit: started, watched, and shown by what it has cost."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from dashboard.settings import make_settings
from tests.browser.live import Live

LINE = make_settings("line", n_epochs=200, solver="adam")
_PLACE = re.compile(r"^=?\d(st|nd|rd|th) · \d+$|^did not finish$|^diverged$")


def test_solvers_race_and_the_loss_is_shown_by_gradient_evaluations(live: Live) -> None:
    live.open(LINE.link()).to_end()
    live.page.get_by_role("button", name="Race").click()
    live.page.get_by_role("button", name="Start", exact=True).click()
    expect(live.page.locator(".ll-pin")).to_have_count(8, timeout=60_000)
    live.wait_for(
        "[...document.querySelectorAll('.ll-pin-said')].every((said) => said.textContent)"
    )
    said = live.page.locator(".ll-pin-said").all_inner_texts()
    assert len(said) == 8 and all(_PLACE.match(text) for text in said), said
    assert any(text.startswith(("1st", "=1st")) for text in said)
    row = live.page.locator(".ll-pins-table tr[data-row=finishing_order] td").all_inner_texts()
    assert row[1:] == [text.partition(" · ")[0] for text in said]
    live.page.select_option(".ll-loss select.ll-menu", "gradients")
    live.wait_for_query("loss_x", "gradients")
    expect(live.page.locator(".ll-loss .xtitle")).to_have_text(re.compile("gradient evaluations"))
    live.page.get_by_role("button", name="Horizontal axis logarithmic").click()
    live.wait_for_query("loss_axes", "log-log")
    live.wait_until_settled()
