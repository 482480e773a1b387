"""The data page under AppTest: a file comes, columns are chosen, and mistakes cost nothing."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.live.result import RunResult
from dashboard.live.visitors import Visitor
from dashboard.own_data import reading
from dashboard.own_data.arriving import recounted
from dashboard.own_data.cells_view import text_of
from dashboard.own_data.examples import EXAMPLES
from dashboard.own_data.report_pictures import PICTURES
from dashboard.own_data.settings import TABLE_DEFAULTS, TableSettings, read_table_query
from dashboard.own_data.state import of_table
from dashboard.own_data.terms_view import BOX
from linreg_core import DataError, Params, Status, read_table
from table_reader import SUSPICIOUS, Doubt, Found, ReadOptions, Remedy, Sheet, Table
from tests.dashboard.pages import (
    at_page,
    components_of,
    data_of,
    first_lines_of,
    moved,
    opened,
    query_of,
    quiet,
    run_of,
    toasts_of,
    widgets_of,
)

PATH = "pages/data.py"
FLATS = b"id;area;rooms;city;price\n" + b"".join(
    b"%d;%d,5;%d;%s;%d\n" % (i, 40 + 7 * i % 61, 1 + i % 4, city, 900 + 31 * i % 97)
    for i, city in enumerate([b"Oslo", b"Bergen", b"Oslo"] * 10, start=1)
)
LINE = b"x,y\n" + b"".join(b"%d,%d\n" % (i, 3 * i + i % 3) for i in range(30))


def data_page(query: dict[str, str] | None = None) -> AppTest:
    return opened(query, PATH)


def dropped(page: AppTest, data: bytes, name: str = "flats.csv") -> AppTest:
    """The page after a file was dropped on it."""
    fields = page.get("file_uploader")
    field = next(each for each in fields if each.key.startswith("upload_"))
    return quiet(field.set_value((name, data, "text/csv")).run())


def drawer(page: AppTest, name: str) -> AppTest:
    """The page with one of its line's two drawers open."""
    page.session_state[f"{name}_{page.session_state['_turn']}"] = True
    return quiet(page.run())


def with_pictures(page: AppTest) -> AppTest:
    """The page once its visitor has come near the report's pictures."""
    page.session_state[of_table(PICTURES)] = True
    return quiet(page.run())


def settings_of(page: AppTest) -> TableSettings:
    """What the page is set to, by its address."""
    settings, notices = read_table_query(query_of(page))
    assert notices == []
    return settings


def texts_of(page: AppTest, kind: str) -> str:
    """Everything that is shown of a kind, without the signs that escape Markdown."""
    return "\n".join(str(element.value) for element in page.get(kind)).replace("\\", "")


def line_of(page: AppTest) -> str:
    """The line on how the file was read."""
    line = next(given["line"] for given in components_of(page) if "line" in given)
    return str(line["name"]) + "".join(part["text"] for part in line["parts"])


def excluded(page: AppTest, positions: list[int]) -> AppTest:
    """The page after rows were left out."""
    return quiet(page.multiselect(key="excluded_rows").set_value(positions).run())


# --- A file comes ------------------------------------------------------------------------------


def test_the_page_begins_with_a_place_for_a_file_and_what_becomes_of_it() -> None:
    page = data_page()
    assert page.get("file_uploader") and not components_of(page)
    assert "never written to disk" in texts_of(page, "caption")


def test_before_a_file_every_step_has_its_picture_and_every_example_its_lesson() -> None:
    page = data_page()
    (html,) = (each.value for each in page.get("html") if "<ol" in each.value)
    assert html.count("<img") == html.count('alt="') == 4 and 'alt=""' not in html
    assert all(example.lesson in texts_of(page, "caption") for example in EXAMPLES.values())


def test_a_dropped_file_is_read_proposed_and_trained() -> None:
    page = dropped(data_page(), FLATS)
    settings = settings_of(page)
    assert (settings.target, settings.features) == ("price", ("area", "rooms", "city"))
    assert line_of(page) == "flats.csv · 30 rows, 5 columns · semicolons, decimal comma, UTF-8"
    assert run_of(page).startswith("/live/")
    assert not page.error and not page.warning


