"""Pins: what they are, how a link tells them, and what the live view is told."""

import base64
import json
import zlib
from dataclasses import replace
from typing import Any

import pytest

from dashboard.own_data.settings import TABLE_DEFAULTS, TableSettings
from dashboard.pins.differences import differences
from dashboard.pins.link import MOST_PINS_BYTES, pins_from, pins_text
from dashboard.pins.names import name_for
from dashboard.pins.pin import MAX_NAME_LETTERS, MAX_PINS, Pin, Pins
from dashboard.pins.told import compared
from dashboard.presets import PRESETS, T4
from dashboard.problem_spec import SentData
from dashboard.settings import ModelSettings, Settings
from linreg_core import ConfigError
from tests.dashboard.pages import data_of, opened, query_of

LINE = T4.settings
RATES = tuple(replace(LINE, learning_rate=rate) for rate in (0.01, 0.05, 0.1, 0.2))
OTHERS = (*RATES, *(preset.settings for preset in PRESETS[:3]), replace(LINE, seed=9))
OWN = replace(
    TABLE_DEFAULTS,
    target="price, in $",
    features=("a,b", 'c"d'),
    excluded_rows=(3, 17),
    sent=SentData("0123456789abcdef" * 2, 100, 2),
)


def pinned(*runs: ModelSettings) -> Pins:
    pins = Pins()
    for settings in runs:
        pins = pins.with_run(settings, name_for(settings, pins.pins))
    return pins


def packed(tree: Any) -> str:
    text = zlib.compress(json.dumps(tree).encode())
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


@pytest.mark.parametrize(
    ("pins", "kind"),
    [
        (Pins(), Settings),
        (pinned(*OTHERS), Settings),
        (pinned(*OTHERS).without(0).renamed(1, "наклон 📌, <b>"), Settings),
        (replace(pinned(LINE), baseline=None), Settings),
        (pinned(OWN, replace(OWN, learning_rate=0.2)), TableSettings),
        (pinned(OWN, replace(OWN, n_sent_for_test=9)), TableSettings),
    ],
)
def test_a_link_tells_pins_as_they_are(pins: Pins, kind: type[ModelSettings]) -> None:
    assert pins_from(pins_text(pins), kind) == pins


def test_eight_pins_fit_well_into_an_address() -> None:
    assert len(pins_text(pinned(*OTHERS))) < 1000


GOOD = ["a", 0, {"learning_rate": "0.2"}]


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "a" * 500,
        pins_text(pinned(*OTHERS))[:-9],
        packed([None, [GOOD]])[:-2],
        packed("pins"),
        packed([None]),
        packed([None, 5]),
        packed([None, [["a", 0]]]),
        packed([None, [["a", 0, []]]]),
        packed([None, [[5, 0, {}]]]),
        packed([None, [["a", True, {}]]]),
        packed([None, [["a", 0, {"learning_rate": 5}]]]),
        packed([None, [["a", 8, {}]]]),
        packed([None, [["a", 0, {"learning_rate": "-1"}]]]),
        packed([None, [["a", 0, {"dataset": "moon"}]]]),
        packed([1, [GOOD]]),
        packed(["0", [GOOD]]),
        packed([None, [GOOD, ["b", 0, {"learning_rate": "0.3"}]]]),
        packed([None, [[f"{i}", i, {"seed": f"{i}"}] for i in range(MAX_PINS + 1)]]),
        packed([None, [["a" * MOST_PINS_BYTES, 0, {}]]]),
    ],
)
def test_what_is_no_pins_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ConfigError, match=r"\.$"):
        pins_from(text, Settings)


def test_pins_of_the_other_page_are_refused() -> None:
    with pytest.raises(ConfigError, match="can't be read"):
        pins_from(pins_text(pinned(LINE)), TableSettings)


def test_a_colour_stays_and_the_first_free_one_comes_next() -> None:
    pins = pinned(*OTHERS)
    assert [pin.color for pin in pins.pins] == list(range(MAX_PINS))
    fewer = pins.without(5).without(2)
    assert [pin.color for pin in fewer.pins] == [0, 1, 3, 4, 6, 7]
    assert fewer.with_run(replace(LINE, seed=4), "new").pins[-1].color == 2


def test_a_run_is_pinned_once_however_it_is_drawn() -> None:
    pins = pinned(LINE)
    assert pins.with_run(replace(LINE, loss_axes="log", keep_going=True), "again") is pins
    assert pins.position_of(replace(LINE, loss_axes="log")) == 0


def test_a_ninth_is_refused() -> None:
    with pytest.raises(ConfigError, match="At most 8 runs can be pinned"):
        pinned(*OTHERS, replace(LINE, seed=5))


@pytest.mark.parametrize(
    ("baseline", "removed", "left"), [(0, 0, 0), (1, 0, 0), (1, 2, 1), (2, 1, 1), (None, 0, None)]
)
def test_the_baseline_stays_the_run_that_it_is(baseline: int, removed: int, left: int) -> None:
    assert replace(pinned(*RATES[:3]), baseline=baseline).without(removed).baseline == left


