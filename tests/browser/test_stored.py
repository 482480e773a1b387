"""All stored rows are learned live, while pictures show a sample of them."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.live import FIT, LOSS, Live


def test_all_stored_rows_are_learned_live(guest: Callable[..., Live]) -> None:
    live = guest()
    page = live.page
    page.goto(f"{live.address}/data")
    page.get_by_role("button", name="Stored line").click()
    live.to_end()
    note = page.locator(".ll-sample").first
    line = page.locator(".st-key-file_line")
    expect(line).to_contain_text("a fair sample of 5,000 of 20,000 rows")
    expect(note).to_have_text("")  # the sample is shown whole
    page.get_by_text("Learn all 20,000 rows").first.click()
    expect(note).to_have_text("5,000 of 20,000 points")
    expect(line).to_contain_text("20,000 rows, 5,000 of them in sight")
    live.to_end()
    live.wait_until_settled()
    assert live.data["status"] in ("finished", "converged")
    assert live.n_pixels(FIT) > 200 and live.n_pixels(LOSS) > 200
    equation = page.locator(".ll-equation").inner_text()
    assert equation.startswith(("score = 2.00", "score = 1.99")), equation
    expect(page.get_by_text("Least squares from second moments")).to_be_visible()
    page.get_by_text("Learn all 20,000 rows").first.click()
    expect(note).to_have_text("")
