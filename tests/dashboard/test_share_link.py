"""The link that takes a run away, and what it opens: with a proof, a table, less in sight."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.controls.hidden import hideable
from dashboard.data_print import DataPrint
from dashboard.links import read_query
from dashboard.live.result import RunResult
from dashboard.own_data.packed_cells import LinkCells
from dashboard.own_data.settings import TABLE_DEFAULTS, read_table_query
from dashboard.presets import PRESETS, T1
from dashboard.proof import Proof
from dashboard.run_spec import RunSpec
from dashboard.settings import Settings, make_settings
from dashboard.share import checking
from dashboard.share.link import MAX_LINK_CHARACTERS, embed_code, share_link, short_query
from linreg_core import ConfigError
from tests.dashboard.pages import (
    at_page,
    components_of,
    data_of,
    follow,
    moved,
    opened,
    play_settings_of,
    query_of,
    quiet,
    run_of,
    toasts_of,
    widgets_of,
)
from tests.dashboard.test_proof import proof_of, result_of

LINE = make_settings("line", {"noise": 0.4}, n_epochs=60)
PAGE = "https://dashboard.example/play"


def parameters(link: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(link).query, keep_blank_values=True))


# --- The link itself ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [
        *(preset.settings for preset in PRESETS),
        LINE,
        make_settings("many_weights", {"n_features": 40.0}, solver="momentum", momentum=0.5),
        replace(LINE, init="custom", init_weight=2.0, until=((5, (("learning_rate", 0.3),)),)),
    ],
    ids=range(len(PRESETS) + 3),
)
def test_a_short_link_means_what_the_whole_one_means(settings: Settings) -> None:
    query = parameters(share_link(PAGE, settings))
    assert len(query) < len(settings.query())
    assert read_query(query) == (settings, [])


def test_a_tables_link_leaves_out_what_a_table_starts_with() -> None:
    settings = replace(TABLE_DEFAULTS, target="y", features=("a,b", 'c"'), n_epochs=7)
    query = short_query(settings)
    assert set(query) == {"v", "target", "features", "n_epochs"}
    assert read_table_query(query) == (settings, [])


def test_a_link_takes_along_what_it_is_told() -> None:
    link = share_link(PAGE, LINE, proof="P", rows="R", hide=["solver", "noise", "stranger"])
    assert link == f"{PAGE}?v=1&dataset=line&noise=0.4&n_epochs=60&proof=P&hide=noise,solver&rows=R"
    assert share_link("http://localhost:8501", LINE).startswith("http://localhost:8501/?v=1")


def test_a_link_that_is_too_long_is_a_sentence() -> None:
    with pytest.raises(ConfigError, match="at most 8,000 characters. Got 8,0"):
        share_link(PAGE, LINE, rows="R" * MAX_LINK_CHARACTERS)


def test_the_embed_code_is_one_frame() -> None:
    code = embed_code(share_link(PAGE, LINE))
    assert re.fullmatch(r'<iframe src="[^"<>]+" title="Linreg Live" [^<>]+></iframe>', code)
    assert "&amp;embed=true" in code and "&amp;noise=0.4" in code


# --- The dialog --------------------------------------------------------------------------------


def test_the_dialog_shows_the_link_of_the_page() -> None:
    page = opened(LINE.query())
    page = quiet(page.button(key="share").click().run())
    given = [each for each in components_of(page) if "link" in each]
    assert parameters(given[0]["link"]) == short_query(LINE)
    assert given[0]["code"].startswith("data:image/svg+xml;base64,")
    page = quiet(page.multiselect(key="share_hide").set_value(["solver", "slope"]).run())
    (given,) = [each for each in components_of(page) if "link" in each]
    assert parameters(given["link"])["hide"] == "slope,solver"


# --- A proof -----------------------------------------------------------------------------------


@pytest.fixture
def _trained(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's runs have ended: here they are trained without a trainer's process."""

    def proof_here(spec: RunSpec, result: RunResult) -> Proof:
        return Proof.of(spec, result, DataPrint.of(spec.problem.build().dataset))

    here = SimpleNamespace(result=result_of(LINE))
    monkeypatch.setattr(checking, "visitor", lambda: here)
    monkeypatch.setattr(checking, "proof_here", proof_here)


def captions_of(page: AppTest) -> str:
    return "\n".join(caption.value for caption in page.caption).replace("\\", "")


def test_a_proof_waits_for_the_end_of_its_run() -> None:
    page = opened(LINE.query() | {"proof": proof_of(LINE).to_text()})
    assert "Comparing this run with the numbers" in captions_of(page)
    assert data_of(page)["tellsEnd"] is True
    assert query_of(page)["proof"] == proof_of(LINE).to_text()
    page = moved(page, "learning_rate", 0.2)
    assert "Comparing" not in captions_of(page)
    assert data_of(page)["tellsEnd"] is False and "proof" not in query_of(page)


