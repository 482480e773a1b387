"""A run is kept: saved for this browser, found after a reload, and taken along as a file."""

from __future__ import annotations

import base64
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.server import Server
from tests.browser.conftest import PATIENCE_MS, SCREEN, Watch

EVIL = "<img src=x onerror=alert(1)> *one*"
TRAINED = ".linreg-live[data-status]:not([data-status=running])"
DROP = """async ([name, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type: "application/zip" }));
  const options = { dataTransfer: data, bubbles: true, cancelable: true };
  document.body.dispatchEvent(new DragEvent("drop", options));
}"""


@pytest.fixture
def page(browser: Browser, watch: Watch) -> Iterator[Page]:
    context = browser.new_context(viewport=SCREEN, accept_downloads=True)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    watch.follow(context)
    yield context.new_page()
    context.close()
    watch.check()


def save(page: Page, folder: Path) -> Path:
    """Saves the run on screen under a nasty name, and takes its project file along."""
    page.get_by_role("button", name="Share").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Project", exact=True).click()
    dialog.get_by_label("Name", exact=True).fill(EVIL)
    dialog.get_by_label("Notes").fill("Look at the *end*.")
    dialog.get_by_role("button", name="Save for this browser").click()
    expect(dialog.get_by_text("Saved as")).to_be_visible()
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Project file").click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    dialog.get_by_label("Close").click()
    return file


def drop(page: Page, name: str, data: bytes) -> None:
    page.evaluate(DROP, [name, base64.b64encode(data).decode()])


def test_a_run_is_saved_found_again_and_dropped(
    server: Server, page: Page, watch: Watch, tmp_path: Path
) -> None:
    root = f"http://{server.address}"
    page.goto(f"{root}/?v=1&dataset=line&noise=0.4&learning_rate=0.05")
    page.wait_for_selector(TRAINED)
    file = save(page, tmp_path)
    assert file.name.endswith(".linreg.zip")
    assert "result.json" in zipfile.ZipFile(file).namelist()

    page.get_by_role("link", name="Saved").first.click()
    expect(page.locator(".sv-name")).to_have_text(EVIL)
    page.reload()  # another session: the browser has kept the key
    expect(page.locator(".sv-name")).to_have_text(EVIL)
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Rename").click()
    page.keyboard.type("Two")
    page.keyboard.press("Enter")
    expect(page.locator(".sv-name")).to_have_text("Two")
    page.locator(".sv-name").click()
    page.wait_for_selector(TRAINED)
    page.wait_for_function("location.search.includes('noise=0.4')")

    page.goto(f"{root}/?v=1&dataset=line&noise=0.1")
    page.wait_for_selector(TRAINED)
    drop(page, file.name, file.read_bytes())
    expect(page.get_by_text("Opened")).to_be_visible()
    page.wait_for_function("location.search.includes('learning_rate=0.05')")
    watch.allowed = "400"  # the browser's own line on a request that was refused
    drop(page, "bad.linreg.zip", file.read_bytes()[:-9])
    expect(page.get_by_text("This project file is damaged")).to_be_visible()
    expect(page.locator(TRAINED)).to_be_visible()
