"""Sidebar, live slider, presets and the link: they agree, and nothing reloads or jumps."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Request, expect

from dashboard.presets import PRESETS, T1, T4, Preset
from tests.browser.conftest import Watch
from tests.browser.held_messages import HeldMessages
from tests.browser.live import LIGHT, SCRIPT_HAS_ENDED, Live

LINK = T4.settings.link()
_ABOUT = re.compile(r"/(trainer|diagnosis)\?")  # asked about a run, not for one
SCRIPT = "<img src=x onerror='window.hacked=1'><script>window.hacked=1</script>"
HOSTILE = {
    "v": SCRIPT,
    "dataset": SCRIPT,
    "loss": SCRIPT,
    "learning_rate": "nan",
    "n_epochs": "1e99",
    "seed": "-1",
    "noise": "inf",
    "n_samples": "999999999999",
    "batch_size": "__import__('os').system('id')",
    "momentum": "${7*7}",
    "init": "../../etc/passwd",
    "standardize": "maybe",
}


def preset_link(live: Live, preset: Preset) -> Any:
    return live.page.locator(".st-key-presets a").filter(has_text=preset.title)


def test_a_sidebar_slider_changes_the_run_and_nothing_else(live: Live) -> None:
    live.page.set_viewport_size({"width": 1280, "height": 640})  # the page has to scroll all along
    live.open(LINK).to_end()
    live.mark()
    live.page.eval_on_selector("[data-testid=stMain]", "(main) => main.scrollTo(0, 60)")
    for label, key in (("Noise", "ArrowRight"), ("Learning rate", "ArrowLeft"), ("Rows", "End")):
        before, equation = live.boxes(".ll-transport, .ll-plot, .ll-plotly"), live.equation
        live.move(label, key)
        assert live.boxes(".ll-transport, .ll-plot, .ll-plotly") == before, label
        assert live.equation != equation, label
    live.assert_marks()
    assert live.page.eval_on_selector("[data-testid=stMain]", "(main) => main.scrollTop") == 60


def test_dragging_the_live_learning_rate(live: Live) -> None:
    live.open(LINK).to_end()
    live.mark()
    sidebar, equation = live.slider("Learning rate"), live.equation
    for _ in dragged(live, live.page.locator(".ll-knob-slider"), 0.79, 0.6, 0.5):
        pass
    runs = live.n_runs
    live.wait_for_other_equation(equation)
    assert live.query["learning_rate"] == "0.1"
    assert sidebar.get_attribute("aria-valuetext") == "0.1"
    rate = live.page.inner_text(".ll-knob-value").replace("\u2212", "-")
    live.page.mouse.up()
    live.wait_for_query("learning_rate", f"{float(rate):.15g}")
    expect(sidebar).to_have_attribute("aria-valuetext", f"{float(rate):g}")
    live.wait_for_run(runs)
    live.assert_marks()


def test_a_key_on_a_slider_fetches_its_run_once(live: Live) -> None:
    """The view fetches it before the script says which it is, and not again."""
    live.open(LINK).to_end()
    runs, equation, asked = live.n_runs, live.equation, requests_for_runs(live)
    live.slider("Learning rate").press("ArrowLeft")
    live.wait_for_run(runs)
    live.wait_for_query("learning_rate", "0.05")
    live.page.wait_for_selector(SCRIPT_HAS_ENDED)
    assert live.equation != equation
    assert [url for url in asked if "learning_rate=0.05" in url] == asked
    assert len(asked) == 1 and live.n_runs == runs + 1


def test_dragging_a_slider_of_the_sidebar_retrains(live: Live) -> None:
    """Streamlit's server hears of it on release; the pictures follow the hand."""
    live.open(LINK).to_end()
    live.mark()
    slider, equation = live.slider("Noise"), live.equation
    for _ in dragged(live, live.page.locator(".st-key-noise [role=group]"), 0.2, 0.4, 0.6):
        live.wait_for("live.page === 'follows'")
        live.wait_for_other_equation(equation)
        equation = live.equation
    runs = live.n_runs
    assert live.query["noise"] == "0.1"
    live.page.mouse.up()
    live.wait_for_run(runs)
    text = slider.get_attribute("aria-valuetext")
    assert text
    live.wait_for_query("noise", f"{float(text):g}")
    live.assert_marks()


def test_a_slider_that_is_put_back_brings_its_run_back(live: Live) -> None:
    live.open(LINK).to_end()
    runs, equation = live.n_runs, live.equation
    thumb = live.slider("Learning rate").locator("xpath=../..").bounding_box()
    assert thumb
    x, y = thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] / 2
    live.page.mouse.move(x, y)
    live.page.mouse.down()
    live.page.mouse.move(x - 40, y, steps=4)
    live.wait_for("Number(live.runs) > arg", runs)
    runs = live.n_runs
    live.page.mouse.move(x, y, steps=4)
    live.page.mouse.up()
    live.wait_for_run(runs)
    assert live.equation == equation
    assert live.query["learning_rate"] == "0.1"


def test_a_run_that_the_page_does_not_come_to_gives_way(live: Live, watch: Watch) -> None:
    """Fewer rows than a batch: what was expected is refused, and the page's own run comes."""
    watch.allowed = r"status of 400 .+n_samples=2\)"
    live.open(f"{LINK}&batch_size=64").to_end()
    live.move("Rows", "Home")
    live.wait_for_query("batch_size", "full")
    expect(live.note).not_to_have_class(re.compile("ll-alert"))
    assert live.metric("Status") in ("Finished", "Converged")