def test_the_uploads_bytes_are_let_go() -> None:
    """Streamlit would keep them as long as the session lasts."""
    page = dropped(data_page(), FLATS)
    fields = [each for each in page.get("file_uploader") if each.key.startswith("upload_")]
    assert [each.key for each in fields] == ["upload_1"] and fields[0].value is None


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_every_example_is_one_click_and_a_link(example: Any) -> None:
    page = quiet(data_page().button(key=f"example_{example.name}").click().run())
    settings = settings_of(page)
    assert settings.table == example.name
    assert (settings.target, settings.features) == (example.target, example.features)
    again = data_page(query_of(page))
    assert settings_of(again) == settings and toasts_of(again) == ""


# --- Cells without a file ------------------------------------------------------------------------


def pasted(page: AppTest, text: str) -> AppTest:
    """The page after cells were pasted into its field, and sent."""
    next(field for field in page.text_area if str(field.key).startswith("paste_")).set_value(text)
    return quiet(next(each for each in page.button if each.label == "Fit").click().run())


PASTED = {
    "names": ("size\tprice\n" + "".join(f"{i}\t{3 * i + i % 3}\n" for i in range(20)), "size"),
    "no names": ("".join(f"{i}\t{3 * i + i % 3}\n" for i in range(20)), "column 1"),
    "commas": ("a\tb\n" + "".join(f"{i},5\t{3 * i + i % 3},25\n" for i in range(20)), "a"),
    "from a page": ("a \t b\r\n" + "".join(f"{i}\t {i * i}\r\n" for i in range(20)), "a"),
}


@pytest.mark.parametrize(("text", "feature"), PASTED.values(), ids=PASTED)
def test_pasted_cells_are_read_as_a_file_would_be(text: str, feature: str) -> None:
    page = pasted(data_page(), text)
    assert line_of(page).startswith("pasted cells · 20 rows, 2 columns · tabs")
    assert settings_of(page).features == (feature,) and run_of(page)


def test_pasted_cells_are_asked_about_kept_and_taken_back_like_a_file() -> None:
    page = pasted(data_page(), "a\tb\n1,234\t2,345\n3,456\t4,567\n5,678\t9,789\n7,123\t8,456")
    assert "1234 or 1.234" in texts_of(page, "warning")
    page = answered(page, ",")
    assert settings_of(page).target == "b"
    page = quiet(page.button(key="undo").click().run())
    assert "1234 or 1.234" in texts_of(page, "warning")


def test_pasted_words_are_refused_and_nothing_is_told_so() -> None:
    page = pasted(data_page(), "a\tb\nx\ty\n")
    assert "number" in texts_of(page, "error")
    assert [field.value for field in page.text_area] == ["a\tb\nx\ty\n"]  # to be mended
    page = pasted(data_page(), "  \n ")
    assert "nothing to fit" in toasts_of(page) and not page.error


def test_other_data_can_be_pasted_beside_a_table() -> None:
    page = pasted(drawer(dropped(data_page(), FLATS), "other_data"), PASTED["names"][0])
    assert line_of(page).startswith("pasted cells · 20 rows")


def test_a_typed_grid_is_read_without_its_empty_rows_and_columns() -> None:
    rows = [
        {"column 1": "size", "column 2": "", "column 3": "pr\tice"},
        {"column 1": "1", "column 2": None, "column 3": "2,5"},
        {"column 1": " ", "column 2": float("nan"), "column 3": ""},
    ]
    assert text_of(rows) == 'size\t"pr\tice"\n1\t2,5\n'
    assert text_of([]) == "" == text_of(rows[2:])


# --- Mistakes cost nothing ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "picture|PNG|image"),
        (b"a,b\n", "row"),
        (b"name,city\nAnn,Oslo\nBob,Bergen\n", "number"),
    ],
)
def test_a_file_that_is_no_table_leaves_the_run_on_screen(data: bytes, message: str) -> None:
    page = dropped(data_page(), FLATS)
    before, settings = run_of(page), settings_of(page)
    page = dropped(page, data, "bad.csv")
    assert len(page.error) == 1
    assert re.search(message, page.error[0].value), page.error[0].value
    assert run_of(page) == before and settings_of(page) == settings
    page = dropped(page, LINE, "line.csv")
    assert not page.error and settings_of(page).target == "y"


