"""The landscape of the loss: its directions, its curvature and what can't be drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dashboard.live.landscape import Landscape, has_landscape, landscape_of, prepare_landscape
from linreg_core import Dataset, Problem, reference_fit
from linreg_core.arrays import FloatArray

KINDS = [
    {"standardize": standardize, "fit_intercept": fit_intercept}
    for standardize in (False, True)
    for fit_intercept in (False, True)
]


def problem(n_features: int, **how: Any) -> Problem:
    """Rows in units as different as those of people's tables."""
    generator = np.random.default_rng(n_features)
    X = 3.0 + generator.normal(size=(60, n_features)) * 10.0 ** np.arange(n_features)
    y = X @ np.ones(n_features) + generator.normal(size=60)
    return Problem.from_dataset(Dataset("rows", X, y), **how)


def mean_square(problem: Problem, params: FloatArray) -> float:
    residuals = problem.y_train - problem.X_train @ params[:-1] - params[-1]
    return float(np.mean(residuals**2))


def params_at(landscape: Landscape, place: FloatArray) -> FloatArray:
    columns = landscape.columns
    return np.asarray(columns["origin"] + place @ columns["fromPlane"])


@pytest.mark.parametrize("n_features", [1, 2, 4])
@pytest.mark.parametrize("how", KINDS, ids=str)
def test_the_loss_of_a_place_is_that_of_its_parameters(
    n_features: int, how: dict[str, bool]
) -> None:
    rows = problem(n_features, **how)
    if not has_landscape(rows):
        assert n_features == 1 and not rows.fit_intercept
        return
    found = prepare_landscape(rows)
    hessian = np.reshape(found.fields["hessian"], (2, 2))
    least = mean_square(rows, params_at(found, np.zeros(2)))
    for place in np.array([[1.0, 0.0], [0.0, 1.0], [-0.3, 0.7]]):
        params = params_at(found, place)
        away = params - found.columns["origin"]
        assert found.columns["toPlane"] @ away == pytest.approx(place, rel=1e-9, abs=1e-9)
        rise = found.fields["yScale"] ** 2 * place @ hessian @ place
        assert mean_square(rows, params) - least == pytest.approx(rise, rel=1e-8)
        if not rows.fit_intercept:
            assert away[-1] == 0.0


def test_one_feature_is_told_in_the_coordinates_of_training() -> None:
    rows = problem(1, standardize=True)
    found = prepare_landscape(rows)
    weights, bias = rows.to_training(reference_fit(rows))
    assert found.fields["center"] == pytest.approx([weights[0], bias], abs=1e-12)
    assert np.reshape(found.fields["hessian"], (2, 2)) == pytest.approx(np.eye(2), abs=1e-12)
    assert found.fields["condition"] == pytest.approx(1.0)
    assert prepare_landscape(problem(1)).fields["condition"] > 10


def test_a_plane_is_that_of_the_flattest_and_the_steepest_direction() -> None:
    rows = problem(4)
    found = prepare_landscape(rows)
    design = np.column_stack([rows.X_train, np.ones(rows.n_train)])
    values = np.linalg.eigvalsh(design.T @ design / rows.n_train)
    hessian = np.reshape(found.fields["hessian"], (2, 2))
    assert np.diag(hessian) == pytest.approx([values[0], values[-1]], rel=1e-6)
    assert abs(hessian[0, 1]) < 1e-6 * values[-1]
    assert found.fields["condition"] == pytest.approx(values[-1] / values[0], rel=1e-6)


@pytest.mark.parametrize("how", KINDS, ids=str)
def test_the_distance_to_the_plane_is_one_in_the_coordinates_of_training(
    how: dict[str, bool],
) -> None:
    rows = problem(3, **how)
    found, least = prepare_landscape(rows), reference_fit(rows)
    away = np.array([0.5, -2.0, 0.01, 1.0 if rows.fit_intercept else 0.0])
    columns = found.columns
    weights = away[:-1] * columns["planeScale"]
    bias = away[:-1] @ columns["planeMean"] + away[-1] * found.fields["biasScale"]
    there = rows.to_training(type(least)(least.weights + away[:-1], least.bias + away[-1]))
    here = rows.to_training(least)
    assert weights == pytest.approx(there[0] - here[0])
    if rows.fit_intercept:
        assert bias == pytest.approx(there[1] - here[1])


def test_directions_that_learn_nothing_are_counted_and_left_out() -> None:
    x = np.linspace(0.0, 1.0, 20)
    twice = np.column_stack([x, x, x**2])
    found = prepare_landscape(Problem.from_dataset(Dataset("twice", twice, x + x**2)))
    assert found.fields["nStill"] == 1
    assert found.columns["learning"].shape == (3, 4)
    assert found.columns["learning"] @ np.array([1.0, -1.0, 0.0, 0.0]) == pytest.approx(0.0)
    constant = prepare_landscape(
        Problem.from_dataset(Dataset("same", np.full((9, 1), 2.0), np.arange(9.0)))
    )
    assert constant.fields["nStill"] == 1
    assert np.isfinite(constant.columns["toPlane"]).all()


@pytest.mark.parametrize(
    ("X", "sentence"),
    [
        (np.array([[1e300], [2e300], [-1e300]]), "beyond a float's range"),
        (np.zeros((3, 2)), "Fewer than two directions"),
    ],
)
def test_what_can_not_be_drawn_says_so(X: FloatArray, sentence: str) -> None:
    found = prepare_landscape(Problem.from_dataset(Dataset("bad", X, [1.0, 2.0, 3.0])))
    assert sentence in found.fields["excuse"] and not found.columns


@pytest.mark.parametrize("standardize", [False, True])
def test_a_target_beyond_squares_has_no_landscape(standardize: bool) -> None:
    data = Dataset("huge", [[1.0], [2.0], [3.0]], [1e300, 2e300, -1e300])
    rows = Problem.from_dataset(data, standardize=standardize)
    assert "beyond a float's range" in landscape_of(rows, np.inf).fields["excuse"]
    if standardize:
        assert "excuse" in prepare_landscape(rows).fields
    small = problem(1)
    assert landscape_of(small, 0.25).fields == {"least": 0.25, **prepare_landscape(small).fields}


@pytest.mark.parametrize("standardize", [False, True])
def test_two_points_have_a_landscape(standardize: bool) -> None:
    data = Dataset("two", [[1.0], [2.0]], [3.0, 5.0])
    found = prepare_landscape(Problem.from_dataset(data, standardize=standardize))
    assert found.columns["origin"] == pytest.approx([2.0, 1.0])
    assert all(np.isfinite(column).all() for column in found.columns.values())


@pytest.mark.parametrize("scale", [1e300, 1e-300])
def test_parameters_that_rows_cannot_tell_have_no_landscape(scale: float) -> None:
    X = scale * np.array([[1.0], [2.0], [4.0]])
    rows = Problem.from_dataset(Dataset("rows", X, [1.0, 3.0, 5.0]), standardize=True)
    assert "use other units" in prepare_landscape(rows).fields["excuse"]