@pytest.mark.usefixtures("_trained")
def test_a_proof_is_reproduced_until_a_setting_changes() -> None:
    page = opened(LINE.query() | {"proof": proof_of(LINE).to_text()})
    assert "Reproduced to 15 digits." in captions_of(page)
    assert data_of(page)["tellsEnd"] is False
    page = moved(page, "residuals", "squares")  # only looks different
    assert "Reproduced" in captions_of(page) and "proof" in query_of(page)
    page = moved(page, "noise", 0.5)
    assert "Reproduced" not in captions_of(page) and "proof" not in query_of(page)


@pytest.mark.usefixtures("_trained")
@pytest.mark.parametrize(
    ("proof", "words"),
    [
        (replace(proof_of(LINE), loss=1.0).to_text(), "Not reproduced: the final loss is 1 there"),
        (proof_of(LINE).to_text()[:-9], "`proof` of this link was cut off or changed"),
        (
            replace(proof_of(LINE), loss=1.0, versions=("[x](http://y)",)).to_text(),
            "another version: [x](http://y) there",
        ),
    ],
)
def test_what_differs_is_told_and_the_page_is_as_the_link_says(proof: str, words: str) -> None:
    page = opened(LINE.query() | {"proof": proof})
    assert words in captions_of(page)
    assert play_settings_of(page) == LINE and toasts_of(page) == ""


# --- Less in sight -----------------------------------------------------------------------------


def test_hidden_controls_keep_their_values_until_all_are_shown() -> None:
    page = opened(LINE.query() | {"hide": "noise,solver,learning_rate,batch_size,stranger"})
    assert "`hide` must name controls. Got 'stranger'" in toasts_of(page)
    assert not {"noise", "solver", "learning_rate", "batch_size"} & set(widgets_of(page))
    assert {knob["name"] for knob in data_of(page)["knobs"]}.isdisjoint({"noise", "learning_rate"})
    run = run_of(page).split("?")[0]
    assert query_of(page)["hide"] == "noise,solver,learning_rate,batch_size"
    page = moved(page, "n_epochs", 100)
    assert play_settings_of(page) == replace(LINE, n_epochs=100)
    page = follow(page, T1.settings)  # a preset's link says nothing of it
    assert "solver" not in widgets_of(page) and play_settings_of(page) == T1.settings
    page = quiet(page.button(key="show_all").click().run())
    assert {"solver", "learning_rate"} <= set(widgets_of(page)) and "hide" not in query_of(page)
    assert run != run_of(page).split("?")[0]


def test_every_control_can_be_hidden_at_once() -> None:
    page = opened(LINE.query() | {"hide": ",".join(hideable())})
    assert widgets_of(page) == {} and toasts_of(page) == ""
    assert run_of(page).split("?")[0] == run_of(opened(LINE.query())).split("?")[0]


def test_a_hidden_loss_gives_way_to_a_solver_that_cannot_minimise_it() -> None:
    page = opened(replace(LINE, loss="l1").query() | {"hide": "loss"})
    page = moved(page, "solver", "closed_form")
    assert data_of(page)["refusal"] == "" and query_of(page)["loss"] == "mse"
    page = moved(page, "solver", "sgd")
    assert query_of(page)["loss"] == "l1"


# --- A table in the link -----------------------------------------------------------------------

CELLS = LinkCells("doses.csv", (("dose", ("1", "2", "3.5", "4")), ("effect", ("2", "3", "5", ""))))
TABLE = {"v": "1", "target": "effect", "features": "dose", "rows": CELLS.to_link()}


def test_a_link_brings_its_table_and_keeps_it() -> None:
    page = opened(path="pages/data.py", query=TABLE | {"n_epochs": "30"})
    assert toasts_of(page) == "" and data_of(page)["dataName"] == "doses.csv"
    told = query_of(page)
    assert (told["rows"], told["n_epochs"], told["target"]) == (TABLE["rows"], "30", "effect")
    page = moved(page, "n_epochs", 50)
    assert query_of(page)["rows"] == TABLE["rows"]
    again = opened(path="pages/data.py", query=query_of(page))  # as a reload does
    assert run_of(again).split("?")[0] == run_of(page).split("?")[0]
    page = at_page(page, "pages/play.py")
    assert "rows" not in query_of(page)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (TABLE["rows"][:-8], "`rows` of this link was cut off or changed"),
        ("A" * 9_000, "`rows` must have at most 8,000 characters"),
    ],
)
def test_a_table_that_came_to_harm_is_a_sentence(rows: str, words: str) -> None:
    page = opened(path="pages/data.py", query=TABLE | {"rows": rows})
    assert words in toasts_of(page)
    assert not any("runs" in given for given in components_of(page))