def test_columns_that_make_no_fit_leave_the_run_on_screen() -> None:
    data = b"x,y\n" + b"".join(b"%d,%d\n" % (i, 7 + 5 * (i == 0)) for i in range(9))
    page = dropped(data_page(), data)
    before = run_of(page)
    page = excluded(page, [0])
    assert "same value" in texts_of(page, "warning")
    assert run_of(page) == before
    page = excluded(page, [])
    assert not page.warning and run_of(page) == before
    page = dropped(page, b"x,y\n1,2\n1,2\n1,2\n", "constant.csv")
    assert "target must be a column of numbers that are not" in texts_of(page, "warning")
    assert "What follows is still about flats.csv." in texts_of(page, "caption")
    assert run_of(page) == before


def test_no_feature_is_told_and_costs_nothing() -> None:
    page = dropped(data_page(), LINE)
    before = run_of(page)
    page = quiet(page.multiselect(key="features").set_value([]).run())
    assert "feature" in texts_of(page, "warning") and run_of(page) == before


def test_hostile_names_are_escaped_wherever_markdown_is_read() -> None:
    name = "<img src=x onerror=alert(1)> **$x$** :red[y]"
    data = f'"{name}",y\n'.encode() + b"".join(b"%d,%d\n" % (i, 2 * i + i % 2) for i in range(9))
    page = dropped(data_page(), data, f"{name}.csv")
    for kind in ("markdown", "caption", "info", "warning", "error", "metric"):
        for element in page.get(kind):
            shown = str(getattr(element, "label", "")) + str(element.value)
            assert "<img" not in shown.replace("\\<img", ""), shown
            assert ":red[" not in shown, shown


# --- Choosing ----------------------------------------------------------------------------------


def test_more_columns_get_a_rate_that_does_not_diverge_and_say_so() -> None:
    n = 12
    rows = [[i + 0.01 * j * (-1) ** i for j in range(n)] + [i] for i in range(1, 41)]
    header = ",".join([f"x{j}" for j in range(n)] + ["y"])
    data = "\n".join([header, *(",".join(map(str, row)) for row in rows)]).encode()
    page = dropped(data_page(), data)
    assert 0.1 * n > 1  # nearly the same columns: the curvature is about n
    assert settings_of(page).learning_rate < 1 / n
    assert "stable" in toasts_of(page)


def test_every_control_of_a_table_has_a_tip() -> None:
    page = dropped(data_page(), FLATS)
    lists = {widget.key: widget for widget in page.sidebar.multiselect}
    shown = {**widgets_of(page), **lists, **{each.key: each for each in page.sidebar.button}}
    assert {"target", "features", "missing", "excluded_rows", "reset"} <= set(shown)
    assert [key for key, widget in shown.items() if not widget.proto.help.endswith(".")] == []


def test_a_linked_learning_rate_is_left_as_it_is() -> None:
    settings = replace(TABLE_DEFAULTS, table="condos", learning_rate=10.0)
    assert settings_of(data_page(settings.query())).learning_rate == 10.0


def test_rows_left_out_make_another_run_and_come_back() -> None:
    page = dropped(data_page(), LINE)
    before = run_of(page)
    page = excluded(page, [3, 5])
    assert settings_of(page).excluded_rows == (3, 5)
    assert run_of(page) != before
    left_out = {"x": [3.0, 5.0], "y": [9.0, 17.0], "ids": [3, 5]}
    assert data_of(page)["excluded"] == left_out
    page.session_state[BOX] = True
    page = quiet(quiet(page.run()).text_input(key="formula_line").set_value("y ~ poly(x, 2)").run())
    assert data_of(page)["excluded"] == left_out  # along the column, not its terms
    page = excluded(page, [])
    assert data_of(page)["excluded"] is None


def test_a_link_names_the_tables_that_there_are() -> None:
    [notice] = read_table_query({"table": "nope"})[1]
    assert notice == (
        f"`table` must be one of {', '.join(EXAMPLES)}. Got 'nope'. The link's value was left out."
    )


def test_a_file_without_a_proposed_target_is_shown_without_a_notice() -> None:
    rows = b"".join(b"2020-01-%02d,%d,%d\n" % (i, i % 4, i % 3) for i in range(1, 20))
    page = dropped(data_page(), b"day,ID 1,ID 2\n" + rows)
    assert page.selectbox(key="target").value == "ID 1" and toasts_of(page) == ""


def test_a_link_with_columns_that_are_not_there_says_so() -> None:
    settings = replace(
        TABLE_DEFAULTS, table="condos", target="<b>no</b>", features=("sq_footage", "nope")
    )
    page = data_page(settings.query())
    assert "<b>no</b>" in toasts_of(page) and "nope" in toasts_of(page)
    assert settings_of(page).target == "sale_price"


