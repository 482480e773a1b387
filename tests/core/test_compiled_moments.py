"""Squared losses by second moments: as exact as the residuals themselves, whatever the data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from linreg_core import LOSSES, Dataset, Params, Problem, Run, Status, TrainConfig, fit
from linreg_core.engines.compiled import moments
from tests.core.engine_runs import apart, both

pytestmark = pytest.mark.usefixtures("compiled_engine")

EPSILON = np.finfo(np.float64).eps
LOSSY = 64 * EPSILON
"""What computing residuals may lose, of the sizes of the numbers that they are made of."""
x = np.linspace(0, 1, 100)[:, np.newaxis]
noise = np.random.default_rng(3).standard_normal(100)
normal = np.random.default_rng(4).standard_normal((100, 20))
far = x.copy()
far[80:] += 1e4
scales = normal[:, :4] * [1e-6, 1, 1e3, 1e6]
collinear = np.column_stack([x, 2 * x + 1, np.full((100, 1), 3.3), x**2])
short = np.append(x[:30], [[3.0]], axis=0)
LAST_TEST: dict[str, Any] = {"test_fraction": 0.2, "split": "sequential"}
SCALED: dict[str, Any] = {"standardize": True, "test_fraction": 0.2}

CASES: dict[str, tuple[np.ndarray, np.ndarray, dict[str, Any], float]] = {
    "exact line": (x, 2 * x[:, 0] + 1, LAST_TEST, 0.1),
    "exact line, standardised": (x, 2 * x[:, 0] + 1, SCALED, 0.1),
    "exact line through the origin": (x, 2 * x[:, 0], {"fit_intercept": False}, 0.1),
    "nearly exact": (x, 2 * x[:, 0] + 1 + 1e-6 * noise, LAST_TEST, 0.1),
    "large offsets": (1e6 + x, 1e9 + x[:, 0] + 0.1 * noise, {"test_fraction": 0.2}, 1e-13),
    "large offsets, standardised": (1e6 + x, 1e9 + x[:, 0] + 0.1 * noise, SCALED, 0.1),
    "large offsets, exact": (1e6 + x, 1e9 + x[:, 0], SCALED, 0.1),
    "scales": (scales, scales @ [1e6, 1, 1e-3, 1e-6] + noise, {"test_fraction": 0.2}, 1e-13),
    "scales, standardised": (scales, scales @ [1e6, 1, 1e-3, 1e-6] + noise, SCALED, 0.1),
    "collinear": (collinear, collinear @ np.ones(4) + noise, {"test_fraction": 0.2}, 0.01),
    "collinear, exact": (collinear, collinear @ np.ones(4), SCALED, 0.1),
    "constant target": (x, np.full(100, 0.1), {}, 0.1),
    "nothing but zeros": (0 * x, np.zeros(100), {"standardize": True}, 0.1),
    "far test rows": (far, 2 * far[:, 0] + noise, LAST_TEST, 0.1),
    "far test rows, exact": (far, 2 * far[:, 0] + 1, LAST_TEST, 0.1),
    "one test row": (
        short,
        2 * short[:, 0] + 1 + 0.1 * noise[:31],
        {"test_fraction": 1 / 31, "split": "sequential"},
        0.05,
    ),
    "one row more than params": (normal[:22], noise[:22], {}, 0.05),
    "two rows": (50 * x[:2], np.array([1.0, 3.0]), {}, 0.1),
    "wide": (normal, normal @ np.ones(20) + noise, SCALED, 0.1),
}


@pytest.fixture(autouse=True)
def few_rows_go_by_moments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small problems are not worth it: here they are."""
    monkeypatch.setattr("linreg_core.engines.compiled.moments.LEAST_ROWS", 0)


def worst_loss_error(run: Run, X: np.ndarray, y: np.ndarray, losses: np.ndarray) -> float:
    """Return the largest error of a root mean square, in rounding errors of what it is made of."""
    trajectory, worst = run.trajectory, 0.0
    for row, epoch in enumerate(trajectory.key_epochs):
        params = Params(trajectory.weights[row], trajectory.bias[row])
        direct = np.sqrt(LOSSES["mse"].value(params.predict(X) - y))
        size = (np.abs(X) @ np.abs(params.weights) + abs(params.bias) + np.abs(y)).max()
        assert losses[epoch] >= 0
        worst = max(worst, abs(np.sqrt(losses[epoch]) - direct) / max(size * EPSILON, 1e-300))
    return worst


