"""A model of terms in few clicks: an interaction and a logarithm of the target, then a mistake."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from tests.browser.data_page import DataPage
from tests.browser.tables import csv, least_squares

MOST_CLICKS = 5
N = 48
UNFOLDED = """async (box) => {
  await Promise.allSettled(box.getAnimations({ subtree: true }).map(({ finished }) => finished));
}"""


class Hand:
    """Clicks, and counts how often."""

    def __init__(self, data: DataPage) -> None:
        self.data, self.n_clicks = data, 0

    def click(self, place: Locator) -> None:
        place.click()
        self.n_clicks += 1

    def click_for_run(self, place: Locator) -> None:
        former = self.data.n_runs
        self.click(place)
        self.data.wait_for_run(former)


def test_five_clicks_lead_from_a_file_to_an_interaction_and_a_log_target(data: DataPage) -> None:
    rng = np.random.default_rng(8)
    area, rooms = (30 + 120 * rng.random(N)).round(1), 1 + np.arange(N) % 4
    price = np.exp(4 + 0.01 * area + 0.2 * rooms + 0.1 * rng.normal(size=N)).round(2)
    data.start().learn("flats.csv", csv(area=area, rooms=rooms, price=price))
    hand, page = Hand(data), data.page
    hand.click_for_run(page.locator(".st-key-target_is_log label").first)
    hand.click(page.locator(".st-key-terms_box summary"))
    hand.click(page.locator(".st-key-term_chips").get_by_text("area", exact=True))
    partner = page.locator(".st-key-term_partner input")
    partner.wait_for()
    page.locator(".st-key-terms_box").evaluate(UNFOLDED)  # else the list would close with it
    hand.click(partner)
    hand.click_for_run(page.get_by_role("option", name="rooms", exact=True))
    assert hand.n_clicks <= MOST_CLICKS
    line = page.locator(".st-key-formula_line input")
    expect(line).to_have_value("log(price) ~ area * rooms")
    X = np.column_stack([area, rooms, area * rooms])
    expected = least_squares(X, np.log(price))
    data.wait_for_comparison()
    shown = {row[0]: row[1] for row in data.grid[1:]}
    assert list(shown) == ["intercept", "area", "rooms", "area × rooms"]
    found = [float(text.replace("\u2212", "-").replace(",", "")) for text in shown.values()]
    assert found == pytest.approx(list(expected), rel=1e-4)
    check_mistake(data, line)


def check_mistake(data: DataPage, line: Locator) -> None:
    """What is no formula is told below the line, by the keyboard alone, and the run stays."""
    former, equation = data.n_runs, data.equation
    line.fill("price ~ lag(area)")
    line.press("Enter")
    mistake = data.page.locator("[data-testid=stSidebar] [data-testid=stAlert]")
    expect(mistake.locator("strong")).to_have_text("lag")
    assert (data.n_runs, data.equation) == (former, equation)
    line.fill("price ~ area")
    line.press("Enter")
    data.wait_for_run(former)
    expect(mistake).to_have_count(0)
    assert data.query["features"] == "area" and data.query["formula"] == ""