def test_without_the_last_pin_there_is_no_baseline() -> None:
    assert pinned(LINE).baseline == 0 and pinned(LINE).without(0) == Pins()


@pytest.mark.parametrize("name", ["", " \n ", "x" * 99, "a\u202eb\n"])
def test_a_name_is_a_short_line(name: str) -> None:
    found = Pin(name, LINE, 0).name
    assert 0 < len(found) <= MAX_NAME_LETTERS and found.isprintable()
    assert Pins((Pin("a", LINE, 0),)).renamed(0, name).pins[0].name != ""


def test_names_tell_runs_apart() -> None:
    names = [pin.name for pin in pinned(LINE, replace(LINE, knobs=(("noise", 0.3),))).pins]
    assert names[0] == "SGD 0.1" and names[1].startswith("SGD 0.1, ")
    assert len({pin.name for pin in pinned(*OTHERS).pins}) == MAX_PINS


@pytest.mark.parametrize(
    ("runs", "names"),
    [
        ((LINE, LINE), []),
        (RATES[:2], ["learning_rate"]),
        ((LINE, replace(LINE, solver="momentum")), ["solver"]),
        ((LINE, replace(LINE, momentum=0.5)), []),  # SGD has no use for it
        ((LINE, replace(LINE, loss_axes="log", residuals="squares", keep_going=True)), []),
        ((OWN, replace(OWN, features=("a,b",), sent=SentData("f" * 32, 100, 1))), ["features"]),
        ((OWN, replace(OWN, sent=SentData("f" * 32, 100, 2))), ["data"]),
    ],
)
def test_only_what_differs_is_compared(runs: tuple[ModelSettings, ...], names: list[str]) -> None:
    assert list(differences(runs)) == names


def test_values_read_as_on_the_page_and_as_in_a_link() -> None:
    others = (replace(LINE, solver="momentum", momentum=momentum) for momentum in (0.9, 0.5))
    row, momentum = compared(LINE, pinned(*others))
    assert row["label"] == "Solver" and row["spelled"] == ["sgd", "momentum", "momentum"]
    assert momentum["values"] == [None, "0.9", "0.5"]


def test_a_link_brings_pins_back() -> None:
    text = pins_text(pinned(*RATES[:2]))
    page = opened({**LINE.query(), "pins": text})
    told = data_of(page)
    assert [pin["name"] for pin in told["pins"]] == ["SGD 0.01", "SGD 0.05"]
    assert [pin["isBaseline"] for pin in told["pins"]] == [True, False]
    assert [run["id"] for run in told["runs"]] == [s.run_spec.id for s in (LINE, *RATES[:2])]
    assert query_of(page)["pins"] == text
    ghosts = told["runs"][1:]
    page.slider(key="noise").set_value(0.2).run()
    assert data_of(page)["runs"][1:] == ghosts and query_of(page)["pins"] == text
    page.button(key="reset").click().run()
    assert query_of(page)["pins"] == text
    page.query_params["pins"] = text[:-9]
    page.run()
    assert "link's pins were left out".replace("'", "\\'") in page.toast[0].value
    assert data_of(page)["pins"] == [] and "pins" not in query_of(page)
    page.session_state["pins"] = text
    page.run()
    assert len(data_of(page)["pins"]) == 2
    page.button(key="undo").click().run()
    assert data_of(page)["pins"] == [] and "pins" not in query_of(page)


LONGLEY = {"v": "1", "table": "longley", "target": "employed"}


def test_pins_on_a_table_keep_their_data_while_other_columns_are_chosen() -> None:
    page = opened({**LONGLEY, "features": "gnp"}, "pages/data.py")
    one = page.session_state["_settings"]
    page.session_state["pins"] = pins_text(pinned(one))
    page.run()
    page.multiselect(key="features").set_value(["gnp", "unemployed"]).run()
    told = data_of(page)
    assert told["pins"][0]["missing"] == "" and told["runs"][1]["id"] == one.run_spec.id
    assert told["runs"][0]["id"] != one.run_spec.id
    assert [row["name"] for row in told["compared"]] == ["features"]

    other = opened(query_of(page), "pages/data.py")  # the table is there for everybody
    told = data_of(other)
    assert told["pins"][0]["missing"] == "" and told["runs"][1]["id"] == one.run_spec.id


def test_a_pin_whose_data_are_gone_stays_and_says_so() -> None:
    gone = replace(OWN, table="", features=("gnp",), sent=SentData("f" * 32, 16, 1))
    query = {**LONGLEY, "features": "gnp", "pins": pins_text(pinned(gone))}
    page = opened(query, "pages/data.py")
    told = data_of(page)
    assert "not here" in told["pins"][0]["missing"] and len(told["runs"]) == 1
    assert query_of(page)["pins"] == query["pins"]
