"""Keep going: a change goes on from the epoch on screen, whichever control it is made with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dashboard.until import parse_until
from tests.browser.live import LINE, ROOT, Live

KEEP_GOING = ".ll-keep-going"
_EPOCHS = f"""() => {{
  window.epochs = [];
  const root = document.querySelector("{ROOT}");
  new MutationObserver(() => window.epochs.push(Number(root.dataset.epoch))).observe(
    root, {{ attributes: true, attributeFilter: ["data-epoch"] }});
}}"""


def until_of(live: Live) -> tuple[tuple[int, tuple[tuple[str, object], ...]], ...]:
    return parse_until(live.query.get("until", ""))


def test_changes_go_on_from_the_epoch_on_screen(visitor: Callable[..., Live]) -> None:
    live = visitor().open(LINE.link()).to_end()
    live.page.click(KEEP_GOING)
    live.page.wait_for_function("location.search.includes('keep_going=true')")
    live.seek(20)
    live.page.evaluate(_EPOCHS)
    former = live.n_runs
    live.page.locator(".st-key-learning_rate input[type=range]").first.focus()
    live.page.keyboard.press("ArrowLeft")
    live.wait_for_run(former)
    assert min(live.page.evaluate("window.epochs")) >= 20, "it did not start anew"
    assert until_of(live) == ((20, (("learning_rate", 0.1),)),)

    live.seek(60)
    former = live.n_runs
    live.page.locator(".st-key-solver input").first.click()
    live.page.get_by_role("option", name="Adam", exact=True).click()
    live.wait_for_run(former)
    assert until_of(live) == ((20, (("learning_rate", 0.1),)), (60, (("solver", "sgd"),)))

    former = live.n_runs
    live.page.click(KEEP_GOING)
    live.wait_for_run(former)
    assert "until" not in live.query


def test_a_link_with_changes_opens_the_same_run(visitor: Callable[..., Live]) -> None:
    changed = replace(LINE, learning_rate=1e-9, until=((40, (("learning_rate", 0.1),)),))
    live = visitor().open(changed.link()).to_end()
    at_end = live.line
    live.seek(40)
    assert live.line[0] != 0 and abs(live.line[0] - at_end[0]) < 1e-6, "nothing moves any more"
