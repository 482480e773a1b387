"""A second file to predict: read as the first one was, asked about, told of, or refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.own_data import reading, second_view
from linreg_core import DataError, read_table
from table_reader import SUSPICIOUS, Doubt, Found, ReadOptions, Remedy, Table
from tests.dashboard.pages import first_lines_of, quiet, run_of
from tests.dashboard.test_data_page import LINE, at_tab, data_page, dropped, settings_of, texts_of


def rows_of(*columns: Any) -> bytes:
    return "\n".join(",".join(map(str, row)) for row in zip(*columns, strict=True)).encode()


def begun(data: bytes) -> AppTest:
    """A page that has learned a file, at its tab for predictions."""
    return at_tab(dropped(data_page(), data, "first.csv"), "Predict")


def second(page: AppTest, data: bytes, name: str = "new.csv") -> AppTest:
    """The page after a second file was dropped."""
    field = next(each for each in page.get("file_uploader") if each.key.startswith("second_file_"))
    return quiet(field.set_value((name, data, "text/csv")).run())


def predictions(page: AppTest) -> list[float]:
    """What the report predicts for the second file."""
    examined: second_view.Examined = page.session_state[second_view._EXAMINED]
    encoded = page.session_state["_chosen"].recipe.encode(examined.table.frame)
    means: list[float] = examined.report.predict(encoded.X).mean.tolist()
    return means


SHARES = rows_of(
    ["share", *(f"{i}%" for i in range(14))], ["cost", *(2 * i + 2 + i % 2 for i in range(14))]
)
DAYS = [f"{1 + i:02}/01/2018" for i in range(31)]
DATED = rows_of(["date", *DAYS], ["level", *(4 * i + 4 for i in range(31))])
HALVES = rows_of(["half", *"NSNSNSNS"], ["temp", *(10, 23, 12, 25, 11, 24, 13, 26)])
FLATS = rows_of(
    ["city", *("Oslo", "Bergen") * 6],
    ["kind", *("flat", "flat", "house", "house") * 3],
    ["rent", *(90, 70, 120, 100, 91, 71, 121, 101, 89, 69, 119, 99)],
)
PAIRS = {
    "shares without their sign": (SHARES, b"share\n5%\n10%\n", [12.4, 22.4]),
    "early days only": (DATED, b"date\n05/01/2018\n07/01/2018\n", [20.0, 28.0]),
    "a level alone": (HALVES, b"half,temp\nS,21\nS,23\n", [24.5, 24.5]),
    "categories alone": (FLATS, b"city,kind\nOslo,flat\nBergen,house\n", [90.0, 100.0]),
}


@pytest.mark.parametrize(("first", "new", "expected"), PAIRS.values(), ids=PAIRS)
def test_it_is_read_as_the_first_file_was(first: bytes, new: bytes, expected: list[float]) -> None:
    page = second(begun(first), new)
    assert f"new.csv: {len(expected)} of {len(expected)} rows predicted" in texts_of(
        page, "markdown"
    )
    assert predictions(page) == pytest.approx(expected, abs=0.25)


def test_what_it_leaves_open_is_answered_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    remedies = (Remedy("Take 999 as missing", "missing_codes", (("x", 999.0),)),)

    def read(*arguments: Any, options: ReadOptions, **keywords: Any) -> Table:
        table = read_table(*arguments, options=options, **keywords)
        is_new = options.precedent is not None and not options.missing_codes
        doubts = (Doubt(SUSPICIOUS, "x", "1 cell of 999.", (1,), remedies),) if is_new else ()
        return replace(table, doubts=doubts, notes=("A note on <b>it</b>.", "1 cell of 999."))

    monkeypatch.setattr(reading, "read_table", read)
    page = second(begun(LINE), b"x\n1\n999\n2\n")
    assert "3 of 3 rows" in texts_of(page, "markdown")
    assert "1 cell of 999." in texts_of(page, "warning")
    assert "A note on <b>it</b>." in texts_of(page, "markdown")
    run = run_of(page)
    page = quiet(page.button(key="second_settle_0_0").click().run())
    assert "2 of 3 rows" in texts_of(page, "markdown") and not page.warning
    assert run_of(page) == run


def test_a_question_about_it_has_its_buttons() -> None:
    numbers = np.arange(1, 31)
    first = rows_of(["x", *numbers], ["y", *(3 * numbers + numbers % 2)])
    page = second(begun(first), b'x\n"1,234"\n"2,345"\n"3,456"\n')
    buttons = [each for each in page.button if each.key.startswith("second_answer_0")]
    if not page.warning:  # the first file's habits may settle it
        assert not buttons
        return
    assert len(buttons) == 2
    page = quiet(buttons[1].click().run())
    assert "3 of 3 rows" in texts_of(page, "markdown")
    assert predictions(page) == pytest.approx([4.2, 7.5, 10.9], abs=0.5)


def test_one_with_other_columns_says_so_and_can_be_read_another_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def read(*arguments: Any, options: ReadOptions, **keywords: Any) -> Table:
        table = read_table(*arguments, options=options, **keywords)
        if options.precedent is None or options.skip_rows is not None:
            return table
        return replace(table, frame=table.frame.rename(columns={"x": "About"}))

    monkeypatch.setattr(reading, "read_table", read)
    page = second(begun(LINE), b"About\nx,y\n1,2\n2,3\n3,5\n4,5\n5,9\n")
    assert "must have the columns 'x'" in texts_of(page, "warning")
    assert first_lines_of(page)[0] == (1, "About")
    fields = [each for each in page.number_input if str(each.key).startswith("second_reading")]
    fields[0].set_value(1)
    page = quiet([each for each in page.button if each.label == "Read again"][-1].click().run())
    assert "5 of 5 rows predicted" in texts_of(page, "markdown") and not page.warning


def test_a_refusal_says_why_keeps_the_page_and_comes_with_the_form(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def read(*arguments: Any, options: ReadOptions, **keywords: Any) -> Table:
        if options.precedent is not None and options.skip_rows is None:
            error = DataError("No table in <b>it</b>.")
            error.options, error.found = ReadOptions(), Found(True, (), ((1, "About"), (2, "x")))
            raise error
        return read_table(*arguments, options=options, **keywords)

    monkeypatch.setattr(reading, "read_table", read)
    page = begun(LINE)
    run, settings = run_of(page), settings_of(page)
    page = second(page, b"About\nx\n1\n2\n")
    assert "No table in <b>it</b>." in texts_of(page, "error")
    assert first_lines_of(page) == [(1, "About"), (2, "x")]
    fields = [each for each in page.number_input if str(each.key).startswith("second_reading")]
    fields[0].set_value(1)
    buttons = [each for each in page.button if each.label == "Read again"]
    page = quiet(buttons[-1].click().run())
    assert not page.error and "2 of 2 rows predicted" in texts_of(page, "markdown")
    assert (run_of(page), settings_of(page)) == (run, settings)
