"""The pictures of a report: what they draw, against numpy; any fit and any name can be drawn."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard.escaping import one_line
from dashboard.figures import (
    FIGURES,
    features_with_a_part,
    figures_for,
    finding_of,
    loss_curve,
    partial_regression,
)
from dashboard.figures.coefficient_intervals import MOST_COEFFICIENTS
from dashboard.figures.labels import sides_of_labels
from dashboard.figures.sample import MOST_POINTS, sample_rows
from dashboard.figures.table import trace_tables
from dashboard.live.result import RunResult
from dashboard.theme import DARK, LIGHT, MARGIN
from linreg_core import ConfigError, Dataset, Params, Problem, Status
from linreg_core.inference import Report, RowOrder, in_target_units, report
from linreg_core.tables import Selection, Table, parse_formula, prepare
from tests.dashboard.fits import FITS, HOSTILE, LONG, fit_of, fits, large_fit

OURS = re.compile(r"</?b>|<br>|<extra></extra>|&(amp|lt|gt|#36|#37);")
FIELDS = re.compile(r"%\{(x|y|text|hovertext)(:,?\.\d~?[gfr])?\}")


def draw(name: str, report: Report, row_name: Any = str) -> go.Figure:
    picture = next(each for each in FIGURES if each.name == name)
    return picture.draw(report, LIGHT, row_name)


def trace(figure: go.Figure, name: str) -> Any:
    return next(each for each in figure.data if each.name == name)


def has(figure: go.Figure, name: str) -> bool:
    return any(each.name == name for each in figure.data)


def every_figure(report: Report, theme: Any = LIGHT) -> Iterator[go.Figure]:
    for picture in figures_for(report):
        yield picture.draw(report, theme, lambda position: f"<i>{position}</i>")
    for feature in features_with_a_part(report) if report.n_features > 1 else ():
        yield partial_regression(report, theme, feature)


@pytest.mark.parametrize("name", FITS)
def test_every_picture_is_also_a_table(name: str) -> None:
    report = fits()[name]
    for figure in every_figure(report):
        parts = {part.name: list(part.columns.values()) for part in trace_tables(figure)}
        shown = [each for each in figure.data if not getattr(each, "fill", None)]
        assert list(parts) == [each.name for each in shown]
        for each in shown:
            x, y = (np.asarray(values, dtype=float) for values in (each.x, each.y))
            finite = np.isfinite(x) & np.isfinite(y)
            assert x[finite].tolist() in parts[each.name]
            assert y[finite].tolist() in parts[each.name] or figure.layout.yaxis.ticktext
            assert all(len(column) == finite.sum() for column in parts[each.name])


def test_a_table_reads_as_the_picture_does() -> None:
    report = fit_of([[1.0, 2], [2, 1], [3, 5], [4, 4]], [1.0, 2, 3, 5], ("a<b", "c"), "<i>$x$")
    (residuals, *_) = trace_tables(draw("residuals_against_fitted", report, lambda row: f"<{row}>"))
    assert list(residuals.columns) == ["point", "fitted <i>$x$", "residual"]
    assert residuals.columns["point"][0] == "Row <0>"
    (intervals, *_) = trace_tables(draw("coefficient_intervals", report))
    assert intervals.columns["point"] == ["a<b", "c"]
    assert "95 % interval" in intervals.columns["in words"][0]


def test_every_finding_has_its_picture() -> None:
    report = fits()["clean"]
    names = [picture.name for picture in FIGURES]
    assert len(set(names)) == len(names)
    for finding in report.findings:
        assert [each.title for each in FIGURES if each.name == finding.name] == [finding.title]
    for picture in FIGURES:
        assert picture.draw.__name__ == picture.name
        assert picture.look_for or finding_of(report, picture.name)


@pytest.mark.parametrize("name", FITS)
def test_any_fit_can_be_drawn(name: str) -> None:
    for theme in (LIGHT, DARK):
        for figure in every_figure(fits()[name], theme):
            json.loads(figure.to_json(), parse_constant=pytest.fail)  # no bare NaN
            assert figure.layout.template.layout.font.color == theme.text
            assert figure.layout.title.text is None
            assert figure.layout.xaxis.automargin is None
            assert (figure.layout.margin.b or MARGIN["b"]) < 80


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def test_hostile_names_are_text() -> None:
    seen = []
    for figure in every_figure(fits()["hostile"]):
        for text in strings([json.loads(figure.to_json())["data"], titles(figure)]):
            ours = FIELDS.sub("", OURS.sub("", text))
            assert not re.search(r"[<>$&\n\u202e]|%\{", ours), text
            seen.append(html.unescape(text))
    for name in HOSTILE:
        assert any(one_line(name)[:12] in text for text in seen), name


def titles(figure: go.Figure) -> list[str]:
    return [figure.layout.xaxis.title.text, figure.layout.yaxis.title.text or ""]


def test_long_names_are_shortened() -> None:
    for figure in every_figure(fits()["hostile"]):
        for title in titles(figure):
            assert all(len(re.sub("&[^;]+;", "&", line)) < 45 for line in title.split("<br>"))
        assert all(len(text) < 100 for text in figure.layout.yaxis.ticktext or ())
    assert len(LONG) > 200


def test_residuals_against_fitted() -> None:
    report = fits()["with test rows"]
    problem = report.problem
    points = trace(draw("residuals_against_fitted", report, lambda p: f"<{p}>"), "training rows")
    X = np.column_stack([np.ones(problem.n_train), problem.X_train])
    fitted = X @ np.linalg.lstsq(X, problem.y_train)[0]
    np.testing.assert_allclose(points.x, fitted, rtol=1e-9)
    np.testing.assert_allclose(points.y, problem.y_train - fitted, atol=1e-9)
    np.testing.assert_array_equal(points.customdata, problem.train_rows)
    assert points.text[3] == f"Row &lt;{problem.train_rows[3]}&gt;"


@pytest.mark.parametrize(("name", "form"), [("clean", ",.6~r"), ("huge", ".6~g"), ("tiny", ".6~g")])
def test_hover_writes_numbers_in_full_where_they_have_few_zeros(name: str, form: str) -> None:
    points = trace(draw("predicted_against_actual", fits()[name]), "training rows")
    assert f"actual %{{x:{form}}}<br>predicted %{{y:{form}}}<extra>" in points.hovertemplate


def test_a_trend_follows_the_points() -> None:
    curve = trace(draw("residuals_against_fitted", fits()["curved"]), "trend")
    # The residuals of (x - 5)**2 are a parabola: high at both ends, low between.
    at = np.searchsorted(curve.x, np.quantile(curve.x, [0.02, 0.5, 0.98]))
    left, middle, right = curve.y[at]
    assert left > 4 and right > 4 and middle < -4
    flat = trace(draw("residuals_against_fitted", fits()["clean"]), "trend")
    assert np.abs(flat.y).max() < 0.5
    wide = trace(draw("scale_location", fits()["uneven"]), "trend")
    assert wide.y[-1] > 2 * wide.y[0]


@pytest.mark.parametrize("name", ["three rows", "two rows", "exact"])
def test_few_points_have_no_trend(name: str) -> None:
    assert not has(draw("residuals_against_fitted", fits()[name]), "trend")


def test_scale_location() -> None:
    report = fits()["uneven"]
    points = trace(draw("scale_location", report), "training rows")
    residuals = report.diagnostics.standardized_residuals
    np.testing.assert_allclose(points.y**2, np.abs(residuals), rtol=1e-12)


def test_normal_qq() -> None:
    report = fits()["influential"]
    points = trace(draw("normal_qq", report), "training rows")
    order = np.argsort(points.x)
    np.testing.assert_array_equal(order, np.argsort(points.y, kind="stable"))
    np.testing.assert_array_equal(points.y, report.diagnostics.standardized_residuals)
    np.testing.assert_allclose(points.x[order], -points.x[order][::-1], atol=1e-9)


def test_normal_qq_keeps_its_ends() -> None:
    report = large_fit()
    figure = draw("normal_qq", report)
    points, residuals = trace(figure, "training rows"), report.diagnostics.standardized_residuals
    assert len(points.x) <= MOST_POINTS
    assert set(np.sort(residuals)[[0, 1, 2, -2, -1]]) <= set(points.y)
    assert np.diff(np.sort(points.x)).max() < 0.5
    assert figure.layout.annotations[0].text == f"{len(points.x):,} of 12,000 points"


@pytest.mark.parametrize("distance", [0.5, 1])
def test_leverage_has_contours_of_cooks_distance(distance: float) -> None:
    report = fits()["influential"]
    figure = draw("leverage", report, lambda position: str(position + 2))
    contour = trace(figure, f"Cook's D = {distance:g}")
    h, residual = contour.x, contour.y
    inside = np.isfinite(h)
    p = 2  # slope and intercept
    cooks = residual[inside] ** 2 / p * h[inside] / (1 - h[inside])
    np.testing.assert_allclose(cooks, distance, rtol=1e-12)
    points = trace(figure, "training rows")
    np.testing.assert_allclose(
        points.y**2 / p * points.x / (1 - points.x), report.diagnostics.cooks_distance, rtol=1e-9
    )
    marked = trace(figure, "rows to look at")
    assert (marked.x[0], marked.y[0]) == (points.x[30], points.y[30])
    assert marked.text[0].strip() == "row 32"
    assert "Cook" in points.hovertext[30]


def test_labels_stand_off_their_marks() -> None:
    marked = trace(draw("leverage", fits()["three rows"]), "rows to look at")
    assert len(marked.x) == 2 and marked.x[0] == pytest.approx(marked.x[1])
    assert marked.textposition[0] == "middle left" and marked.text[0] == "row 0\u00a0\u00a0"


LABELS = [
    ("alone on the left", [(0.2, 0.5)], ["middle right"]),
    ("alone on the right", [(0.9, 0.5)], ["middle left"]),
    ("a mark where the label would be", [(0.2, 0.5), (0.3, 0.5)], ["middle left", "middle right"]),
    ("far apart", [(0.2, 0.2), (0.8, 0.8)], ["middle right", "middle left"]),
    ("at one place", [(0.8, 0.5)] * 2, ["middle left", "middle right"]),
    (
        "four at one place",
        [(0.8, 0.5)] * 5,
        ["middle left", "middle right", "top center", "bottom center", ""],
    ),
    ("at the edge", [(0.0, 0.96), (0.06, 0.96)], ["", "middle right"]),
]


@pytest.mark.parametrize(
    ("places", "expected"), [case[1:] for case in LABELS], ids=[case[0] for case in LABELS]
)
def test_labels_lie_on_no_mark_and_on_no_label(
    places: list[tuple[float, float]], expected: list[str]
) -> None:
    across, up = np.transpose(places)
    assert sides_of_labels(across, up, ["row 27"] * len(places)) == expected


NO_FREEDOM = ("two rows", "as many coefficients as rows")


@pytest.mark.parametrize("name", [*NO_FREEDOM, "exact", "clean", "with test rows", "several"])
def test_pictures_show_something_and_promise_nothing_else(name: str) -> None:
    report = fits()[name]
    pictures = {each.name: each for each in figures_for(report)}
    is_usual = name not in (*NO_FREEDOM, "exact")
    for each in ("normal_qq", "scale_location", "leverage"):
        assert (each in pictures) == is_usual
    assert ("coefficient_intervals" in pictures) == (name not in NO_FREEDOM)
    if report.n_features == 1:
        assert ("in the wide band" in pictures["fitted_line"].look_for) == is_usual
        assert has(draw("fitted_line", report), "95 % of new rows") == is_usual
    about_tests = "Test rows should" in pictures["predicted_against_actual"].look_for
    assert about_tests == (name == "with test rows")
    assert {"residuals_against_fitted", "residual_histogram"} <= set(pictures)


def test_an_exact_fit_says_that_its_residuals_are_0() -> None:
    report = fit_of(np.arange(9.0), 2e5 * np.arange(9.0) + 0.1)
    for name, axis in (("residuals_against_fitted", "yaxis"), ("residual_histogram", "xaxis")):
        figure = draw(name, report)
        assert [each.text for each in figure.layout.annotations] == ["every residual is 0"]
        np.testing.assert_allclose(figure.layout[axis].range, [-16e3, 16e3])
        assert figure.layout[axis].exponentformat == "SI"
    assert sum(figure.data[0].y) == 9
    constant = draw("residual_histogram", fit_of(np.arange(9.0), np.full(9, 3.0)))
    assert tuple(constant.layout.xaxis.range) == (-1, 1)
    usual = draw("residual_histogram", fits()["clean"])
    assert not usual.layout.annotations


def test_contours_out_of_sight_are_left_out() -> None:
    figure = draw("leverage", fits()["clean"])
    assert not has(figure, "Cook's D = 0.5") and not has(figure, "Cook's D = 1")


@pytest.mark.parametrize("name", ["clean", "curved", "influential", "three rows"])
def test_residual_histogram_counts_every_row(name: str) -> None:
    report = fits()[name]
    figure = draw("residual_histogram", report)
    bars, curve = figure.data
    edges = np.append(bars.x - bars.width / 2, bars.x[-1] + bars.width[-1] / 2)
    below = [np.sum(report.diagnostics.residuals < edge) for edge in edges[1:-1]]
    np.testing.assert_array_equal(np.cumsum(bars.y)[:-1], below)
    assert sum(bars.y) == report.n_samples
    wide = np.linspace(-8, 8, 4001) * report.rmse
    normal = np.interp(wide, curve.x, curve.y, left=np.nan, right=np.nan)
    assert np.nanmax(normal) == pytest.approx(
        report.n_samples * bars.width[0] / (report.rmse * np.sqrt(2 * np.pi)), rel=2e-3
    )
    assert bars.hovertext[0].endswith(("row", "rows"))


def test_coefficients_of_several_features_are_told_per_standard_deviation() -> None:
    report = fits()["several"]
    figure = draw("coefficient_intervals", report)
    estimates, learned = figure.data
    scale = report.problem.X_train.std(axis=0)
    features = report.coefficients[1:]
    np.testing.assert_allclose(estimates.x, report.params.weights * scale, rtol=1e-9)
    highs = [each.high for each in features]
    np.testing.assert_allclose(estimates.x + estimates.error_x.array, highs * scale, rtol=1e-9)
    lows = [each.low for each in features]
    np.testing.assert_allclose(estimates.x - estimates.error_x.arrayminus, lows * scale, rtol=1e-9)
    np.testing.assert_allclose(learned.x, report.learned.weights * scale, rtol=1e-9)
    assert list(figure.layout.yaxis.ticktext) == list(report.problem.dataset.feature_names)
    assert "standard deviation" in figure.layout.xaxis.title.text


def test_one_coefficient_keeps_its_units() -> None:
    report = fits()["clean"]
    figure = draw("coefficient_intervals", report)
    assert figure.data[0].x[0] == pytest.approx(report.params.weights[0])
    assert figure.layout.xaxis.title.text == "change of price<br>per unit of size"


def test_of_many_coefficients_the_largest_are_shown() -> None:
    rng = np.random.default_rng(5)
    X = rng.normal(size=(200, 50))
    figure = draw("coefficient_intervals", fit_of(X, X @ np.arange(50.0) + rng.normal(size=200)))
    assert list(figure.layout.yaxis.ticktext) == [f"x{i}" for i in range(21, 51)]
    assert figure.layout.annotations[0].text == f"{MOST_COEFFICIENTS} of 50 coefficients"


def test_a_superfluous_feature_has_no_interval() -> None:
    figure = draw("coefficient_intervals", fits()["collinear"])
    assert len(figure.data[0].x) == 2


def test_predicted_against_actual() -> None:
    report = fits()["with test rows"]
    problem = report.problem
    figure = draw("predicted_against_actual", report)
    for name, X, y, rows in (
        ("training rows", problem.X_train, problem.y_train, problem.train_rows),
        ("test rows", problem.X_test, problem.y_test, problem.test_rows),
    ):
        points = trace(figure, name)
        np.testing.assert_array_equal(points.x, y)
        np.testing.assert_allclose(points.y, report.params.predict(X), rtol=1e-12)
        np.testing.assert_array_equal(points.customdata, rows)
    assert trace(figure, "test rows").marker.symbol == "circle-open"
    perfect = trace(figure, "perfect")
    np.testing.assert_array_equal(perfect.x, perfect.y)


def test_fitted_line() -> None:
    report = fits()["clean"]
    figure = draw("fitted_line", report)
    band = trace(figure, "95 % of new rows")
    grid = band.x[: len(band.x) // 2]
    expected = report.predict(grid[:, np.newaxis])
    np.testing.assert_allclose(band.y[: len(grid)], expected.low)
    np.testing.assert_allclose(band.y[len(grid) :][::-1], expected.high)
    x, y = report.problem.X_train[:, 0], report.problem.y_train
    for name, (slope, intercept) in (
        ("least squares", np.polyfit(x, y, 1)),
        ("learned", (2.9, 5.5)),
    ):
        drawn = trace(figure, name)
        np.testing.assert_allclose(drawn.y, slope * drawn.x + intercept, rtol=1e-9)
        assert drawn.x[0] < x.min() and drawn.x[1] > x.max()
    inside = (np.interp(x, grid, expected.low) <= y) & (y <= np.interp(x, grid, expected.high))
    assert 0.9 < inside.mean() < 1


@pytest.mark.parametrize("formula", ["y ~ poly(x, 3)", "log(y) ~ poly(x, 2)", "log(y) ~ x"])
def test_fitted_curve(formula: str) -> None:
    """Over the column, and in the unit of the target: of a logarithm the median."""
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"x": rng.uniform(1, 9, 80)})
    frame["y"] = np.exp(0.1 * (frame["x"] - 4) ** 2 + 0.2 * rng.normal(size=80))
    terms = parse_formula(formula, ("x", "y"))
    selection = Selection("y", ("x",), terms=terms.terms, target_transform=terms.target_transform)
    prepared = prepare(Table(frame), selection)
    problem = Problem.from_dataset(prepared.dataset, test_fraction=0.2)
    found = report(problem, Params(np.zeros(problem.n_features), 1.0))
    names = [picture.name for picture in figures_for(found)]
    assert "fitted_curve" in names and "fitted_line" not in names
    figure = draw("fitted_curve", found)
    assert titles(figure) == ["x", "y"]
    for name, rows in (("training rows", problem.train_rows), ("test rows", problem.test_rows)):
        np.testing.assert_array_equal(trace(figure, name).x, frame["x"][rows])
        np.testing.assert_allclose(trace(figure, name).y, frame["y"][rows], rtol=1e-12)
    which = ", median" if formula.startswith("log") else ""
    curve = trace(figure, f"least squares{which}")
    grid = pd.DataFrame({"x": curve.x})
    expected = in_target_units(found.predict(prepared.encode(grid).X))
    np.testing.assert_allclose(curve.y, expected.mean, rtol=1e-9)
    np.testing.assert_allclose(trace(figure, f"learned{which}").y, np.e if which else 1.0)
    for name, low in (
        ("95 % of new rows", expected.low),
        ("95 % for the curve", expected.confidence_low),
    ):
        np.testing.assert_allclose(trace(figure, name).y[: len(low)], low, rtol=1e-9)


def test_what_is_unknown_is_not_drawn() -> None:
    assert not has(draw("fitted_line", fits()["two rows"]), "95 % of new rows")
    assert not has(draw("fitted_line", fits()["diverged"]), "learned")
    assert not has(draw("coefficient_intervals", fits()["diverged"]), "learned")


def test_partial_regression() -> None:
    report = fits()["several"]
    X, y = report.problem.X_train, report.problem.y_train
    for j, feature in enumerate(report.problem.dataset.feature_names):
        others = np.column_stack([np.ones(len(y)), np.delete(X, j, axis=1)])
        wanted = [v - others @ np.linalg.lstsq(others, v)[0] for v in (X[:, j], y)]
        figure = partial_regression(report, LIGHT, feature)
        points, line = figure.data
        np.testing.assert_allclose(points.x, wanted[0], atol=1e-9 * np.ptp(X[:, j]))
        np.testing.assert_allclose(points.y, wanted[1], atol=1e-9 * np.ptp(y))
        slope = np.polyfit(points.x, points.y, 1)[0]
        assert slope == pytest.approx(report.params.weights[j], rel=1e-8)
        assert np.diff(line.y)[0] / np.diff(line.x)[0] == pytest.approx(slope, rel=1e-8)


def test_a_determined_feature_has_no_partial_regression() -> None:
    report = fits()["collinear"]
    assert features_with_a_part(report) == ("x3",)
    assert features_with_a_part(fits()["constant feature"]) == ("x1",)
    with pytest.raises(ConfigError, match="other features do not determine. Got 'x1'"):
        partial_regression(report, LIGHT, "x1")


def test_many_rows_are_sampled_and_the_picture_says_so() -> None:
    report = large_fit()
    for figure in every_figure(report):
        if points := [each for each in figure.data if each.customdata is not None]:
            drawn = np.concatenate([each.customdata for each in points])
            assert len(drawn) <= MOST_POINTS
            assert {77, 11_111} <= set(drawn.tolist())
            notes = [each.text for each in figure.layout.annotations]
            assert f"{len(drawn):,} of 12,000 points" in notes
            again = next(f for f in every_figure(report) if titles(f) == titles(figure))
            assert again.to_json() == figure.to_json()


def test_a_sample_is_fair() -> None:
    sample = sample_rows(1_000_000, np.array([5, 17]))
    assert len(sample.rows) == len(np.unique(sample.rows)) == MOST_POINTS
    assert {5, 17} <= set(sample.rows.tolist())
    tenths = np.bincount(sample.drawn // 100_000, minlength=10)
    assert abs(tenths - 500).max() < 5 * np.sqrt(500)  # five standard deviations
    assert sample_rows(100).note == ""
    np.testing.assert_array_equal(sample_rows(3).rows, [0, 1, 2])


def ended(epochs: Any, train_loss: Any, test_loss: Any) -> RunResult:
    params = Params([1.0], 0.0)
    return RunResult(params, Status.FINISHED, 2, 0.1, epochs, train_loss, test_loss, "compiled")


def test_loss_curve() -> None:
    epochs, losses = np.array([0, 1, 2]), np.array([100.0, 1.0, 0.01])
    result = ended(epochs, losses, losses * np.nan)
    figure = loss_curve(result, LIGHT)
    assert [each.name for each in figure.data] == ["training loss"]
    np.testing.assert_array_equal(figure.data[0].y, losses)
    assert figure.layout.yaxis.type == "log"
    zero = ended(epochs, losses * 0, losses)
    assert loss_curve(zero, LIGHT).layout.yaxis.type is None
    assert len(loss_curve(zero, LIGHT).data) == 2


def test_residuals_stand_in_the_order_of_their_dates() -> None:
    X, days = np.arange(12.0)[::-1, None], 20_000 + np.arange(12.0)[::-1]
    y = 2 * X[:, 0] + np.sin(np.arange(12.0))
    problem = Problem.from_dataset(Dataset("days", X, y))
    dated = report(problem, order=RowOrder("<day>", days))
    points = trace(draw("residuals_by_order", dated), "training rows")
    np.testing.assert_array_equal(points.y, dated.diagnostics.residuals)
    figure = draw("residuals_by_order", dated)
    assert (figure.layout.xaxis.type, figure.layout.xaxis.title.text) == ("date", "&lt;day&gt;")
    line, points_, *_ = trace_tables(figure)
    assert line.columns["<day>"][:2] == ["2024-10-04", "2024-10-05"]
    assert points_.columns["<day>"][0] == "2024-10-15"
    in_file = trace(draw("residuals_by_order", report(problem)), "training rows")
    assert in_file.x.tolist() == list(range(1, 13))
