"""What is streamed of data whose truth nobody knows: rows, scales, partial regressions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dashboard.live.encoder import (
    MAX_NARROW_FEATURES,
    RunEncoder,
    prepare_reference,
    prepare_start,
)
from dashboard.live.points import MAX_POINTS, MAX_POINTS_SEVERAL, MAX_POINTS_WIDE, shown_points
from linreg_core import Dataset, Params, Problem, TrainConfig, fit, reference_fit
from linreg_core.arrays import FloatArray
from linreg_core.scale import RowsInMemory, second_moments
from linreg_core.scale.row_triangle import RowTriangle, triangle_of_moments
from linreg_core.scale.stand_ins import stand_in_dataset, stand_in_problem
from linreg_core.tables import Selection, Table, parse_formula, prepare
from linreg_core.types import ShownRows
from tests.dashboard.serving import streamed
from tests.dashboard.streams import Received

CONFIG = TrainConfig(n_epochs=20, learning_rate=0.01)


def made(n_samples: int, n_features: int, **settings: object) -> Problem:
    """Features in units far apart, and a target that follows from them but for noise."""
    rng = np.random.default_rng(n_features)
    units = 10.0 ** rng.integers(-3, 4, n_features)
    X = rng.normal(size=(n_samples, n_features)) * units + units
    y = X @ (rng.normal(size=n_features) / units) + rng.normal(size=n_samples)
    return Problem.from_dataset(Dataset("made", X, y), standardize=True, **settings)  # type: ignore[arg-type]


def with_a_total() -> Problem:
    X = np.array(made(50, 3).dataset.X)
    X = np.column_stack([X, X.sum(axis=1), np.full(50, 4.0)])
    return Problem.from_dataset(Dataset("made", X, X[:, 0] + X[:, 1] ** 2), standardize=True)


PROBLEMS = {
    "one feature": made(60, 1),
    "a few": made(80, 5),
    "a few, test rows": made(80, 5, test_fraction=0.25),
    "one feature, many rows": made(MAX_POINTS + 500, 1, test_fraction=0.2),
    "a few, many rows": made(MAX_POINTS_SEVERAL + 500, 3, test_fraction=0.2),
    "a few, raw": Problem.from_dataset(made(80, 4).dataset),
    "a few, through the origin": made(80, 4, fit_intercept=False),
    "a total among them": with_a_total(),
    "the most that are told apart": made(60, MAX_NARROW_FEATURES),
    "wide": made(MAX_POINTS_WIDE + 50, 40),
}


@pytest.fixture(scope="module", params=PROBLEMS)
def case(request: pytest.FixtureRequest) -> tuple[Problem, Received]:
    problem = PROBLEMS[request.param]
    return problem, streamed(problem, CONFIG)


def test_points_tell_their_rows(case: tuple[Problem, Received]) -> None:
    problem, received = case
    columns = received.the("start").columns
    rows = columns["rows"]
    several = MAX_POINTS_WIDE if received.the("start").fields["wide"] else MAX_POINTS_SEVERAL
    most = several if problem.n_features > 1 else MAX_POINTS
    assert rows.dtype == np.uint32 and len(rows) == min(most, problem.dataset.n_samples)
    assert (np.diff(rows.astype(np.int64)) > 0).all()
    np.testing.assert_array_equal(columns["y"], problem.dataset.y[rows].astype(np.float32))
    np.testing.assert_array_equal(columns["isTest"], np.isin(rows, problem.test_rows))
    if "X" in columns:
        np.testing.assert_array_equal(columns["X"], problem.dataset.X[rows].astype(np.float32))


@pytest.mark.parametrize("n_samples", [3_000, 30_000, 1_000_000])
def test_a_sample_of_points_is_fair(n_samples: int) -> None:
    """Rows from everywhere, each once, and as many test rows as there are among all of them."""
    y = np.zeros(n_samples)
    problem = Problem.from_dataset(Dataset("d", y[:, np.newaxis], y), test_fraction=0.2)
    points = shown_points(problem, 2_000)
    assert len(np.unique(points.rows)) == 2_000
    shares = np.histogram(points.rows, bins=10, range=(0, n_samples))[0] / 200
    np.testing.assert_allclose(shares, 1, atol=0.3)
    assert points.is_test.mean() == pytest.approx(0.2, abs=0.03)


def test_another_run_of_a_problem_looks_at_no_row_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a run's chunks take does not grow with the rows: it is kept by the problem."""
    problem = made(MAX_POINTS_SEVERAL + 100_000, 4, test_fraction=0.2)
    prepare_start(problem)
    prepare_reference(problem)
    first = RunEncoder(problem, CONFIG)
    expected = (first.start(), first.reference())
    for name in ("X_train", "y_train", "X_test", "y_test", "train_rows", "test_rows"):
        monkeypatch.setitem(problem.__dict__, name, range(len(getattr(problem, name))))
    again = RunEncoder(problem, CONFIG)
    assert (again.start(), again.reference()) == expected


