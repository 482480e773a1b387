"""L1 penalties in training: scikit-learn's lasso, both engines, and what is told of such runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import Lasso

from linreg_core import (
    SOLVERS,
    Dataset,
    Params,
    Problem,
    Run,
    Status,
    TrainConfig,
    best_learning_rate,
    best_rate,
    diagnose,
    fit,
    predicted_losses,
    stable_learning_rate,
)
from linreg_core.arrival import aims_at_least_squares
from linreg_core.losses import LOSSES
from linreg_core.run_reference import reference_for, reference_name
from linreg_core.solvers.proximal import generalised_gradient
from linreg_core.theory import (
    has_rate_theory,
    learning_rate_zones,
    momentum_zones,
    sample_stable_learning_rate,
)

PROXIMAL = tuple(name for name, solver in SOLVERS.items() if "l1" in solver.knobs)
ROUNDING = 1e-9
RATES = {"sgd": 0.1, "momentum": 0.05, "nesterov": 0.05}
COORDINATES: tuple[dict[str, Any], ...] = (
    {},
    {"standardize": True},
    {"fit_intercept": False},
    {"standardize": True, "test_fraction": 0.25},
)


def sparse(n_samples: int = 90, is_weighted: bool = False) -> Dataset:
    """Twelve features, of which the target knows three."""
    generator = np.random.default_rng(4)
    X = generator.standard_normal((n_samples, 12)) + 0.3
    y = X[:, [1, 4, 7]] @ [3.0, -2.0, 0.5] + 1.5 + 0.5 * generator.standard_normal(n_samples)
    weights = generator.integers(1, 4, n_samples).astype(np.float64) if is_weighted else None
    return Dataset("sparse", X, y, weights=weights)


def config_of(solver: str, **options: Any) -> TrainConfig:
    defaults = {"l1": 0.3, "n_epochs": 2000, "momentum": 0.8, "learning_rate": RATES[solver]}
    return TrainConfig(solver, **{**defaults, **options}, engine="compiled")


def numbers(params: Params) -> np.ndarray:
    return np.array([*params.weights, params.bias])


def by_sklearn(problem: Problem, config: TrainConfig) -> Params:
    """The minimum of loss + l1 * sum(|w|): scikit-learn halves the squared error's mean."""
    alpha = config.l1 / (LOSSES[config.loss].curvature or 0.0)
    model = Lasso(alpha, fit_intercept=problem.fit_intercept, tol=1e-14, max_iter=100_000)
    model.fit(problem.X_scaled, problem.y_scaled, problem.w_train)
    return problem.to_original(model.coef_, float(model.intercept_))


def objective(problem: Problem, config: TrainConfig, params: Params) -> float:
    weights, bias = problem.to_training(params)
    residuals = problem.X_scaled @ weights + bias - problem.y_scaled
    return LOSSES[config.loss].value(residuals) + config.l1 * float(np.abs(weights).sum())


def test_solvers_that_scale_every_step_have_no_such_knob() -> None:
    assert PROXIMAL == ("sgd", "momentum", "nesterov")


@pytest.mark.parametrize("coordinates", COORDINATES, ids=str)
@pytest.mark.parametrize("solver", PROXIMAL)
def test_runs_end_at_the_minimum_of_scikit_learn(solver: str, coordinates: dict[str, Any]) -> None:
    for is_weighted, loss in ((False, "mse"), (True, "half_mse")):
        problem = Problem.from_dataset(sparse(is_weighted=is_weighted), **coordinates)
        config = config_of(solver, loss=loss)
        expected, run = by_sklearn(problem, config), fit(problem, config)
        np.testing.assert_allclose(numbers(run.final.params), numbers(expected), atol=1e-8)
        np.testing.assert_allclose(numbers(run.reference), numbers(expected), atol=1e-10)
        zeros = run.final.params.weights == 0
        assert zeros.sum() > 0 and np.array_equal(zeros, expected.weights == 0)
        assert reference_name(config) == "lasso" and run.status is Status.CONVERGED


def test_any_momentum_leads_there() -> None:
    problem = Problem.from_dataset(sparse(), standardize=True)
    expected = numbers(by_sklearn(problem, config_of("sgd")))
    for solver in PROXIMAL[1:]:
        for momentum in (0.0, 0.5, 0.95):
            config = config_of(solver, momentum=momentum)
            np.testing.assert_allclose(
                numbers(fit(problem, config).final.params), expected, atol=1e-8
            )


ENGINE_CASES: tuple[dict[str, Any], ...] = (
    {"n_epochs": 500, "updates_per_epoch": 2, "schedule": "cosine", "warmup_epochs": 5},
    {"n_epochs": 170, "batch_size": 16, "weight_decay": 0.02, "is_weighted": True},
    {
        "n_epochs": 120,
        "batch_size": 10,
        "loss": "huber",
        "sampling": "replacement",
        "changes": ((40, (("l1", 0.0),)), (60, (("l1", 0.1), ("momentum", 0.5)))),
    },
)


