"""The figures that the four tutorials published, and what explains them."""

from __future__ import annotations

import numpy as np
import pytest

from linreg_core import (
    ENGINES,
    Params,
    Problem,
    Status,
    TrainConfig,
    fit,
    make_dataset,
    polyfit_line,
    reference_fit,
)
from linreg_core.theory import rows_overshooting, sample_stable_learning_rate

SLOPE, INTERCEPT = 1246.51, -37866.33
ONE_BY_ONE = {"batch_size": 1, "sampling": "sequential", "init": "torch", "dtype": "float32"}


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_condos_lie_on_the_published_line() -> None:
    problem = Problem.from_dataset(make_dataset("condos"))
    x, y = problem.X_train[:, 0], problem.y_train
    np.testing.assert_allclose(np.polyfit(x, y, 1), [SLOPE, INTERCEPT], rtol=1e-9)
    for params in (polyfit_line(problem), reference_fit(problem)):
        assert params.weights[0] == pytest.approx(SLOPE, rel=1e-9)
        assert params.bias == pytest.approx(INTERCEPT, rel=1e-9)


@pytest.mark.parametrize("seed", [0, 1])
def test_condos_raw_sgd_ends_far_from_the_line(seed: int, engine: str) -> None:
    problem = Problem.from_dataset(make_dataset("condos"))
    config = TrainConfig(learning_rate=1e-6, n_epochs=101, seed=seed, engine=engine, **ONE_BY_ONE)
    run = fit(problem, config)
    assert run.status is Status.FINISHED
    assert run.trajectory.weights[1, 0] == pytest.approx(855.0042, rel=0.01)
    assert run.trajectory.weights[101, 0] == pytest.approx(2105.35, rel=0.01)
    assert rows_overshooting(problem, config) == np.count_nonzero(problem.X_train >= 1000)
    assert sample_stable_learning_rate(problem, config) < 1.5e-7


@pytest.mark.parametrize("learning_rate", [0.001, 0.01])
def test_condos_standardised_sgd_lands_on_the_line(learning_rate: float, engine: str) -> None:
    problem = Problem.from_dataset(make_dataset("condos"), standardize=True)
    config = TrainConfig(learning_rate=learning_rate, n_epochs=101, engine=engine, **ONE_BY_ONE)
    final = fit(problem, config).final
    assert final.params.weights[0] == pytest.approx(SLOPE, rel=1e-3)
    assert final.params.bias == pytest.approx(INTERCEPT, rel=1e-3)


def test_exact_line_published_losses(engine: str) -> None:
    """The table holds the training loss before an epoch's update and the test loss after it."""
    problem = Problem.from_dataset(make_dataset("exact_line"), 0.2, "sequential")
    start = Params(np.array([-0.4936685]), 0.37220125)
    config = TrainConfig(loss="l1", learning_rate=0.01, n_epochs=501, init=start, engine=engine)
    trajectory = fit(problem, config).trajectory
    published = {
        0: (0.866349, 2.121262),
        100: (0.271591, 0.660304),
        200: (0.171660, 0.342793),
        300: (0.080711, 0.158641),
        500: (0.003758, 0.020312),
    }
    for epoch, (train_loss, test_loss) in published.items():
        assert trajectory.train_loss[epoch] == pytest.approx(train_loss, abs=6e-7)
        assert trajectory.test_loss[epoch + 1] == pytest.approx(test_loss, abs=6e-7)


def test_many_weights_from_scratch(engine: str) -> None:
    problem = Problem.from_dataset(make_dataset("many_weights"))
    config = TrainConfig(
        loss="half_mse",
        learning_rate=0.01,
        n_epochs=2000,
        batch_size=64,
        sampling="replacement",
        updates_per_epoch=1,
        init="normal",
        dtype="float32",
        engine=engine,
    )
    run = fit(problem, config)
    true = problem.dataset.true_params
    assert true is not None
    assert run.final.n_updates == 2000
    assert 0.04 < run.final.batch_loss < 0.13
    error = np.linalg.norm(run.final.params.weights - true.weights)
    assert error / np.linalg.norm(true.weights) < 0.03
    assert abs(run.final.params.bias - true.bias) < 0.1
    assert run.trajectory.weights.nbytes < 2_100_000


def test_noisy_line_reaches_the_polyfit_line(engine: str) -> None:
    problem = Problem.from_dataset(make_dataset("line"))
    config = TrainConfig(learning_rate=0.1, n_epochs=1000, init="randn", engine=engine)
    run = fit(problem, config)
    line = polyfit_line(problem)
    assert run.final.params.weights[0] == pytest.approx(line.weights[0], abs=1e-4)
    assert run.final.params.bias == pytest.approx(line.bias, abs=1e-4)
    assert run.final.train_loss == pytest.approx(0.01, rel=0.5)
