"""Who can't see well, or uses no mouse: what axe-core finds, and how far the keyboard has to go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

from dashboard.presets import T1, T3, T4
from dashboard.settings import Settings, make_settings
from linreg_core import fit
from tests.browser.data_page import DataPage
from tests.browser.live import PLAYED, ROOT, SETTLED, TRAINED, Live

DIVERGED = make_settings("line", learning_rate=5.0, n_epochs=100)
CLOSED = make_settings("line", solver="closed_form")
NO_TARGET = b"name,town\nAnn,Rome\nBob,Oslo\n"
OPEN_QUESTIONS = "\n".join(
    ["day,size,price", *(f'0{i}/0{i + 1}/2024,"{i},111","{i},{i}77"' for i in range(1, 9))]
).encode()
DOUBTFUL = "\n".join(
    ["area;rooms;price", *(f"{40 + i};{-999 if i == 4 else 1 + i % 4};{9 * i}" for i in range(20))]
).encode()
PHONE: Final[ViewportSize] = {"width": 390, "height": 800}
SCREEN: Final[ViewportSize] = {"width": 1280, "height": 800}
Scheme = Literal["light", "dark"]
SERIOUS = ("serious", "critical")
_FIRST_TUTORIAL = T1.title
_THEME_IS = "(scheme) => getComputedStyle(document.querySelector('.stApp')).colorScheme === scheme"
_FOCUSED = """() => {
  const { activeElement: element } = document;
  return element.getAttribute("aria-label") ?? element.textContent;
}"""
_ROWS = "(table) => [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent))"
_VIOLATIONS = """async (within) => {
  const where = within.length ? { include: within.map((selector) => [selector]) } : document;
  return (await axe.run(where, { resultTypes: ["violations"] })).violations;
}"""
_TABS = ("[role=tablist]", "[role=tabpanel]")
_HAS_RING = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" || style.boxShadow !== "none";
}"""


def findings(page: Page, *within: str) -> list[str]:
    """What axe finds serious or critical, each with its element and reason.

    It looks `within` these elements, or at all of the page.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    return [
        f"{violation['id']}: {node['html'][:160]}: {node['failureSummary']}"
        for violation in page.evaluate(_VIOLATIONS, within)
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]


def check(page: Page, *views: tuple[ViewportSize, Scheme]) -> None:
    for screen, scheme in views:
        page.set_viewport_size(screen)
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(_THEME_IS, arg=scheme)
        if page.locator(ROOT).count():
            page.wait_for_selector(SETTLED)  # pictures follow the theme
        assert not findings(page), (screen, scheme)


@pytest.mark.parametrize(
    ("settings", "views"),
    [
        (T1.settings, [(SCREEN, "light"), (PHONE, "dark")]),
        (T3.settings, [(SCREEN, "dark")]),
        (DIVERGED, [(SCREEN, "light"), (SCREEN, "dark")]),
        (CLOSED, [(PHONE, "light")]),
    ],
)
def test_axe_finds_nothing_serious_on_the_play_page(
    live: Live, settings: Settings, views: list[tuple[ViewportSize, Scheme]]
) -> None:
    live.open(settings.link()).to_end()
    check(live.page, *views)


def test_axe_finds_nothing_serious_around_a_table(data: DataPage) -> None:
    data.start()
    check(data.page, (SCREEN, "light"), (PHONE, "dark"))
    data.drop("people.csv", NO_TARGET)
    data.alerts.first.wait_for()
    check(data.page, (SCREEN, "dark"), (PHONE, "light"))


def test_axe_finds_nothing_serious_in_a_report(data: DataPage) -> None:
    data.start("?table=longley")
    data.page.wait_for_selector(TRAINED)
    data.wait_for_comparison()
    check(data.page, (PHONE, "dark"), (SCREEN, "light"))
    for name in ("Predict", "Take away", "Table"):
        data.tab(name)
        assert not findings(data.page, *_TABS), name  # around them all is as it was


def test_axe_finds_nothing_serious_where_a_file_leaves_doubts(data: DataPage) -> None:
    data.start()
    data.drop("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(500))
    data.alerts.first.wait_for()
    data.drop("open.csv", OPEN_QUESTIONS)
    expect(data.alerts).to_have_count(2)
    check(data.page, (PHONE, "light"), (SCREEN, "dark"))
    data.learn("doubtful.csv", DOUBTFUL)
    expect(data.alerts).to_contain_text("-999")
    button = data.page.get_by_role("button", name="How it was read")
    button.focus()
    data.page.keyboard.press("Enter")
    expect(data.page.get_by_test_id("stPopoverBody")).to_be_focused()
    check(data.page, (SCREEN, "dark"))
    assert press(data.page, "Tab") == "Columns are separated by"
    data.page.keyboard.press("Escape")
    expect(button).to_be_focused()
    data.page.emulate_media(forced_colors="active")
    assert not findings(data.page)


def press(page: Page, key: str, n_times: int = 1) -> str:
    """What has the focus after a key."""
    for _ in range(n_times):
        page.keyboard.press(key)
    return str(page.evaluate(_FOCUSED))


def test_few_keys_lead_to_the_tutorials_and_the_transport(guest: Callable[..., Live]) -> None:
    live = guest().open().to_end()
    assert press(live.page, "Tab").startswith("Skip to")
    press(live.page, "Enter")
    assert press(live.page, "Tab") == _FIRST_TUTORIAL
    assert live.page.evaluate(_HAS_RING)
    assert press(live.page, "Tab", 6).startswith("Back to the start")  # past "Share" and the room
    assert live.page.evaluate(_HAS_RING)


def open_table(live: Live, picture: str) -> list[list[str]]:
    """Opens a picture's table by keyboard and returns its rows, the head first."""
    live.page.locator(f".ll-{picture} .ll-table-button").focus()
    live.page.keyboard.press("Enter")
    table = live.page.get_by_role("dialog").get_by_role("table")
    expect(table).to_be_visible()
    rows: list[list[str]] = table.evaluate(_ROWS)
    return rows


def close_table(live: Live) -> None:
    live.page.keyboard.press("Escape")
    expect(live.page.get_by_role("dialog")).to_have_count(0)


def test_every_picture_is_also_a_table(live: Live) -> None:
    live.open(T4.settings.link())
    assert not findings(live.page)  # while it plays
    live.page.wait_for_selector(PLAYED)
    points = open_table(live, "fit")
    assert points[0] == ["row", "x", "y", "predicted"] and len(points) == 1 + 100
    assert not findings(live.page)
    live.page.keyboard.press("Home")  # scrolls, and leaves the run where it is
    close_table(live)
    assert live.page.locator(".linreg-live").get_attribute("data-epoch") == "1000"
    assert press(live.page, "Shift+Tab") != press(live.page, "Tab") == "Table"  # focus is back
    loss = open_table(live, "loss")
    assert loss[0] == ["epoch", "train"] and loss[-1][0] == "1,000"
    assert len(loss) == 1 + 200  # evenly spaced
    close_table(live)
    learned = {row[0]: row[1] for row in open_table(live, "bias")[1:]}
    close_table(live)
    landscape = open_table(live, "weights")
    assert landscape[0] == ["epoch", "training loss", "weight", "bias"]
    close_table(live)
    final = fit(T4.settings.problem_spec.build(), T4.settings.config()).final.params
    assert float(learned["learned"].replace("\u2212", "-")) == pytest.approx(final.bias, rel=1e-5)
    assert float(landscape[-1][2]) == pytest.approx(final.weights[0], rel=1e-5)
