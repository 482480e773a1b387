"""Saved runs and projects on the pages, under AppTest."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.library import save_form, saved_view
from dashboard.library.browser import TOKEN
from dashboard.library.library import Library
from dashboard.problem_spec import fingerprint
from dashboard.project.project import Project, project_bytes
from dashboard.store.database import Store
from linreg_core import read_table
from linreg_core.tables import Selection, prepare, propose
from tests.dashboard.pages import at_page, components_of, opened, query_of, quiet
from tests.dashboard.test_data_page import FLATS, data_page, dropped
from tests.library.making import a_run

ANN = "a" * 32
PAGE = "pages/saved.py"
SETTINGS = {"v": "1", "dataset": "line", "noise": "0.35", "learning_rate": "0.05"}


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """The library of this process, in a database of the test's own."""
    store = Store(f"sqlite:///{tmp_path / 'rooms.db'}")
    library = Library(store)
    for module in (save_form, saved_view):
        monkeypatch.setattr(module, "shared_library", lambda: library)
    yield library
    store.dispose()


def of_ann(query: dict[str, str] | None = None, path: str | None = None) -> AppTest:
    page = opened(query)
    page.session_state[TOKEN] = ANN
    return page if path is None else quiet(at_page(page, path))


def listed(page: AppTest) -> list[dict[str, Any]]:
    return next(given["runs"] for given in components_of(page) if "deleted" in given)


def test_a_stranger_is_asked_for_the_browsers_key_first(library: Library) -> None:
    page = opened({}, PAGE)
    assert any(each["module"].endswith("browser_token.js") for each in components_of(page))
    assert not any("deleted" in each for each in components_of(page))


def test_the_run_on_screen_is_saved_and_opened_again(library: Library) -> None:
    page = of_ann(SETTINGS, PAGE)
    page.text_input(key="keep_name").set_value("Noisy *one*")
    page.text_area(key="keep_note").set_value("a <b>note</b>")
    quiet(page.button(key="save_run").click().run())
    (run,) = listed(quiet(page.run()))
    assert (run["name"], run["file"]) == ("Noisy *one*", None)
    assert library.find(ANN, run["id"]).settings.items() >= SETTINGS.items()
    quiet(at_page(page, "pages/play.py", {"v": "1", "noise": "0.1"}))
    page.session_state["_run_to_open"] = run["id"]  # as a click in the list does
    quiet(at_page(page, PAGE))
    assert query_of(page).items() >= SETTINGS.items()


def test_a_page_that_was_left_is_found_as_it_was(library: Library) -> None:
    page = of_ann(SETTINGS, PAGE)
    quiet(at_page(page, "pages/play.py"))
    assert query_of(page).items() >= SETTINGS.items()


def test_a_store_that_is_away_is_told_and_the_page_stays(library: Library, tmp_path: Path) -> None:
    page = of_ann({}, PAGE)
    library.listed(ANN)
    (tmp_path / "rooms.db").unlink()
    quiet(page.button(key="save_run").click().run())
    assert "its file is gone. Try again soon" in page.warning[0].value.replace("\\", "")
    assert page.button(key="save_run").label == "Try again"
    quiet(page.button(key="save_run").click().run())
    assert len(library.listed(ANN)) == 1 and not page.warning


TABLES = {
    "flats.csv": FLATS,
    "dates.csv": b"day,ok,n,y\n"
    + b"".join(
        b"2024-%02d-%02d,%s,%d,%d\n"
        % (1 + i % 12, 1 + i % 28, [b"yes", b"no"][i % 2], i * i, 7 * i)
        for i in range(40)
    ),
    "gaps.tsv": b"a\tb\tkind\n"
    + b"".join(
        b"%s\t%d\t%s\n" % (b"NA" if i % 7 == 3 else b"%d.5" % i, 3 * i, [b"x", b"", b"z"][i % 3])
        for i in range(30)
    ),
}


@pytest.mark.parametrize(("name", "data"), TABLES.items(), ids=TABLES)
def test_a_table_in_a_project_makes_the_same_data(name: str, data: bytes) -> None:
    table = read_table(io.BytesIO(data), name=name)
    out = io.BytesIO()
    table.frame.to_parquet(out, index=False, compression="zstd")
    again = read_table(io.BytesIO(out.getvalue()), name=name)
    assert [*again.frame.columns] == [*table.frame.columns]
    proposal = propose(table)
    assert proposal.target
    for missing in ("drop", "fill"):
        selection = Selection(proposal.target, proposal.features, missing)
        one, other = (fingerprint(prepare(each, selection).dataset) for each in (table, again))
        assert one == other


def test_a_project_with_its_table_brings_everything_back() -> None:
    table = read_table(io.BytesIO(FLATS), name="flats.csv")
    out = io.BytesIO()
    table.frame.to_parquet(out, index=False)
    settings = {
        "v": "1",
        "table": "",
        "target": "price",
        "features": "area,city",
        "learning_rate": "0.02",
        "excluded_rows": "3,4",
        "reading": "",
    }
    kept = a_run("Flats", page="data", settings=settings, file_name="flats.csv", note="Look here")
    page = dropped(data_page(), project_bytes(Project(kept, out.getvalue())), "flats.linreg.zip")
    page = quiet(page.run())
    told = query_of(page)
    assert {name: told[name] for name in settings if name != "reading"}.items() <= settings.items()
    assert "flats.csv" in str(components_of(page))
    assert page.session_state["keep_note"] == "Look here"


def test_a_project_without_its_table_says_which_file_it_needs() -> None:
    settings = {"v": "1", "table": "", "target": "price", "features": "area"}
    kept = a_run("Flats", page="data", settings=settings, file_name="fl*ts.csv")
    page = dropped(data_page(), project_bytes(Project(kept)), "flats.linreg.zip")
    page = quiet(page.run())
    said = page.info[0].value.replace("\\", "")
    assert "was made with **fl*ts.csv**" in said and "**price**" in said
    page = dropped(page, FLATS, "fl*ts.csv")
    assert query_of(quiet(page.run()))["features"] == "area"


def test_a_bad_project_in_the_field_for_tables_is_told() -> None:
    page = dropped(data_page(), b"PK\3\4 and nothing else", "flats.linreg.zip")
    assert "is damaged" in page.warning[0].value