def test_a_link_to_somebodys_own_file_asks_for_it_and_then_applies() -> None:
    wanted = replace(TABLE_DEFAULTS, target="x", features=("y",), n_epochs=50, learning_rate=0.05)
    page = data_page(wanted.query())
    assert "Drop it again" in texts_of(page, "info") and "predict **x**" in texts_of(page, "info")
    page = dropped(page, LINE)
    assert settings_of(page) == wanted


def test_each_page_keeps_its_own_settings() -> None:
    page = dropped(data_page(), LINE)
    page = moved(page, "n_epochs", 50)
    run = run_of(page)
    page = quiet(at_page(page, "pages/play.py"))
    assert query_of(page)["dataset"] == "line" and query_of(page)["n_epochs"] == "1000"
    page = quiet(at_page(page, PATH))
    assert settings_of(page).n_epochs == 50 and settings_of(page).target == "y"
    assert run_of(page) == run  # the same settings name the same run


# --- The report --------------------------------------------------------------------------------


def test_the_report_agrees_with_least_squares() -> None:
    page = dropped(data_page(), LINE)
    x, y = np.loadtxt(LINE.decode().splitlines(), delimiter=",", skiprows=1).T
    slope, intercept = np.polyfit(x, y, 1)
    (table,) = (frame.value for frame in page.dataframe if "Least squares" in frame.value)
    shown = [float(text.replace("\u2212", "-")) for text in table["Least squares"]]
    assert shown == pytest.approx([intercept, slope], rel=1e-5)


def test_every_picture_of_the_report_has_a_table() -> None:
    page = dropped(data_page(), LINE)
    assert not page.get("plotly_chart")  # before anybody comes near them
    page = with_pictures(page)
    keys = [button.key for button in page.button if button.key.startswith("table_")]
    assert len(keys) == len(page.get("plotly_chart")) == 9
    page = quiet(page.button(key="table_residuals_against_fitted").click().run())
    x, y = np.loadtxt(LINE.decode().splitlines(), delimiter=",", skiprows=1).T
    residuals = y - np.polyval(np.polyfit(x, y, 1), x)
    table = next(frame.value for frame in page.dataframe if "residual" in frame.value)
    assert table["residual"].tolist() == pytest.approx(residuals.tolist())
    assert table["point"].tolist() == [f"Row {number}" for number in range(2, 32)]


def test_a_prediction_has_its_interval_and_flags_extrapolation() -> None:
    page = dropped(data_page(), LINE)
    page.session_state["tab"] = "Predict"
    page = quiet(page.run())
    (field,) = (each for each in page.number_input if each.label == "x")
    page = quiet(field.set_value(10.0).run())
    assert page.metric[0].value == "30.96" and not page.warning
    (field,) = (each for each in page.number_input if each.label == "x")
    page = quiet(field.set_value(1000.0).run())
    assert "x" in texts_of(page, "warning")
    assert "95 % prediction interval" in texts_of(page, "markdown")


# --- Reading another way -----------------------------------------------------------------------

UNCLEAR = b'x,y\n"1,234","2,345"\n"3,456","4,567"\n"5,678","9,789"\n"7,123","8,456"\n'


def answered(page: AppTest, value: str) -> AppTest:
    """The page after its first question was answered."""
    return quiet(page.button(key=f"answer_0_{value}").click().run())


@pytest.mark.parametrize(("answer", "slope"), [(".", 1000 * 1.0), (",", 1.0)])
def test_what_is_ambiguous_is_asked_and_read_as_answered(answer: str, slope: float) -> None:
    page = dropped(data_page(), UNCLEAR)
    assert not [given for given in components_of(page) if "runs" in given]
    assert "1234 or 1.234" in texts_of(page, "warning")
    page = answered(page, answer)
    assert not page.warning or "1234 or 1.234" not in texts_of(page, "warning")
    assert settings_of(page).target == "y"
    (field,) = (f for f in at_tab(page, "Predict").number_input if f.label == "x")
    assert field.value == pytest.approx(4.37275 * slope, rel=1e-2)


