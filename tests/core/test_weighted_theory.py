"""Theory of runs whose rows have weights: against weighted Hessians, and against the runs."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest

from linreg_core import (
    Dataset,
    Problem,
    Status,
    TrainConfig,
    best_learning_rate,
    fit,
    predicted_losses,
    stable_learning_rate,
)
from linreg_core.theory import (
    learning_rate_zones,
    minibatch_limit,
    near_loss,
    noise_floor,
    predicted_epochs,
    rows_overshooting,
    sample_stable_learning_rate,
    spectrum,
    stability,
)
from linreg_core.theory.courses import reference_loss

rng = np.random.default_rng(4)
X = rng.normal(size=(90, 3)) * [1.0, 3.0, 0.5] + [0.5, 2.0, -1.0]
Y = X @ [1.0, -0.5, 2.0] + rng.normal(size=90)
W = rng.geometric(0.25, size=90).astype(np.float64)
pytestmark = pytest.mark.usefixtures("compiled_engine")


def weighted(standardize: bool = False, kind: str = "analytic", **more: object) -> Problem:
    unit = 0.1 if kind == "analytic" else 1.0
    dataset = Dataset("weighted", X, Y, weights=W * unit, weight_kind=kind)
    return Problem.from_dataset(dataset, standardize=standardize, **more)  # type: ignore[arg-type]


def hessian(problem: Problem) -> np.ndarray:
    """Half that of the weighted mean of squares, in the coordinates of training."""
    assert problem.w_train is not None
    A = problem.X_scaled
    if problem.fit_intercept:
        A = np.column_stack([A, np.ones(problem.n_train)])
    return np.asarray((A.T * problem.w_train) @ A / problem.w_train.sum())


@pytest.mark.parametrize("standardize", [False, True])
@pytest.mark.parametrize("fit_intercept", [False, True])
def test_the_hessian_is_weighted(
    standardize: bool, fit_intercept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = {"standardize": standardize, "fit_intercept": fit_intercept, "test_fraction": 0.2}
    problem = weighted(**make)  # type: ignore[arg-type]
    values = np.linalg.eigvalsh(hessian(problem))[::-1]
    np.testing.assert_allclose(np.sort(spectrum(problem).values)[::-1], values, rtol=1e-11)
    config = TrainConfig(weight_decay=0.1)
    limit = 2 / (2 * values[0] + 0.1)
    assert stable_learning_rate(problem, config) == pytest.approx(limit, rel=1e-11)
    best = 2 / (2 * values[0] + 2 * values[-1] + 0.2)
    assert best_learning_rate(problem, config) == pytest.approx(best, rel=1e-11)
    with monkeypatch.context() as patch:  # of many features, and of very many rows
        patch.setattr(stability, "DENSE_FEATURES", 0)
        patch.setattr(sys.modules[spectrum.__module__], "_QR_WORK", 0)
        again = weighted(**make)  # type: ignore[arg-type]
        assert stable_learning_rate(again, config) == pytest.approx(limit, rel=1e-4)
        np.testing.assert_allclose(np.sort(spectrum(again).values)[::-1], values, rtol=1e-9)


@pytest.mark.parametrize("solver", ["sgd", "momentum", "nesterov"])
def test_runs_do_what_is_predicted(solver: str) -> None:
    for standardize, decay in ((False, 0.0), (True, 0.05)):
        problem = weighted(standardize)
        config = TrainConfig(
            solver, engine="compiled", init="randn", momentum=0.6, weight_decay=decay, n_epochs=600
        )
        limit = stable_learning_rate(problem, config)
        assert limit is not None
        for part in (0.3, 0.97, 1.03):
            case = replace(config, learning_rate=part * limit)
            run = fit(problem, case)
            losses = run.trajectory.train_loss
            grows = run.status is Status.DIVERGED or losses[-1] > 100 * losses[0]
            assert grows == (part > 1)
            predicted = predicted_losses(problem, case)
            assert predicted is not None
            np.testing.assert_allclose(predicted[: len(losses)], losses, rtol=1e-9)
            near = np.flatnonzero(losses <= near_loss(problem, case))
            epochs = predicted_epochs(problem, case, case.n_epochs)
            assert epochs == (pytest.approx(near[0], abs=1) if len(near) else None)


def test_the_least_loss_is_that_of_weighted_least_squares() -> None:
    problem = weighted()
    A, root = np.column_stack([X, np.ones(len(X))]), np.sqrt(W)
    found = np.linalg.lstsq(A * root[:, None], Y * root, rcond=None)[0]
    least = np.average(np.square(Y - A @ found), weights=W)
    assert reference_loss(problem, TrainConfig()) == pytest.approx(least, rel=1e-12)


def test_frequencies_are_so_many_rows_to_theory() -> None:
    at = np.repeat(np.arange(len(X)), W.astype(int))
    counted, repeated = (
        Problem.from_dataset(each, standardize=True)
        for each in (
            Dataset("counted", X, Y, weights=W, weight_kind="frequency"),
            Dataset("repeated", X[at], Y[at]),
        )
    )
    config = TrainConfig(n_epochs=50)
    one, other = (learning_rate_zones(each, config) for each in (counted, repeated))
    assert one is not None and other is not None
    for name in ("slow_below", "best", "oscillates_above", "limit"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-9), name


def test_a_row_overshoots_by_its_weight() -> None:
    problem = weighted(standardize=True)
    assert problem.w_train is not None
    sizes = (np.square(problem.X_scaled).sum(axis=1) + 1) * problem.w_train / problem.w_train.mean()
    config = TrainConfig(batch_size=1, learning_rate=0.2)
    assert sample_stable_learning_rate(problem, config) == pytest.approx(1 / sizes.max())
    assert 0 < rows_overshooting(problem, config) == np.count_nonzero(0.4 * sizes > 2) < len(X)


@pytest.mark.parametrize(("sampling", "size"), [("replacement", 1), ("shuffle", 8)])
def test_minibatches_diverge_and_hover_where_they_should(sampling: str, size: int) -> None:
    problem = weighted(standardize=True)
    config = TrainConfig(batch_size=size, sampling=sampling, n_epochs=3000, engine="compiled")
    limit = minibatch_limit(problem, config)
    assert limit is not None
    for part, diverges in ((0.7, False), (3.0, True)):
        run = fit(problem, replace(config, learning_rate=part * limit, n_epochs=1500))
        assert (run.status is Status.DIVERGED) == diverges
    for part in (0.03, 0.2):
        case = replace(config, learning_rate=part * limit)
        losses = fit(problem, case).trajectory.train_loss[1000:]
        floor = losses.mean() - reference_loss(problem, case)
        assert noise_floor(problem, case) == pytest.approx(floor, rel=0.25)