@pytest.mark.parametrize("name", CASES)
def test_losses_are_those_of_the_residuals(name: str) -> None:
    X, y, options, rate = CASES[name]
    problem = Problem.from_dataset(Dataset(name, X, y), **options)
    config = TrainConfig(learning_rate=rate, n_epochs=2000, engine="compiled")
    run = fit(problem, config)
    assert run.status is not Status.DIVERGED
    kept = problem.memo.get("quadratics", lambda: (None, None))
    assert kept[0] is not None, "this run is one by moments"
    columns = run.trajectory
    most = LOSSY / EPSILON
    assert worst_loss_error(run, problem.X_train, problem.y_train, columns.train_loss) < most
    if problem.n_test:
        assert worst_loss_error(run, problem.X_test, problem.y_test, columns.test_loss) < most


@pytest.mark.parametrize("batch_size", [None, 20])
@pytest.mark.parametrize("standardize", [False, True])
def test_an_exact_fit_is_followed_down_to_rounding(
    standardize: bool, batch_size: int | None
) -> None:
    """The line of the second tutorial: the whole curve, far below what differences leave."""
    problem = Problem.from_dataset(
        Dataset("exact", x, 2 * x[:, 0] + 1), test_fraction=0.2, standardize=standardize
    )
    config = TrainConfig(learning_rate=0.1, n_epochs=6000, batch_size=batch_size, engine="compiled")
    columns = fit(problem, config).trajectory
    for part, losses in (("train", columns.train_loss), ("test", columns.test_loss)):
        X, y = getattr(problem, f"X_{part}"), getattr(problem, f"y_{part}")
        direct = np.array(
            [
                LOSSES["mse"].value(Params(weights, bias).predict(X) - y)
                for weights, bias in zip(columns.weights, columns.bias, strict=True)
            ]
        )
        ours = losses[columns.key_epochs]
        np.testing.assert_allclose(ours[direct > 1e-12], direct[direct > 1e-12], rtol=1e-8)
        np.testing.assert_allclose(ours[direct > 1e-25], direct[direct > 1e-25], rtol=0.02)
        assert direct.min() < 1e-25 and ours.min() < 1e-25


@pytest.mark.parametrize("standardize", [False, True])
@pytest.mark.parametrize("of_y", [False, True])
@pytest.mark.parametrize("size", [1e-200, 1e-160, 1e-155, 1e-120, 1e120, 1e150, 1e200, 1e307])
def test_huge_and_tiny_values_train_as_with_torch(
    size: float, of_y: bool, standardize: bool
) -> None:
    X, y = (x, np.sin(7 * x[:, 0]) * size) if of_y else (x * size, np.sin(7 * x[:, 0]))
    problem = Problem.from_dataset(
        Dataset("sizes", X, y), test_fraction=0.2, standardize=standardize
    )
    first, second = both(problem, TrainConfig(n_epochs=50))
    assert (first.status, len(first.trajectory)) == (second.status, len(second.trajectory))
    for name in ("train_loss", "test_loss", "weights", "bias"):
        expected = getattr(first.trajectory, name)
        unit = np.abs(expected[np.isfinite(expected)]).max(initial=0)
        np.testing.assert_allclose(
            getattr(second.trajectory, name), expected, rtol=1e-9, atol=1e-12 * unit
        )


@pytest.mark.parametrize("X", [x[-1:], normal[:10], normal[:20]], ids=["1", "10", "20"])
def test_few_rows_agree_with_torch(X: np.ndarray) -> None:
    problem = Problem.from_dataset(Dataset("few", X, X[:, 0] + 1))
    assert apart(*both(problem, TrainConfig(learning_rate=0.01, n_epochs=100))) < 1e-9


def test_a_float32_run_of_huge_values_is_quiet() -> None:
    problem = Problem.from_dataset(Dataset("huge", x * 1e200, x[:, 0] * 1e200))
    run = fit(problem, TrainConfig("sgd", "l1", dtype="float32", engine="compiled"))
    assert run.status is Status.DIVERGED


def test_moments_are_computed_once_and_only_where_they_pay(problem: Problem) -> None:
    def config(**options: Any) -> TrainConfig:
        return TrainConfig(learning_rate=0.01, engine="compiled", **options)

    fit(problem, config(n_epochs=moments.PASSES))
    fit(problem, config(loss="huber", n_epochs=50))
    assert "quadratics" not in problem.memo._values
    fit(problem, config(n_epochs=50))
    first = problem.memo.get("quadratics", lambda: None)
    fit(problem, config(loss="half_mse", n_epochs=50, batch_size=8))
    assert problem.memo.get("quadratics", lambda: None) is first