def test_scales_are_standard_deviations(case: tuple[Problem, Received]) -> None:
    problem, received = case
    columns = received.the("start").columns
    if problem.n_features == 1:
        assert "featureScales" not in columns
        return
    is_constant = np.ptp(problem.X_train, axis=0) == 0
    expected = np.where(is_constant, 1, problem.X_train.std(axis=0))
    np.testing.assert_allclose(columns["featureScales"], expected, rtol=1e-6)


def test_partial_residuals_belong_to_the_points_shown(case: tuple[Problem, Received]) -> None:
    problem, received = case
    reference = received.the("reference")
    if not 2 <= problem.n_features <= MAX_NARROW_FEATURES:
        assert "partialX" not in reference.columns
        return
    rows, params = received.the("start").columns["rows"], reference_fit(problem)
    X, y = problem.dataset.X, problem.dataset.y
    rest = y[rows] - params.predict(X[rows])
    np.testing.assert_allclose(reference.columns["residuals"], rest, rtol=1e-5, atol=1e-6)
    partial = reference.columns["partialX"]
    assert partial.dtype == np.float32 and partial.shape == (len(rows), problem.n_features)
    for j in range(problem.n_features):
        expected = _residual(problem, j)[rows]
        close = 1e-5 * np.abs(problem.dataset.X[:, j]).max()
        np.testing.assert_allclose(partial[:, j], expected, rtol=1e-4, atol=close)


def _residual(problem: Problem, j: int) -> np.ndarray:
    """What the other features, and the constant if there is one, leave of feature j."""
    X, train = problem.dataset.X / problem.x_scale, problem.train_rows
    ones = np.ones((len(X), int(problem.fit_intercept)))
    A = np.column_stack([ones, np.delete(X, j, axis=1)])
    solution = np.linalg.lstsq(A[train], X[train, j], rcond=1e-10)[0]
    return np.asarray((X[:, j] - A @ solution) * problem.x_scale[j])


def test_features_without_an_effect_of_their_own_are_named() -> None:
    reference = streamed(PROBLEMS["a total among them"], CONFIG).the("reference")
    assert reference.fields["follows"] == [0, 1, 2, 3]
    assert reference.fields["constant"] == [4]
    assert not reference.columns["partialX"].any()
    plain = streamed(PROBLEMS["a few"], CONFIG).the("reference")
    assert plain.fields["follows"] == plain.fields["constant"] == []


def test_key_frames_are_effects_so_that_small_units_are_not_lost() -> None:
    problem = PROBLEMS["wide"]
    received = streamed(problem, CONFIG)
    numbers, effects, step = received.frames("keyWeights")
    epochs = received.column("epoch")[numbers]
    weights = fit(problem, CONFIG).trajectory.weights[epochs]
    expected = weights * problem.x_scale
    assert (np.abs(effects - expected) <= 0.51 * step + 1e-6 * np.abs(expected)).all()
    np.testing.assert_allclose(effects[-1], weights[-1] * problem.x_scale, atol=1e-3)


def test_whether_there_is_an_intercept_is_told(case: tuple[Problem, Received]) -> None:
    problem, received = case
    assert received.the("start").fields["fitIntercept"] is problem.fit_intercept


def test_a_prepared_reference_computes_nothing_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = made(100, 4)
    encoder = RunEncoder(problem, CONFIG)
    prepare_reference(problem)
    for name in (
        "linreg_core.numerics.reference.solve_least_squares",
        "linreg_core.numerics.partial_regression._decompose",
    ):
        monkeypatch.setattr(name, lambda *_: pytest.fail("computed again"))
    assert encoder.reference()