def dragged(live: Live, slider: Locator, start: float, *parts: float) -> Iterator[None]:
    """Presses a slider at a part of its length, then drags it: each part's run is there."""
    box = slider.bounding_box()
    assert box
    y, runs = box["y"] + box["height"] / 2, live.n_runs
    live.page.mouse.move(box["x"] + start * box["width"], y)
    live.page.mouse.down()
    for part in parts:
        live.page.mouse.move(box["x"] + part * box["width"], y, steps=4)
        live.wait_for("Number(live.runs) > arg", runs)
        runs = live.n_runs
        yield


def requests_for_runs(live: Live) -> list[str]:
    """The addresses that are asked for a run from now on."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/live/" in request.url and "visitor=" in request.url and not _ABOUT.search(request.url):
            asked.append(request.url)

    live.page.on("request", note)
    return asked


def test_any_number_can_be_put_on_the_live_slider(live: Live) -> None:
    """The noise retrains while it is dragged; sidebar and link follow when it is let go."""
    live.open(LINK).to_end()
    menu = live.page.get_by_label("What the slider sets")
    assert menu.locator("option").all_inner_texts() == [
        "Learning rate",
        "Epochs",
        "Batch size",
        "Rows",
        "True slope",
        "True intercept",
        "Noise",
    ]
    menu.select_option("Noise")
    equation = live.equation
    for _ in dragged(live, live.page.get_by_role("slider", name="Noise, live"), 0.1, 0.5):
        pass
    live.wait_for_other_equation(equation)
    assert live.query["noise"] == "0.1"
    text = live.page.inner_text(".ll-knob-value")
    runs = live.n_runs
    live.page.mouse.up()
    live.wait_for_query("noise", text)
    expect(live.slider("Noise")).to_have_attribute("aria-valuetext", f"{float(text):.2f}")
    live.wait_for_run(runs)
    expect(menu).to_have_value("noise")
    menu.select_option("Batch size")
    expect(live.page.locator(".ll-knob-value")).to_have_text("Full")
    former = live.n_runs
    live.page.get_by_role("slider", name="Batch size, live").press("ArrowLeft")
    live.wait_for_query("batch_size", "64")
    live.wait_for_run(former)
    menu.select_option("Learning rate")


def test_the_other_engine_is_one_choice_away(live: Live) -> None:
    live.open(LINK).to_end()
    expect(live.engine).to_have_text(re.compile(r"^Compiled · SGD · [\d,]+ epochs in [\d.]+ ms$"))
    equation, boxes = live.equation, live.boxes(".ll-plot")
    live.choose("engine", "PyTorch (autograd)")
    expect(live.engine).to_have_text(re.compile(r"^PyTorch \(autograd\) · SGD · [\d,]+ epochs in "))
    assert live.query["engine"] == "torch"
    assert live.equation == equation
    assert live.boxes(".ll-plot") == boxes


def test_preset_links_and_back(live: Live) -> None:
    live.open(LINK).to_end()
    live.mark()
    shown = {"line": live.equation}
    for preset in PRESETS[:3]:
        runs = live.n_runs
        preset_link(live, preset).click()
        live.wait_for_query("dataset", preset.settings.dataset)
        live.wait_for_run(runs)
        assert live.query == preset.settings.query()
        expect(live.page.locator(".st-key-story")).to_contain_text(preset.story[:30])
        shown[preset.settings.dataset] = live.equation
    for dataset in ("exact_line", "condos"):
        runs = live.n_runs
        live.page.go_back()
        live.wait_for_query("dataset", dataset)
        assert live.wait_for_run(runs).equation == shown[dataset]
    assert len(set(shown.values())) == 4
    live.assert_marks()


def test_condos_raw_then_standardised(live: Live) -> None:
    live.open(T1.settings.link()).to_end()
    weight, bias = live.line
    assert abs(bias) < 5000
    runs = live.n_runs
    live.page.get_by_role("button", name=T1.remedy_label).click()
    live.wait_for_run(runs)
    weight, bias = live.line
    assert weight == pytest.approx(1246.51, rel=1e-3)
    assert bias == pytest.approx(-37866.33, rel=1e-3)
    assert live.n_pixels(0, LIGHT["learned"]) > 200


def test_a_hostile_link_is_explained_and_the_page_goes_on(guest: Callable[..., Live]) -> None:
    live = guest().open("?" + urlencode(HOSTILE)).to_end()
    said = "\n".join(live.wait_for_toasts(len(HOSTILE)))
    assert not [name for name in HOSTILE if name != "v" and name not in said], said
    assert SCRIPT[:40] in said  # as text
    assert live.page.evaluate("window.hacked") is None
    assert live.page.locator("img[src=x]").count() == 0
    assert live.data["status"] == "converged"
    live.move("Noise", "ArrowRight")


def test_a_run_overtakes_what_the_script_draws(newcomer: Callable[..., Live]) -> None:
    """It is on screen before Streamlit's messages have come, and they change nothing."""
    live = newcomer()
    messages = HeldMessages(live.page)
    live.open(LINK).to_end()
    messages.hold()
    former = live.n_runs
    live.slider("Learning rate").press("ArrowLeft")
    live.wait_for("Number(live.runs) > arg", former)
    live.to_end()
    assert messages.held, "the script's own messages have not come yet"
    assert live.data["page"] == "follows"
    equation = live.whole_equation
    messages.let_go()
    expect(live.page).to_have_url(re.compile("learning_rate=0.05"))
    live.wait_for_run(former)
    assert (live.n_runs, live.whole_equation) == (former + 1, equation)