def test_an_answer_keeps_what_a_link_has_said() -> None:
    wanted = replace(TABLE_DEFAULTS, target="x", features=("y",), n_epochs=50)
    page = dropped(data_page(wanted.query()), UNCLEAR)
    assert toasts_of(page) == ""
    found = settings_of(answered(page, ","))
    assert found == replace(wanted, asked=ReadOptions(decimal=","))


GROUPS = b"method,score\n" + b"".join(b"%d,%d\n" % (1 + i % 3, 10 + i % 3 * i) for i in range(24))


def test_a_link_says_how_its_file_was_read() -> None:
    options = ReadOptions(as_category=("method",), missing_codes=(("score", 10.0),))
    wanted = replace(TABLE_DEFAULTS, target="score", features=("method",), asked=options)
    page = dropped(data_page(wanted.query()), GROUPS)
    assert settings_of(page).asked == options
    assert settings_of(page).features == ("method",)
    assert data_of(page)["runs"][0]


def test_an_address_that_is_followed_reads_the_file_as_it_says() -> None:
    page = dropped(data_page(), GROUPS)
    linked = replace(settings_of(page), asked=ReadOptions(has_header=False, skip_rows=3))
    page.query_params.clear()
    for name, value in linked.query().items():
        page.query_params[name] = value
    page = quiet(page.run())
    assert "22 rows" in line_of(page)


def test_an_address_that_reads_no_table_is_tried_once() -> None:
    page = dropped(data_page(), GROUPS)
    linked = replace(settings_of(page), asked=ReadOptions(encoding="nonsense"))
    page.query_params.clear()
    for name, value in linked.query().items():
        page.query_params[name] = value
    page = quiet(page.run())
    assert "encoding" in texts_of(page, "error")
    assert settings_of(page).asked == ReadOptions()


@pytest.mark.parametrize(
    "text",
    ["[", "[]", "1", '{"no":1}', '{"decimal":1}', '{"as_text":"a"}', '{"missing_codes":[["a"]]}'],
)
def test_a_link_with_nonsense_on_reading_is_told(text: str) -> None:
    settings, notices = read_table_query({"v": "1", "reading": text})
    assert settings.asked == ReadOptions() and "`reading` must say" in notices[0]


def reread(page: AppTest, **options: Any) -> AppTest:
    """The page after its file was read again with these options, by the form."""
    page = drawer(page, "how_read")
    for name, value in options.items():
        fields = [*page.selectbox, *page.number_input]
        next(f for f in fields if str(f.key).endswith(f"_{name}")).set_value(value)
    return submitted(page)


def test_reading_the_file_another_way_keeps_the_settings_and_is_one_step_to_take_back() -> None:
    page = moved(dropped(data_page(), LINE), "n_epochs", 50)
    before, line = settings_of(page), line_of(page)
    page = reread(page, skip_rows=4, has_header=False)
    assert "27 rows" in line_of(page)
    page = moved(page, "n_epochs", 100)
    for _ in range(2):
        page = quiet(page.button(key="undo").click().run())
    assert settings_of(page) == before and line_of(page) == line
    page = quiet(page.button(key="undo").click().run())
    assert settings_of(page).n_epochs == TABLE_DEFAULTS.n_epochs


def test_a_reading_that_is_refused_leaves_the_table_as_it_was_read() -> None:
    page = moved(dropped(data_page(), LINE), "n_epochs", 50)
    before, run = settings_of(page), run_of(page)
    page = reread(page, has_header=False)
    assert "another table began" in texts_of(page, "error")
    assert (settings_of(page), run_of(page)) == (before, run)
    page = quiet(page.button(key="undo").click().run())
    assert settings_of(page).n_epochs == TABLE_DEFAULTS.n_epochs


def test_another_file_takes_no_step_back_into_the_former_one() -> None:
    page = moved(dropped(data_page(), LINE), "n_epochs", 50)
    page = dropped(page, FLATS)
    assert page.button(key="undo").disabled


# --- Doubts about how it was read ---------------------------------------------------------------

AREAS = [f"{40 + 7 * i % 61}.{i % 10}" for i in range(30)]


def settled(page: AppTest) -> AppTest:
    """The page after the first remedy of its gravest doubt was taken."""
    button = next(each for each in page.button if each.key.startswith("settle_0"))
    return quiet(button.click().run())


def flats_with(areas: list[str], rooms: list[int]) -> bytes:
    rows = [f"{areas[i]};{rooms[i]};{900 + 31 * i % 97}" for i in range(30)]
    return "\n".join(["area;rooms;price", *rows]).encode()