@pytest.mark.parametrize("case", range(len(ENGINE_CASES)))
@pytest.mark.parametrize("solver", PROXIMAL)
def test_engines_agree_after_1000_updates(solver: str, case: int) -> None:
    options = dict(ENGINE_CASES[case])
    dataset = sparse(is_weighted=options.pop("is_weighted", False))
    problem = Problem.from_dataset(dataset, 0.1, standardize=True)
    config = config_of(solver, **options)
    compiled, by_torch = (
        fit(problem, replace(config, engine=each)) for each in ("compiled", "torch")
    )
    assert compiled.final.n_updates >= 1000
    for name in ("weights", "bias", "train_loss", "test_loss", "batch_loss", "grad_norm"):
        found, expected = (getattr(run.trajectory, name) for run in (compiled, by_torch))
        np.testing.assert_allclose(found, expected, rtol=ROUNDING, atol=ROUNDING, err_msg=name)
    assert np.array_equal(*((run.final.params.weights == 0) for run in (compiled, by_torch)))


@pytest.mark.parametrize("solver", PROXIMAL)
def test_float32_agrees_as_far_as_it_can(solver: str) -> None:
    problem = Problem.from_dataset(sparse(), standardize=True)
    config = config_of(solver, n_epochs=200)
    exact = numbers(fit(problem, config).final.params)
    for engine in ("compiled", "torch"):
        found = numbers(fit(problem, replace(config, dtype="float32", engine=engine)).final.params)
        np.testing.assert_allclose(found, exact, atol=1e-4)


def shrunk(values: np.ndarray, threshold: float) -> np.ndarray:
    """The soft threshold of all but the last, which is the bias."""
    shorter = np.sign(values) * np.maximum(np.abs(values) - threshold, 0)
    return np.append(shorter[:-1], values[-1])


@pytest.mark.parametrize("solver", PROXIMAL)
def test_updates_are_those_that_are_written_down(solver: str) -> None:
    """By numpy, as `linreg_core.solvers.proximal` has them, on slopes that are given."""
    generator = np.random.default_rng(1)
    slopes, start = generator.standard_normal((6, 5)), np.array([0.0, 0.01, -0.02, 1.0, 0.01])
    knobs = config_of(solver, learning_rate=0.1, l1=0.4).knobs
    r, m, t = 0.1, 0.8, 0.1 * 0.4
    params, memory = start.copy(), np.zeros((1, 5))
    w, v = start.copy(), np.zeros(5)
    for k, g in enumerate(slopes):
        rule = SOLVERS[solver].update
        assert rule is not None
        rule(params, g, memory, k + 1, knobs)
        if solver == "sgd":
            w = shrunk(w - r * g, t)
        elif solver == "momentum":
            former, w = w, shrunk(w - r * (m * v + g), t)
            v = (former - w) / r
        else:
            x = shrunk(w - r * g, t)
            v = m * v + (w - x) / r
            w = x - r * m * v
        np.testing.assert_allclose(params, w, atol=1e-14)
        if solver != "nesterov":
            assert np.array_equal(params == 0, w == 0) and (params == 0).any()


def test_the_gradient_that_is_told_is_the_generalised_one() -> None:
    problem = Problem.from_dataset(sparse(), standardize=True)
    config = config_of("momentum", n_epochs=3, init="randn", schedule="inverse_time")
    for engine in ("compiled", "torch"):
        run = fit(problem, replace(config, engine=engine))
        for epoch in (1, 2, 3):  # its last update started at the params of the epoch before
            weights, bias = problem.to_training(
                Params(run.trajectory.weights[epoch - 1], run.trajectory.bias[epoch - 1])
            )
            residuals = problem.X_scaled @ weights + bias - problem.y_scaled
            slope = 2 * np.append(problem.X_scaled.T @ residuals, residuals.sum()) / len(residuals)
            r = config.learning_rate / epoch
            w = np.append(weights, bias)
            expected = np.linalg.norm((w - shrunk(w - r * slope, r * config.l1)) / r)
            assert run.trajectory.grad_norm[epoch] == pytest.approx(expected, rel=1e-10)
            knobs = config.knobs._replace(learning_rate=r)
            own = generalised_gradient(w, slope, knobs)
            assert np.linalg.norm(own) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("solver", [name for name in SOLVERS if name not in PROXIMAL])
def test_other_solvers_ignore_it(solver: str) -> None:
    problem = Problem.from_dataset(sparse(), standardize=True)
    config = TrainConfig(solver, n_epochs=5, batch_size=8, engine="compiled")
    with_l1 = replace(config, l1=0.3)
    plain, penalised = fit(problem, config), fit(problem, with_l1)
    assert np.array_equal(plain.final.params.weights, penalised.final.params.weights)
    assert with_l1.knobs.l1 == 0 and reference_name(with_l1) == "least squares"
    assert np.array_equal(plain.trajectory.grad_norm, penalised.trajectory.grad_norm, True)


