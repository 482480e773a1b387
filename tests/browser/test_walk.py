"""Controls that come and go: after each step slider, field, address and run still agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Route, expect

from dashboard.own_data.settings import TABLE_DEFAULTS
from dashboard.settings import ModelSettings, Settings, make_settings
from dashboard.starts import start_of
from linreg_core import DATASETS, LOSSES, SOLVERS
from tests.browser.held_messages import HeldMessages
from tests.browser.live import ROOT, SCRIPT_HAS_ENDED, TRAINED, Live

# Every value is well off the first option of its control, which a browser would fall back to.
START = make_settings(
    "line",
    {"n_samples": 50, "noise": 0.3},
    learning_rate=0.05,
    n_epochs=200,
    batch_size=16,
    updates_per_epoch=10,
    sampling="replacement",
    test_fraction=0.2,
    loss="huber",
    weight_decay=0.02,
    l1=0.03,
)
SOLVER_WALK = ("momentum", "closed_form", "adam", "closed_form", "nesterov", "sgd")
SLIDERS = (
    "learning_rate",
    "n_epochs",
    "batch_size",
    "updates_per_epoch",
    "momentum",
    "weight_decay",
    "l1",
)


def spelled(name: str, value: object) -> str:
    """A setting as its slider says it."""
    if value is None:
        return "full" if name == "batch_size" else "all"
    if name in ("momentum", "weight_decay", "l1"):
        return f"{value:.2f}"
    return f"{value:g}" if isinstance(value, float) else f"{value:,}"


def check_agreement(live: Live, settings: ModelSettings) -> None:
    """Every control in sight, the address and the run on screen say what `settings` say."""
    used = SOLVERS[settings.solver].knobs
    has_rate = "learning_rate" in used
    for name in SLIDERS:
        slider = live.page.locator(f".st-key-{name} input[type=range]")  # folded away or not
        if name in used or (has_rate and name not in ("momentum", "weight_decay", "l1")):
            expect(slider).to_have_attribute(
                "aria-valuetext", spelled(name, getattr(settings, name))
            )
        else:
            expect(slider).to_have_count(0)
    expect(live.select_box("loss")).to_have_value(LOSSES[settings.loss].label)
    for name, text in settings.query().items():
        live.wait_for_query(name, text)
    if has_rate:
        epochs = f"{settings.n_epochs:,} epochs"
        expect(live.engine).to_contain_text(f"{SOLVERS[settings.solver].label} · {epochs}")
        exact = live.page.get_by_role("spinbutton", name="Exact learning rate")
        expect(exact).to_have_value(f"{settings.learning_rate:g}")
        expect(live.page.locator(".ll-knob-value")).to_have_text(f"{settings.learning_rate:g}")
    else:
        expect(live.engine).to_contain_text("solved in one step")
        expect(live.page.locator(".ll-knob-name option[value=learning_rate]")).to_have_count(0)


def move_noise(live: Live) -> None:
    """Moves another control: what the browser sends with it must not undo anything."""
    runs = live.n_runs
    live.slider("Noise").press("ArrowRight")
    live.wait_for_run(runs)


def noisier(settings: Settings) -> Settings:
    knobs = {**dict(settings.knobs), "noise": round(dict(settings.knobs)["noise"] + 0.01, 6)}
    return replace(settings, knobs=tuple(knobs.items()))


def test_solvers_and_losses_there_and_back(live: Live) -> None:
    live.open(START.link()).to_end()
    check_agreement(live, START)
    for solver in SOLVER_WALK:
        live.choose("solver", SOLVERS[solver].label)
        loss = "mse" if solver == "closed_form" else START.loss
        check_agreement(live, replace(START, solver=solver, loss=loss))
    move_noise(live)
    check_agreement(live, noisier(START))


def test_data_sets_there_and_back_and_undo(guest: Callable[..., Live]) -> None:
    live = guest().open(START.link()).to_end()
    undo = live.page.get_by_role("button", name="Undo")
    expect(undo).to_be_disabled()
    for dataset in ("outliers", "line"):
        live.choose("dataset", DATASETS[dataset].label)
        check_agreement(live, replace(start_of(dataset), solver=START.solver))
    runs = live.n_runs
    undo.click()
    live.wait_for_run(runs)
    check_agreement(live, start_of("outliers"))
    runs = live.n_runs
    undo.click()
    live.wait_for_run(runs)
    check_agreement(live, START)
    expect(undo).to_be_disabled()
    runs = live.n_runs
    live.page.get_by_role("button", name="Reset to defaults").click()
    live.wait_for_run(runs)
    check_agreement(live, start_of("line"))


def test_pages_there_and_back(guest: Callable[..., Live]) -> None:
    squared = replace(START, loss="mse")
    live = guest().open(squared.link()).to_end()
    live.choose("solver", SOLVERS["closed_form"].label)
    live.turn_to("Your data")
    live.page.get_by_role("button", name="condos").first.click()
    live.page.wait_for_selector(TRAINED)
    live.choose("solver", SOLVERS["closed_form"].label)
    live.choose("solver", SOLVERS["adam"].label)
    slider = live.page.locator(".st-key-n_epochs input[type=range]")
    expect(slider).to_have_attribute("aria-valuetext", f"{TABLE_DEFAULTS.n_epochs:,}")
    live.turn_to("Play")
    live.page.wait_for_selector(TRAINED)
    live.choose("solver", SOLVERS["sgd"].label)
    check_agreement(live, squared)


@pytest.mark.parametrize("way", ["link", "back"])
def test_who_leaves_a_page_is_not_taken_back(newcomer: Callable[..., Live], way: str) -> None:
    """What a component of the former page tells late would run the former page's script again."""
    live = newcomer()
    late: list[Route] = []
    messages = HeldMessages(live.page)
    live.open()
    with live.page.expect_request("**/browser_token*") as token:
        live.page.route("**/browser_token*", lambda route: late.append(route))
        live.page.get_by_test_id("stTopNavLink").filter(has_text="Saved").click()
    live.page.wait_for_url("**/saved*")
    live.page.wait_for_selector(SCRIPT_HAS_ENDED)
    messages.hold()
    if way == "link":
        live.page.get_by_test_id("stTopNavLink").filter(has_text="Play").click()
    else:
        live.page.go_back()
    live.page.evaluate("0")  # what the page has told is here before its answer
    n_told = messages.n_told
    late[0].continue_()
    live.page.evaluate("async (module) => void (await import(module))", token.value.url)
    messages.let_go()
    live.page.wait_for_selector(f"{ROOT}[data-runs]")
    assert messages.n_told == n_told
    assert "/saved" not in live.page.url
