"""Where the error comes from: the sentence that answers, and where no truth is known."""

from __future__ import annotations

from dataclasses import replace

from playwright.sync_api import expect

from dashboard.presets import T4
from dashboard.settings import make_settings
from tests.browser.data_page import DataPage
from tests.browser.live import Live
from tests.browser.test_access import PHONE, SCREEN, check, open_table

_ERRORS = "&weights_picture=errors"
_SAID = ".ll-weights p.ll-described"
_FEW = make_settings("many_weights", {"n_features": 4, "n_samples": 50, "noise": 0.5}, n_epochs=3)


def test_it_says_what_would_help(live: Live) -> None:
    short = replace(T4.settings, n_epochs=10)
    for settings, answer in ((short, "More epochs: "), (T4.settings, "More data: ")):
        live.open(settings.link() + _ERRORS).to_end()
        expect(live.page.locator(_SAID)).to_contain_text(answer)
    head, weight, bias = open_table(live, "weights")
    assert head == ["error of", "not converged yet", "noise in the data", "standard error"]
    assert (weight[0], bias[0]) == ("x", "bias")
    assert 0 < abs(float(weight[2].replace("\u2212", "-"))) < 4 * float(weight[3])


def test_axe_finds_nothing_serious_in_the_errors(live: Live) -> None:
    live.open(_FEW.link() + _ERRORS).to_end()
    check(live.page, (SCREEN, "dark"), (PHONE, "light"))


def test_on_own_data_noise_is_not_split_off_and_it_says_why(data: DataPage) -> None:
    data.start("?table=longley" + _ERRORS)
    said = data.page.locator(_SAID)
    expect(said).to_contain_text("standard errors to go at most. Noise can't be split off")