def test_a_suspected_code_for_missing_is_told_in_sight_and_settled_in_one_click() -> None:
    rooms = [1 + i % 4 for i in range(30)]
    rooms[4] = -999
    page = dropped(data_page(), flats_with(AREAS, rooms))
    assert "1 cell of -999" in texts_of(page, "warning")
    page = settled(page)
    assert not page.warning
    page = quiet(page.multiselect(key="features").set_value(["area"]).run())
    assert not page.warning


def test_a_column_lost_to_a_unit_is_told_in_sight_and_read_as_numbers_in_one_click() -> None:
    areas = [f"{area} m2" if i % 7 == 0 else area for i, area in enumerate(AREAS)]
    page = dropped(data_page(), flats_with(areas, [1 + i % 4 for i in range(30)]))
    assert "area" not in settings_of(page).features
    assert "it was kept as text" in texts_of(page, "warning")
    page = settled(page)
    assert "it was kept as text" not in texts_of(page, "warning")
    assert settings_of(page).features == ("area", "rooms") and data_of(page)["runs"][0]


def test_a_cell_that_is_no_number_is_told_in_sight_while_its_column_is_in_use() -> None:
    areas = [*AREAS[:7], "5,2", *AREAS[8:]]
    page = dropped(data_page(), flats_with(areas, [1 + i % 4 for i in range(30)]))
    doubt = "1 cell that is not a number.*'5,2' .row 9"
    assert re.search(doubt, texts_of(page, "warning"))
    told = texts_of(drawer(page, "how_read"), "markdown")
    assert not re.search(doubt, told)  # it is said once
    page = quiet(page.multiselect(key="features").set_value(["rooms"]).run())
    assert not page.warning
    assert re.search(doubt, texts_of(drawer(page, "how_read"), "markdown"))


def at_tab(page: AppTest, name: str) -> AppTest:
    """The page with another tab open."""
    page.session_state["tab"] = name
    return quiet(page.run())


def test_every_remedy_of_a_doubt_is_a_button_and_one_step_to_take_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    remedies = (
        Remedy("Take 9 in <b>x</b> as missing", "missing_codes", (("x", 9.0),)),
        Remedy("Keep x as text", "as_text", ("x",)),
    )

    def read(*arguments: Any, options: ReadOptions, **keywords: Any) -> Table:
        table = read_table(*arguments, options=options, **keywords)
        doubt = Doubt(SUSPICIOUS, "x", "Column x has 9.", (9,), remedies)
        return replace(table, doubts=() if options.missing_codes else (doubt,))

    monkeypatch.setattr(reading, "read_table", read)
    page = moved(dropped(data_page(), LINE), "n_epochs", 50)
    assert not [each for each in drawer(page, "how_read").button if "other_" in str(each.key)]
    buttons = [each for each in page.button if each.key.startswith("settle_")]
    assert [each.label.replace("\\", "") for each in buttons] == [each.label for each in remedies]
    assert all("<b>" not in each.label for each in buttons)
    page = settled(page)
    assert not page.warning and settings_of(page).n_epochs == 50
    page = quiet(page.button(key="undo").click().run())
    assert "Column x has 9." in texts_of(page, "warning") and settings_of(page).n_epochs == 50
    page = quiet(page.button(key="undo").click().run())
    assert settings_of(page).n_epochs == TABLE_DEFAULTS.n_epochs
    assert page.button(key="undo").disabled


def test_a_doubt_out_of_sight_marks_the_line_and_is_settled_in_its_drawer() -> None:
    areas = [*AREAS[:7], "5,2", *AREAS[8:]]
    page = dropped(data_page(), flats_with(areas, [1 + i % 4 for i in range(30)]))
    page = quiet(page.multiselect(key="features").set_value(["rooms"]).run())
    assert not page.warning
    (line,) = (each for each in page.get("popover") if each.proto.popover.icon)
    assert line.proto.popover.label == "How it was read"
    assert "5,2" in texts_of(drawer(page, "how_read"), "markdown")


