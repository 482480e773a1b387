"""Row by row: the table of diagnostics, marks in every picture, rows left out together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dashboard.figures import figures_for
from dashboard.figures.marked import (
    MARKED,
    row_of_point,
    shows_rows,
    with_marks,
    with_marks_below,
    with_rows_named,
)
from dashboard.own_data.date_order import date_order
from dashboard.own_data.rows_view import ROWS_IN_TABLE, rows_to_show
from dashboard.theme import LIGHT
from linreg_core.inference import Report
from table_reader import Table
from tests.dashboard.fits import fits, large_fit
from tests.dashboard.pages import data_of, query_of, quiet
from tests.dashboard.test_data_page import LINE, data_page, dropped

WITH_POINTS = {
    *("fitted_line", "predicted_against_actual", "residuals_against_fitted", "normal_qq"),
    *("scale_location", "leverage", "residuals_by_order"),
}


def test_rows_are_marked_in_every_picture_that_has_points() -> None:
    report = fits()["with test rows"]
    rows = [int(report.problem.train_rows[3]), int(report.problem.test_rows[1])]
    seen = set()
    for picture in figures_for(report):
        drawn = picture.draw(report, LIGHT, str)
        marked = with_marks(drawn, rows, LIGHT, lambda row: f"<{row}>")
        rings = [trace for trace in marked.data if trace.name == MARKED]
        assert len(marked.data) == len(drawn.data) + len(rings)
        points = [trace for trace in drawn.data if trace.customdata is not None]
        for ring in rings:
            (row,) = ring.customdata
            source = next(each for each in points if row in each.customdata)
            at = list(source.customdata).index(row)
            assert (ring.x[0], ring.y[0]) == (source.x[at], source.y[at])
            assert ring.text == (f"&lt;{row}&gt;",)
        for trace in marked.data:  # a click fades nothing, the names of what is marked neither
            if trace.type == "scatter" and "markers" in (trace.mode or ""):
                assert trace.unselected.marker.opacity == (trace.marker.opacity or 1.0)
                assert trace.unselected.textfont.color == trace.textfont.color
        if rings:
            seen.add(picture.name)
    assert seen == WITH_POINTS
    histogram = next(each for each in figures_for(report) if each.name == "residual_histogram")
    below = with_marks_below(histogram.draw(report, LIGHT, str), report, rows, LIGHT, str)
    assert below.data[-1].x.tolist() == [report.diagnostics.residuals[3]]


def test_a_marked_row_is_drawn_however_many_others_there_are() -> None:
    report = large_fit()
    picture = next(each for each in figures_for(report) if each.name == "leverage")
    drawn = picture.draw(report, LIGHT, str)
    missing = int(np.setdiff1d(report.problem.train_rows, drawn.data[0].customdata)[0])
    assert not shows_rows(drawn, [missing])
    again = picture.draw(with_rows_named(report, [missing]), LIGHT, str)
    assert shows_rows(again, [missing])
    assert with_marks(again, [missing], LIGHT, str).data[-1].customdata.tolist() == [missing]


@pytest.mark.parametrize(
    ("point", "row"),
    [
        ({"customdata": 7}, 7),
        ({"customdata": [7.0]}, 7),
        ({"x": 1}, None),
        ({"customdata": []}, None),
    ],
)
def test_a_clicked_point_tells_its_row(point: dict[str, object], row: int | None) -> None:
    assert row_of_point(point) == row


def sizes(report: Report) -> dict[str, np.ndarray]:
    found = report.diagnostics
    return {
        "Cook's distance": found.cooks_distance,
        "Studentised residual": np.abs(found.studentized),
        "Leverage": found.leverage,
        "DFFITS": np.abs(found.dffits),
        "DFBETAS": np.abs(report.dfbetas()).max(axis=1),
        "Row": -np.arange(float(report.n_samples)),
    }


def test_the_table_has_the_largest_rows_first_and_those_that_are_marked() -> None:
    for report in (fits()["several"], large_fit()):
        for order, values in sizes(report).items():
            rows = rows_to_show(report, order, ())
            assert len(rows) == min(report.n_samples, ROWS_IN_TABLE)
            assert (np.diff(values[rows]) <= 0).all()
            assert values[rows].min() >= np.delete(values, rows).max(initial=-np.inf)
        last = int(rows_to_show(report, "Leverage", ())[-1])
        assert last in rows_to_show(report, "Row", (int(report.problem.train_rows[last]),))


FAR_DAYS = (106_751_991 + np.array([2, 0, 1])).astype("datetime64[D]")
"""The day on which microseconds come round, and those about it."""


def days(*texts: str | None) -> pd.Series:
    return pd.Series(pd.to_datetime(list(texts)))


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"x": pd.Series([1.0, 2, 3])}, None),
        ({"day": days("2024-01-03", "2024-01-01", "2024-01-02")}, "day"),
        ({"day": days("2024-01-03", None, "2024-01-02")}, None),
        ({"day": days("2024-01-03", "2024-01-03", "2024-01-02")}, None),  # two series
        ({"at": days("2024-01-03", "2024-01-01", "2024-01-02").dt.tz_localize("UTC")}, "at"),
        ({"far": pd.Series(FAR_DAYS.astype("datetime64[s]"))}, "far"),
    ],
)
def test_rows_follow_one_another_by_a_date_where_each_has_its_own(
    columns: dict[str, pd.Series], name: str | None
) -> None:
    order = date_order(Table(pd.DataFrame(columns)), np.arange(3))
    assert (order and order.name) == name
    if order is not None:
        assert (order.days - order.days[1]).tolist() == [2.0, 0.0, 1.0]


def test_marked_rows_are_left_out_in_one_step_and_come_back() -> None:
    page = dropped(data_page(), LINE)
    page.session_state["row_by_row"] = True
    page = quiet(page.run())
    table = next(each.value for each in page.dataframe if "DFFITS" in each.value)
    assert {"Leverage", "Standardised", "Studentised", "DFBETAS x"} < set(table)
    assert not [each for each in page.button if each.key == "leave_out"]
    page.session_state["_of_table_marks"] = (3, 7)
    page = quiet(page.run())
    assert any(each.value == "Marked: **rows 5, 9**" for each in page.markdown)
    assert data_of(page)["marked"] == [3, 7]  # and the live view rings their points
    page = quiet(page.button(key="leave_out").click().run())
    assert query_of(page)["excluded_rows"] == "3,7"
    page = quiet(page.button(key="take_in").click().run())
    assert query_of(page)["excluded_rows"] == ""
    assert not [each for each in page.button if each.key in ("leave_out", "take_in")]
