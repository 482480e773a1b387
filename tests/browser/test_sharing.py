"""A link that proves itself: made in one browser, opened in another, with its table inside."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import segno
from playwright.sync_api import Page, expect

from dashboard.qr import QUIET_ZONE, qr_modules
from tests.browser.data_page import DataPage
from tests.browser.live import PLAYED, Live

_MODULES = """async (picture, size) => {
  await picture.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
  const paint = canvas.getContext("2d");
  paint.imageSmoothingEnabled = false;
  paint.drawImage(picture, 0, 0, size, size);
  const { data } = paint.getImageData(0, 0, size, size);
  return Array.from({ length: size * size }, (_, i) => (data[4 * i] < 128 ? 1 : 0));
}"""


def shared_link(page: Page) -> str:
    """What the Share dialog's field holds once it has the link of a run that has ended."""
    page.get_by_role("button", name="Share", exact=True).first.click()
    field = page.get_by_role("textbox", name="Link")
    expect(field).to_have_value(re.compile("proof=.*rows="))
    return field.input_value()


def code_on_screen(page: Page, link: str) -> list[Any]:
    """The dark modules of the QR code, as the browser draws it."""
    size = qr_modules(link)
    dark = page.get_by_alt_text("QR code of the link").evaluate(_MODULES, size)
    inside = slice(QUIET_ZONE, -QUIET_ZONE)
    modules: list[Any] = np.array(dark).reshape(size, size)[inside, inside].tolist()
    return modules


def test_a_link_with_a_table_is_reproduced_elsewhere(
    data: DataPage, guest: Callable[..., Live]
) -> None:
    rng = np.random.default_rng(4)
    dose = rng.uniform(0, 10, 100)
    response = 2 * dose + rng.normal(0, 1, 100)
    rows = [f"{x:.2f}\t{y:.2f}" for x, y in zip(dose, response, strict=True)]
    data.start().page.get_by_role("textbox").first.fill("\n".join(["dose\tresponse", *rows]))
    data.page.get_by_role("button", name="Fit").first.click()
    data.to_end()
    link = shared_link(data.page)
    assert len(link) < 2_000
    expected = segno.make(link, error="l", micro=False, mask=2)
    assert code_on_screen(data.page, link) == [list(row) for row in expected.matrix]
    data.page.get_by_role("button", name="Copy").click()
    expect(data.page.locator(".share-text button")).to_have_text("Copied")

    page = guest().page
    page.goto(f"{link}&hide=learning_rate,target&embed=true")
    page.locator(PLAYED).wait_for()
    expect(page.get_by_text("Reproduced to")).to_contain_text("15 digits")
    expect(page.locator(".st-key-file_line")).to_contain_text("pasted cells")
    assert page.locator(".st-key-target").count() == 0
    page.get_by_role("button", name="Show all controls").click()
    page.locator(".st-key-target").wait_for()
    expect(page.get_by_text("Reproduced to")).to_be_visible()
