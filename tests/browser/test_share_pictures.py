"""Pictures to take away, each opened in what people open it with: a browser, and Pillow."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from dashboard.live.assets import Assets
from tests.browser.conftest import Watch
from tests.browser.live import Live

ENDED = "?dataset=line&n_samples=40&n_epochs=60&seed=3"
_SEEN = (Path(__file__).parent / "seen_video.js").read_text()

_REPLAY = """async (title) => {
  const { run } = (await document.querySelector(".linreg-live").view).onScreen;
  const body = JSON.stringify({ title });
  return (await fetch(run.url.replace("?", "/replay?"), { method: "POST", body })).text();
}"""
_SET = "async ([module, video]) => Object.assign((await import(module)).VIDEO, video)"
SHORT = {"nFrames": 49, "restMs": 700}
LONG = {"nFrames": 181, "restMs": 2000}
HOSTILE = "</title><script>alert(1)</script><!-- & {title}"


class Pictures:
    """The Share dialog's pictures."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.get_by_role("button", name="Share", exact=True).click()
        page.get_by_role("radio", name="Pictures").or_(
            page.get_by_test_id("stButtonGroup").get_by_text("Pictures")
        ).first.click()
        self.root = page.locator(".lp[data-ready=true]")
        expect(self.root).to_be_visible()

    def film(self, video: dict[str, int]) -> None:
        """Sets how long videos are: `tests/js/movie.test.js` knows what people get."""
        module = f"/live/assets/{Assets().path_of('replay/static/take_pictures.js')}"
        self.page.evaluate(_SET, [module, video])

    def row(self, name: str) -> Locator:
        return self.root.get_by_role("group", name=name, exact=True)

    def taken(self, row: str, label: str) -> bytes:
        """The file that a button gives."""
        with self.page.expect_download() as download:
            self.row(row).get_by_role("button", name=label, exact=True).click()
        return Path(download.value.path()).read_bytes()

    def seen(self, video: bytes, kind: str) -> dict[str, Any]:
        """What the browser shows of a video."""
        told = [base64.b64encode(video).decode(), kind, [0.02, 0.4, 0.97]]
        found: dict[str, Any] = self.page.evaluate(_SEEN, told)
        return found


def pixels(frame: str) -> np.ndarray[Any, Any]:
    with Image.open(io.BytesIO(base64.b64decode(frame.split(",")[1]))) as picture:
        return np.asarray(picture.convert("RGB"), int)


def check_video(seen: dict[str, Any], seconds: float, is_exact: bool = True) -> None:
    """A recorded video has what the machine had time for."""
    assert seen["size"] == [1280, 720]
    assert seen["duration"] > seconds
    assert seen["end"] == pytest.approx(seen["duration"])
    first, later, last = map(pixels, seen["frames"])
    assert np.abs(first - last).max() > 100, "frames differ"
    if not is_exact:
        return
    done = [(frame[716:, :, 2] < 80).mean() for frame in (first, later, last)]  # of the foot
    assert done[0] < 0.1 < done[1] < done[2] and done[2] > 0.95


def test_a_run_is_taken_away_as_pictures(guest: Callable[..., Live]) -> None:
    live = guest()
    live.open(ENDED)
    pictures = Pictures(live.page)

    pictures.film(SHORT)
    check_video(pictures.seen(pictures.taken("Video", "MP4"), "video/mp4"), 2.3)
    check_video(pictures.seen(pictures.taken("Video", "WebM"), "video/webm"), 2.3)

    gif = pictures.taken("GIF", "GIF")
    assert len(gif) < 2_000_000
    with Image.open(io.BytesIO(gif)) as movie:
        assert (movie.format, movie.n_frames, movie.size) == ("GIF", 60, (640, 360))

    with Image.open(io.BytesIO(pictures.taken("PNG for paper", "Loss by epoch"))) as picture:
        assert abs(picture.width - 1890) <= 2
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=1)
        picture.load()

    replay = pictures.taken("Replay", "HTML").decode()
    assert len(replay) < 400_000
    assert f'<a href="{live.page.url.split("?")[0]}' in replay

    pictures.row("Video").get_by_role("button", name="MP4").click()
    pictures.root.get_by_role("button", name="Cancel").click()
    expect(pictures.root).to_have_attribute("data-busy", "false")
    expect(pictures.root.get_by_role("status")).to_have_text("")

    live.page.keyboard.press("Escape")
    expect(pictures.root).to_have_count(0)
    live.page.evaluate("delete window.VideoEncoder")  # as on a page without https
    recorded = Pictures(live.page)
    recorded.film(LONG)  # what is recorded takes as long as it plays: there is time for frames
    video = recorded.taken("Video", "WebM")
    check_video(recorded.seen(video, "video/webm"), 7.9, is_exact=False)


def kept(live: Live, folder: Path) -> Path:
    """The replay of the run on screen, in a file; its title is somebody's who means harm."""
    path = folder / "replay.html"
    path.write_text(live.page.evaluate(_REPLAY, HOSTILE))
    return path


def test_a_replay_plays_from_a_file_without_a_network(
    browser: Browser, live: Live, watch: Watch, tmp_path: Path
) -> None:
    file = kept(live.open(ENDED).to_end(), tmp_path)
    watch.check()
    check_replay(browser, watch, file, 1280, "light")
    check_replay(browser, watch, file, 390, "dark", reduced_motion="reduce")


def check_replay(
    browser: Browser, watch: Watch, file: Path, width: int, scheme: Any, **options: Any
) -> None:
    screen: Any = {"width": width, "height": 800}
    context = browser.new_context(viewport=screen, offline=True, color_scheme=scheme, **options)
    watch.follow(context)
    page = context.new_page()
    page.goto(file.as_uri())
    root = page.locator("#replay")
    expect(root).to_have_attribute("data-epoch", "60")
    expect(root).to_have_attribute("data-state", "paused")
    expect(page.locator("h1")).to_have_text(HOSTILE)
    expect(page.locator(".ll-chart")).to_have_count(4)
    page.keyboard.press("s")
    expect(root).to_have_attribute("data-epoch", "0")
    page.keyboard.press("k")
    expect(root).to_have_attribute("data-epoch", "60")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(18, 24, 31)")
    page.locator(".lr-weights .ll-menu").select_option(label="True against learned weights")
    expect(page.locator(".lr-weights .ll-described")).to_have_text(re.compile("Learned weight"))
    page.get_by_text("Settings", exact=True).click()
    expect(page.get_by_role("row", name="Learning rate")).to_be_visible()
    assert watch.strangers == [file.as_uri()], "nothing is loaded but the file"
    watch.strangers.clear()
    context.close()