def test_a_run_stops_at_the_minimum_and_goes_on_after_a_change() -> None:
    problem = Problem.from_dataset(sparse(), standardize=True)
    config = config_of("sgd", stop_when_converged=True)
    run = fit(problem, config)
    assert run.status is Status.CONVERGED and run.final.epoch < 300
    changed = config.changed_after(50, l1=0.05)
    assert changed.changes == ((50, (("l1", 0.05),)),)
    expected = by_sklearn(problem, replace(config, l1=0.05))
    found = fit(problem, replace(changed, stop_when_converged=False))
    np.testing.assert_allclose(numbers(found.final.params), numbers(expected), atol=1e-8)
    np.testing.assert_allclose(numbers(found.reference), numbers(expected), atol=1e-10)


@pytest.mark.parametrize("coordinates", COORDINATES, ids=str)
@pytest.mark.parametrize("is_weighted", [False, True])
def test_both_penalties_make_an_elastic_net(is_weighted: bool, coordinates: dict[str, Any]) -> None:
    """Its generalised gradient, of the definition, is 0. The bias is decayed, and never cut."""
    problem = Problem.from_dataset(sparse(is_weighted=is_weighted), **coordinates)
    for l1, decay, loss in ((0.3, 0.1, "mse"), (0.05, 0.01, "half_mse"), (1e3, 1e3, "mse")):
        config = TrainConfig(loss=loss, l1=l1, weight_decay=decay)
        assert reference_name(config) == "elastic net"
        weights, bias = problem.to_training(reference_for(problem, config))
        curvature = LOSSES[loss].curvature or 0.0
        slopes = curvature * (problem.X_scaled @ weights + bias - problem.y_scaled)
        slopes = slopes if problem.v_train is None else slopes * problem.v_train
        of_bias = (slopes.mean() + decay * bias) * problem.fit_intercept
        slope = np.append(problem.X_scaled.T @ slopes / len(slopes) + decay * weights, of_bias)
        knobs = config.knobs._replace(learning_rate=1e-3)
        left = generalised_gradient(np.append(weights, bias), slope, knobs)
        np.testing.assert_allclose(left, 0, atol=1e-11)


def test_the_stable_rate_is_that_of_the_smooth_part() -> None:
    problem = Problem.from_dataset(sparse(), standardize=True)
    config = config_of("sgd", n_epochs=100, init="randn")
    stable = stable_learning_rate(problem, config)
    assert stable == stable_learning_rate(problem, replace(config, l1=0.0)) is not None
    run = fit(problem, replace(config, learning_rate=0.99 * stable))
    values = [
        objective(problem, config, Params(weights, bias))
        for weights, bias in zip(run.trajectory.weights, run.trajectory.bias, strict=True)
    ]
    assert (np.diff(values) <= 1e-12).all()
    config = config_of("momentum")
    assert stable_learning_rate(problem, config) is None
    assert stable_learning_rate(problem, replace(config, momentum=0.0)) == stable
    assert sample_stable_learning_rate(problem, config) is None


def test_theory_that_knows_no_thresholds_says_nothing() -> None:
    problem = Problem.from_dataset(sparse(), standardize=True)
    for solver in PROXIMAL:
        config = config_of(solver)
        assert predicted_losses(problem, config) is None
        assert best_learning_rate(problem, config) is None
        assert learning_rate_zones(problem, config) is None
        assert momentum_zones(problem, config) is None
        assert not has_rate_theory(problem, replace(config, batch_size=8))
        assert not aims_at_least_squares(config)
        assert predicted_losses(problem, replace(config, l1=0.0)) is not None
    found = best_rate(problem, config_of("sgd", n_epochs=100))
    assert found is not None and 0.1 < found < 1.0


def test_the_doctor_measures_such_runs_against_the_lasso() -> None:
    problem = Problem.from_dataset(sparse(), standardize=True)

    def found(config: TrainConfig) -> tuple[Run, Any]:
        run = fit(problem, config)
        return run, diagnose(run)

    run, diagnosis = found(config_of("sgd", n_epochs=200))
    assert diagnosis.kind == "healthy" and "the lasso fit" in diagnosis.sentence
    assert diagnosis.sentence.endswith(
        f"{(run.final.params.weights == 0).sum()} of 12 weights are exactly 0."
    )
    run, diagnosis = found(config_of("sgd", n_epochs=200, l1=5.0))
    assert diagnosis.kind == "already_solved" and "All 12 weights" in diagnosis.sentence
    run, diagnosis = found(config_of("sgd", n_epochs=200, learning_rate=1e-3))
    assert diagnosis.kind == "slow_rate" and diagnosis.cures[0].config.l1 == run.config.l1
    run, diagnosis = found(config_of("sgd", loss="huber", n_epochs=300, l1=0.5))
    assert diagnosis.kind == "l1" and diagnosis.cures[0].config.l1 == 0
    assert diagnosis.sentence.startswith("The L1 penalty 0.5 pulls every weight towards 0")