def test_rows_left_out_stay_the_same_rows_when_the_file_is_read_another_way() -> None:
    former = Table(pd.DataFrame({"x": range(6)}), line_numbers=np.array([2, 3, 4, 6, 7, 8]))
    fewer = Table(pd.DataFrame({"x": range(4)}), line_numbers=np.array([3, 4, 7, 8]))
    left_out = replace(TABLE_DEFAULTS, excluded_rows=(1, 3, 4))  # lines 3, 6, 7
    assert recounted(left_out, former, fewer).excluded_rows == (0, 2)
    assert recounted(left_out, former, Table(former.frame)).excluded_rows == (1, 4, 5)
    assert recounted(left_out, Table(former.frame), Table(fewer.frame)) is left_out


# --- A file that can't be read comes with the form ----------------------------------------------

HEAD = ((1, "About <img src=x>"), (2, "a,b"), (3, "1,2"))
SHEETS = (Sheet("About", 9, 1), Sheet("Data", 16, 3), Sheet("Old", 1, 2, is_hidden=True))


@pytest.fixture
def demanding(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that wants the sheet "Data" of every file that begins with BOOK."""

    def read(file: Any, *, options: ReadOptions, **keywords: Any) -> Table:
        if not file.getvalue().startswith(b"BOOK"):
            return read_table(file, options=options, **keywords)
        if options.sheet != "Data":
            error = DataError("No numbers on sheet 'About'.")
            error.options, error.found = ReadOptions(sheet="About"), Found(True, SHEETS, HEAD)
            raise error
        return replace(
            read_table(io.BytesIO(LINE), options=replace(options, sheet=None), **keywords),
            options=options,
        )

    monkeypatch.setattr(reading, "read_table", read)


def refused_form(page: AppTest) -> dict[str, Any]:
    """The fields of the form of a refused file, by their labels."""
    fields = [*page.selectbox, *page.number_input, *page.text_input]
    return {field.label: field for field in fields if str(field.key).startswith("refused_")}


def test_a_refused_file_comes_with_its_first_lines_and_the_form(demanding: None) -> None:
    page = dropped(data_page(), b"BOOK", "book.csv")
    assert "sheet 'About'" in texts_of(page, "error")
    assert first_lines_of(page) == list(HEAD)
    form = refused_form(page)
    assert {"Sheet", "Columns are separated by", "Quotes", "Rows of totals"} <= set(form)
    assert form["Sheet"].options == [
        "About, 9 rows x 1 column",
        "Data, 16 rows x 3 columns",
        "Old, 1 row x 2 columns (hidden)",
    ]
    form["Sheet"].set_value("Data")
    page = submitted(page)
    assert not page.error and settings_of(page).target == "y" and not refused_form(page)


def test_a_refused_file_leaves_the_page_and_can_be_left_itself(demanding: None) -> None:
    page = moved(dropped(data_page(), LINE), "n_epochs", 50)
    before, run = settings_of(page), run_of(page)
    page = dropped(page, b"BOOK", "book.csv")
    assert "sheet 'About'" in texts_of(page, "error")
    assert (settings_of(page), run_of(page)) == (before, run)
    leave = next(each for each in page.button if each.key.startswith("leave_file_"))
    page = quiet(leave.click().run())
    assert not page.error and not refused_form(page)
    assert (settings_of(page), run_of(page)) == (before, run)


def submitted(page: AppTest) -> AppTest:
    """The page after its first form on reading was sent."""
    return quiet(next(each for each in page.button if each.label == "Read again").click().run())


# --- A run that has not arrived ----------------------------------------------------------------

LONGLEY = replace(TABLE_DEFAULTS, table="longley", target="employed", features=("gnp", "year"))
NOWHERE = RunResult(Params([0.0, 0.0], 0.0), Status.FINISHED, 200, 0.1, *np.empty((3, 0)), "")


@pytest.mark.parametrize(
    ("values", "action"),
    [
        ({}, "Go on to 5,000 epochs"),
        (
            {"batch_size": 4, "dtype": "float32"},
            "Train with learning rate 0.2, 5,000 epochs, full batches and float64",
        ),
        (
            {"standardize": False},
            "Train with standardised columns, learning rate 0.2 and 5,000 epochs",
        ),
        (
            {"solver": "adam", "updates_per_epoch": 2},
            "Train with SGD, learning rate 0.2, 5,000 epochs and one pass an epoch",
        ),
    ],
)
def test_a_button_says_all_that_it_would_set(
    values: dict[str, Any], action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Visitor, "result", NOWHERE)
    page = data_page(replace(LONGLEY, **values).query())
    assert data_of(page)["verdict"]["action"] == action
