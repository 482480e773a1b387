"""Files of situations that people reported about other tools: from the file to the right fit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from linreg_core import Problem, read_table
from linreg_core.inference import Report, report
from linreg_core.tables import Selection, prepare, propose, usable_features
from table_reader import ReadOptions, Table

CASES = Path(__file__).parents[2] / "table_reader" / "cases"


def read(name: str, options: ReadOptions | None = None) -> Table:
    """Return the table of a case."""
    return read_table(CASES / name, options=options or ReadOptions())


def read_after(first: Table, name: str) -> Table:
    """Return a second file, read as the first one was."""
    return read(name, ReadOptions(precedent=first.precedent))


def settled(name: str) -> Table:
    """Return the table of a case after one click on the remedy of each doubt."""
    table = read(name)
    options = ReadOptions()
    for doubt in table.doubts:
        (remedy,) = doubt.remedies
        options = options.changed(remedy.field, remedy.value)
    return read(name, options)


def fitted(table: Table, target: str, *features: str) -> Report:
    """Return the report on a least-squares fit."""
    prepared = prepare(table, Selection(target, features))
    return report(Problem.from_dataset(prepared.dataset))


def slope(found: Report) -> float:
    return found.coefficients[1].estimate


def predictions(first: Table, second: Table, target: str, *features: str) -> np.ndarray:
    """Return the predictions of a second file's rows, nan where there is none."""
    prepared = prepare(first, Selection(target, features))
    found = report(Problem.from_dataset(prepared.dataset))
    return found.predict(prepared.recipe.encode(second.frame).X).mean


def test_codes_of_a_survey_are_named_and_taken_as_missing_in_one_click() -> None:
    assert "-999, -888 and -777" in read("c01-survey-codes.csv").doubts[0].text
    found = fitted(settled("c01-survey-codes.csv"), "score", "hours")
    assert slope(found) == pytest.approx(4.09, abs=0.005)


def test_codes_of_the_weather_are_named_and_taken_as_missing_in_one_click() -> None:
    table = read("c02-weather-codes.csv")
    assert [doubt.column for doubt in table.doubts] == ["dewp", "wdsp"]
    found = fitted(settled("c02-weather-codes.csv"), "temp", "dewp")
    assert slope(found) == pytest.approx(0.99, abs=0.01)


def test_subtotals_are_no_rows() -> None:
    found = fitted(read("c04-subtotals.csv"), "sales", "staff")
    assert found.n_samples == 16
    assert slope(found) == pytest.approx(9.02, abs=0.005)
    assert found.coefficients[1].standard_error == pytest.approx(0.30, abs=0.01)


def test_a_lone_quote_swallows_no_rows() -> None:
    assert len(read("c06-lone-quotes.tsv").frame) == 26


def test_millions_and_thousands_are_multiplied() -> None:
    values = read("c07-money-k-m.csv").frame["value"]
    assert values[:2].tolist() == [1_200_000, 850_000]


def test_several_answers_are_no_number_and_not_proposed() -> None:
    table = read("c09-several-answers.csv")
    assert table.frame["picks"].dtype == "str" and "picks" not in propose(table).features
    assert table.frame["price"][0] == 12.5


def test_percent_signs_and_percent_cells_mean_the_same() -> None:
    first = read("c11-shares.csv")
    second = read_after(first, "c11-shares-new.xlsx")
    found = predictions(first, second, "cost", "share")
    np.testing.assert_allclose(found, [17.5, 26.5, 38.6], atol=0.05)


def test_exponents_of_fortran() -> None:
    depths = read("c13-fortran-short.csv").frame["depth"]
    assert depths[0] == 125 and 5750 in depths.tolist()


def test_wide_digits_are_numbers() -> None:
    assert read("c18-fullwidth.csv").frame["visitors"][:2].tolist() == [120, 137]


@pytest.mark.parametrize("options", [ReadOptions(), ReadOptions(has_header=True, skip_rows=0)])
def test_three_header_rows_keep_the_names(options: ReadOptions) -> None:
    table = read("c20-three-headers.csv", options)
    assert list(table.frame) == ["StartDate", "Q1", "Q2", "Q3"]
    assert table.numeric_columns == ("Q1", "Q2", "Q3")


def test_types_below_the_names() -> None:
    assert list(read("c22-types-below.tsv").frame) == ["size", "city", "price"]


def test_the_visible_sheet_is_read() -> None:
    assert list(read("c30-hidden-sheet.xlsx").frame) == ["dose", "gain"]


def test_hidden_rows_are_told() -> None:
    table = read("c31-hidden-rows.xlsx")
    assert len(table.frame) == 16 and "4 rows of the sheet are hidden" in table.doubts[0].text


def test_merged_cells_fill_their_rows() -> None:
    found = fitted(read("c32-merged-cells.xlsx"), "length", "width", "species")
    assert found.n_samples == 15 and slope(found) == pytest.approx(3)


def test_formulas_that_were_never_calculated_are_told() -> None:
    assert any("never calculated" in note for note in read("c33-formulas.xlsx").notes)


def test_tables_side_by_side_are_asked_about() -> None:
    table = read("c35-side-by-side.xlsx")
    (question,) = table.questions
    assert not usable_features(table)
    answers = [
        list(read("c35-side-by-side.xlsx", ReadOptions().changed(question.field, value)).frame)
        for value, _ in question.choices[:2]
    ]
    assert answers == [["dose", "gain"], ["month", "rain"]]


def test_numbers_can_be_names_of_groups() -> None:
    name = "c37-group-codes.csv"
    as_numbers = fitted(read(name), "score", "method")
    as_groups = fitted(read(name, ReadOptions(as_category=("method",))), "score", "method")
    assert as_numbers.r_squared == pytest.approx(0.13, abs=0.005)
    assert as_groups.r_squared > 0.9


def test_north_and_south_are_levels_by_their_names() -> None:
    first = read("c38-north-south.csv")
    assert fitted(first, "temp", "hemisphere").coefficients[1].name in (
        "hemisphere = N",
        "hemisphere = S",
    )
    second = read_after(first, "c38-north-south-new.csv")
    assert np.isfinite(predictions(first, second, "temp", "hemisphere")).all()


def test_early_days_of_a_second_file_are_in_the_order_of_the_first() -> None:
    first = read("c39-day-first.csv")
    second = read_after(first, "c40-early-days-new.csv")
    assert not second.questions
    assert second.frame["date"].dt.month.tolist() == [2, 2]
    assert np.isfinite(predictions(first, second, "level", "date")).all()


def test_categories_alone_predict() -> None:
    first = read("c41-flats.csv")
    second = read_after(first, "c41-flats-new.csv")
    found = predictions(first, second, "rent", "city", "kind")
    assert len(found) == 2 and np.isfinite(found).all()


def test_both_indicators_without_an_intercept_are_two_means() -> None:
    table = read("c48-through-origin.csv")
    selection = Selection("y", ("treated", "control"))
    assert any("tell their" in warning for warning in prepare(table, selection).warnings)
    prepared = prepare(table, replace(selection, fit_intercept=False))
    assert not any("tell their" in warning for warning in prepared.warnings)


def test_quarters_are_dates() -> None:
    quarters = read("c51-quarters.csv").frame["quarter"]
    assert quarters.dt.strftime("%Y-%m-%d")[:2].tolist() == ["2015-01-01", "2015-04-01"]
