"""Predictions with their intervals against statsmodels, and what counts as extrapolation."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from linreg_core import DataError, Dataset, Problem, make_dataset
from linreg_core.inference import report


def random_problem(**how: object) -> Problem:
    generator = np.random.default_rng(0)
    X = generator.uniform(0, 1, (50, 2)) * [1, 100]
    y = X @ [3.0, 0.2] + generator.standard_normal(50)
    return Problem.from_dataset(Dataset("random", X, y, ("size", "age")), **how)


@pytest.mark.parametrize("fit_intercept", [True, False])
def test_intervals_are_those_of_statsmodels(fit_intercept: bool) -> None:
    problem = random_problem(fit_intercept=fit_intercept)
    new = np.random.default_rng(1).uniform(-1, 2, (20, 2)) * [1, 100]

    def matrix(X: np.ndarray) -> np.ndarray:
        return sm.add_constant(X) if fit_intercept else X

    theirs = sm.OLS(problem.y_train, matrix(problem.X_train)).fit()
    table = theirs.get_prediction(matrix(new)).summary_frame(alpha=0.05)
    own = report(problem).predict(new)
    for name, expected in (
        ("mean", "mean"),
        ("low", "obs_ci_lower"),
        ("high", "obs_ci_upper"),
        ("confidence_low", "mean_ci_lower"),
        ("confidence_high", "mean_ci_upper"),
    ):
        np.testing.assert_allclose(getattr(own, name), table[expected], rtol=1e-9, err_msg=name)


def test_95_of_100_new_observations_lie_in_their_interval() -> None:
    generator = np.random.default_rng(3)
    inside = []
    for _ in range(200):
        x = generator.uniform(0, 1, (31, 1))
        y = 2 * x[:, 0] + generator.standard_normal(31)
        own = report(Problem.from_dataset(Dataset("line", x[:-1], y[:-1]))).predict(x[-1:])
        inside.append(own.low[0] <= y[-1] <= own.high[0])
    assert abs(np.mean(inside) - 0.95) < 3 * np.sqrt(0.95 * 0.05 / 200)


def test_training_rows_do_not_extrapolate() -> None:
    problem = random_problem()
    own = report(problem).predict(problem.X_train)
    assert not own.is_extrapolation.any()
    assert set(own.reasons) == {""}
    np.testing.assert_allclose(own.mean, report(problem).diagnostics.fitted)


def test_a_feature_out_of_its_range_is_named() -> None:
    problem = random_problem()
    high, low = problem.X_train.max(axis=0), problem.X_train.min(axis=0)
    new = np.array([[0.5, 50.0], [high[0] + 1, 50.0], [low[0] - 1, high[1] + 1]])
    own = report(problem).predict(new)
    assert own.is_extrapolation.tolist() == [False, True, True]
    ranges = [f"(training rows: {a:g} to {b:g})" for a, b in zip(low, high, strict=True)]
    assert own.reasons == (
        "",
        f"'size' is {high[0] + 1:g} {ranges[0]}",
        f"'size' is {low[0] - 1:g} {ranges[0]} and 'age' is {high[1] + 1:g} {ranges[1]}",
    )


def test_an_unusual_combination_is_hidden_extrapolation() -> None:
    generator = np.random.default_rng(0)
    height = generator.uniform(150, 190, 60)
    X = np.column_stack([height, 0.9 * height - 80 + generator.standard_normal(60)])
    own = report(Problem.from_dataset(Dataset("people", X, X.sum(axis=1) + height % 7)))
    tall_and_light = np.array([[X[:, 0].max(), X[:, 1].min()]])
    found = own.predict(tall_and_light)
    assert found.is_extrapolation.tolist() == [True]
    assert found.reasons == (
        "its features are within range, but no training row combines them like this",
    )


def test_breaking_a_linear_dependence_is_extrapolation() -> None:
    generator = np.random.default_rng(0)
    a = generator.uniform(0, 1, 30)
    X = np.column_stack([a, 2 * a + 1])
    names = ("a", "b")
    own = report(Problem.from_dataset(Dataset("twice", X, a + generator.normal(0, 1, 30), names)))
    found = own.predict(np.array([[0.5, 2.0], [0.5, 1.8]]))
    assert found.is_extrapolation.tolist() == [False, True]
    assert found.reasons[1].startswith("it breaks the rule by which other features determine ")


def test_a_feature_that_was_constant() -> None:
    X = np.column_stack([np.arange(9.0), np.full(9, 5.0)])
    data = Dataset("constant", X, np.arange(9.0) % 4, ("a", "b"))
    found = report(Problem.from_dataset(data)).predict(np.array([[4.0, 5.0], [4.0, 6.0]]))
    assert found.reasons == ("", "'b' is 6 (training rows: always 5)")
    assert found.mean[0] == found.mean[1]


def test_unknown_features_give_unknown_predictions() -> None:
    found = report(random_problem()).predict(np.array([[np.nan, 1.0], [0.5, 50.0]]))
    for name in ("mean", "low", "high", "confidence_low", "confidence_high"):
        assert np.isnan(getattr(found, name)).tolist() == [True, False]
    assert found.is_extrapolation.tolist() == [False, False]


def test_no_rows_and_wrong_columns() -> None:
    own = report(random_problem())
    assert own.predict(np.empty((0, 2))).reasons == ()
    for X in (np.zeros((2, 3)), np.zeros(2)):
        with pytest.raises(DataError) as raised:
            own.predict(X)
        assert str(raised.value) == f"`X` must have the shape (n_samples, 2). Got {X.shape}."


def test_huge_values_overflow_silently() -> None:
    found = report(random_problem()).predict(np.array([[1e308, -1e308], [np.inf, 0.0]]))
    assert found.is_extrapolation.all()


def test_condos() -> None:
    own = report(Problem.from_dataset(make_dataset("condos"))).predict([[1000.0]])
    assert own.mean[0] == pytest.approx(1246.51 * 1000 - 37866.33)
    assert own.low[0] < own.confidence_low[0] < own.mean[0] < own.confidence_high[0] < own.high[0]


def test_rows_far_from_powers_of_a_year_are_predicted_without_a_word_of_numpys() -> None:
    years = np.arange(1950.0, 1990.0)
    powers = np.column_stack([years**k for k in range(1, 5)])
    own = report(Problem.from_dataset(Dataset("years", powers, np.sin(years))))
    rows = np.array([[1e305, 0.0, 0.0, 0.0], [np.nan, 1.0, 1.0, 1.0], powers[3]])
    found = own.predict(rows)
    assert np.isnan(found.mean).tolist() == [False, True, False]
    assert found.is_extrapolation.tolist() == [True, False, False]
    assert found.mean[2] == pytest.approx(own.predict(powers[3:4]).mean[0], rel=1e-12)