@pytest.mark.parametrize("n_features", [1, 4, MAX_NARROW_FEATURES, 40])
@pytest.mark.parametrize(
    "settings",
    [{}, {"test_fraction": 0.3}, {"fit_intercept": False}],
    ids=["plain", "test rows", "through the origin"],
)
def test_the_distance_to_the_reference_is_that_of_every_training_row(
    n_features: int, settings: dict[str, Any]
) -> None:
    """Also where there are so many that no run looks at them again."""
    problem = made(400_000 // n_features, n_features, **settings)
    encoder = RunEncoder(problem, CONFIG)
    assert not encoder.reference_is_cheap
    params = Params(np.linspace(-1, 2, n_features) / problem.x_scale, 3.0 * n_features)
    if not problem.fit_intercept:
        params = Params(params.weights, 0.0)
    assert encoder.distance(params) is None  # before the reference fit is known
    encoder.reference()
    gap = params.predict(problem.X_train) - reference_fit(problem).predict(problem.X_train)
    expected = float(np.sqrt(np.mean(gap**2)))
    assert encoder.distance(params) == pytest.approx(expected, rel=1e-9)


def test_a_curve_comes_with_its_column_and_exact_numbers() -> None:
    """Powers of a year all but cancel out: a curve of float32 would be jagged."""
    problem = over_years("poly(year, 3, raw=True)")
    received, curve = streamed(problem, CONFIG), problem.dataset.curve
    start = received.the("start")
    assert curve is not None and start.fields["curve"] == {"column": "year"}
    for name, values in (("curveAt", curve.at), ("curveFeatures", curve.features)):
        np.testing.assert_array_equal(start.columns[name], values)
    rows = start.columns["rows"]
    np.testing.assert_array_equal(start.columns["curveX"], problem.dataset.X[rows, 0])
    np.testing.assert_array_equal(start.columns["X"], problem.dataset.X[rows])
    weights, bias = received.column("weights").reshape(-1, 3), received.column("bias")
    end = fit(problem, CONFIG).final.params
    np.testing.assert_array_equal([*weights[-1], bias[-1]], [*end.weights, end.bias])


def test_no_curve_of_one_column_as_it_is_or_of_two() -> None:
    for right in ("year", "poly(year, 2) + month"):
        start = streamed(over_years(right), CONFIG).the("start")
        assert "curve" not in start.fields and "curveX" not in start.columns
        assert start.columns["X"].dtype == np.float32


def over_years(right: str) -> Problem:
    rng, n = np.random.default_rng(6), 40
    frame = pd.DataFrame({"year": 1990 + np.arange(n), "month": rng.integers(1, 13, n)})
    frame["price"] = (frame["year"] - 2005) ** 2 + rng.normal(size=n)
    formula = parse_formula(right, list(frame))
    selection = Selection("price", formula.features, terms=formula.terms)
    return Problem.from_dataset(prepare(Table(frame), selection).dataset, standardize=True)


@pytest.mark.parametrize("n_features", [1, 3, MAX_NARROW_FEATURES + 4])
def test_rows_that_stand_for_many_train_as_these_and_pictures_show_some_of_them(
    n_features: int,
) -> None:
    """What is streamed is that of all rows; only the points are others."""
    whole = made(4_000, n_features, test_fraction=0.25)
    train = triangle_of(whole.X_train, whole.y_train)
    test = triangle_of(whole.X_test, whole.y_test)
    sample = ShownRows(whole.dataset.X[::8], whole.dataset.y[::8])
    few = replace(stand_in_dataset(train, test), shown=sample)
    problem = stand_in_problem(few, test, standardize=True)
    got, expected = streamed(problem, CONFIG), streamed(whole, CONFIG)
    start = got.the("start")
    for name in ("nPoints", "nTrain", "nTest"):
        assert start.fields[name] == expected.the("start").fields[name]
    shown = start.columns["rows"]
    np.testing.assert_array_equal(start.columns["y"], sample.y[shown].astype(np.float32))
    assert len(shown) == min(len(sample.y), MAX_POINTS_WIDE if start.fields["wide"] else 500)
    assert not start.columns["isTest"].any()
    for name in ("trainLoss", "testLoss", "bias"):
        np.testing.assert_allclose(got.column(name), expected.column(name), rtol=1e-5)
    np.testing.assert_array_equal(got.column("rowsSince"), expected.column("rowsSince"))
    assert got.the("reference").fields["trainLoss"] == pytest.approx(
        expected.the("reference").fields["trainLoss"], rel=1e-9
    )


def triangle_of(X: FloatArray, y: FloatArray) -> RowTriangle:
    triangle = triangle_of_moments(second_moments(RowsInMemory(X, y)))
    assert triangle is not None
    return triangle
