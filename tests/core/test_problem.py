"""Splitting, scaling and the coordinates of training."""

from __future__ import annotations

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from linreg_core import Dataset, Params, Problem, TrainConfig, fit
from linreg_core.memo import Memo
from linreg_core.sampling import RowOrders, row_batches, row_orders


def test_random_split_is_seeded_and_keeps_order(dataset: Dataset) -> None:
    problem = Problem.from_dataset(dataset, test_fraction=0.3, seed=1)
    assert (problem.n_train, problem.n_test) == (26, 11)
    together = np.concatenate([problem.train_rows, problem.test_rows])
    assert sorted(together) == list(range(37))
    assert (np.diff(problem.train_rows) > 0).all()
    np.testing.assert_array_equal(problem.X_test, dataset.X[problem.test_rows])
    np.testing.assert_array_equal(problem.y_train, dataset.y[problem.train_rows])
    other = Problem.from_dataset(dataset, test_fraction=0.3, seed=2)
    assert other.test_rows.tolist() != problem.test_rows.tolist()


def test_sequential_split_trains_on_the_first_rows(dataset: Dataset) -> None:
    problem = Problem.from_dataset(dataset, test_fraction=0.2, split="sequential")
    assert problem.train_rows.tolist() == list(range(30))
    assert np.shares_memory(problem.X_train, dataset.X)
    assert np.shares_memory(problem.y_test, dataset.y)


def test_nothing_is_copied_without_need(dataset: Dataset) -> None:
    problem = Problem.from_dataset(dataset)
    assert problem.X_train is problem.X_scaled or np.shares_memory(
        problem.X_train, problem.X_scaled
    )
    assert np.shares_memory(problem.X_train, dataset.X)
    rows = problem.train_rows.nbytes
    assert problem.nbytes == dataset.X.nbytes + dataset.y.nbytes + rows


def test_nbytes_counts_what_training_adds(dataset: Dataset) -> None:
    problem = Problem.from_dataset(dataset)
    before = problem.nbytes
    for seed in range(3):
        fit(problem, TrainConfig(n_epochs=1, dtype="float32", seed=seed))
    assert problem.nbytes == before + 37 * 5 * 4  # three features, the ones, and y


def test_nbytes_counts_what_compiled_training_adds(dataset: Dataset) -> None:
    problem = Problem.from_dataset(dataset)
    before = problem.nbytes
    for seed in range(3):
        config = TrainConfig("sgd", "l1", n_epochs=1, engine="compiled", dtype="float32", seed=seed)
        fit(problem, config)
    assert problem.nbytes == before + 37 * 4 * 4  # three features and y
    fit(problem, TrainConfig(n_epochs=2_000, engine="compiled"))
    assert problem.nbytes > before + 37 * 4 * 4 + 3 * 3 * 8  # their products, at least


def test_standardized_coordinates(split_problem: Problem) -> None:
    np.testing.assert_allclose(split_problem.X_scaled.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(split_problem.X_scaled.std(axis=0), 1)
    np.testing.assert_allclose(split_problem.x_mean, split_problem.X_train.mean(axis=0))
    assert split_problem.y_scaled.std() == pytest.approx(1)
    assert not split_problem.X_scaled.flags.writeable


def test_params_there_and_back(split_problem: Problem) -> None:
    params = Params(np.array([1.0, -2.0, 0.5]), 3.0)
    weights, bias = split_problem.to_training(params)
    scaled = split_problem.X_scaled @ weights + bias
    original = params.predict(split_problem.X_train)
    np.testing.assert_allclose(scaled * split_problem.y_scale + split_problem.y_mean, original)
    back = split_problem.to_original(weights, bias)
    np.testing.assert_allclose(back.weights, params.weights)
    assert back.bias == pytest.approx(params.bias)


def test_standardized_gradient_descent_is_known_in_closed_form() -> None:
    """One standardised feature: the slope's error shrinks by 1 - 2 rate each epoch."""
    x = np.array([[1000.0], [2000.0], [4000.0], [7000.0]])
    problem = Problem.from_dataset(
        Dataset("x", x, 3e5 + 200 * x[:, 0] * [1, 0.9, 1.1, 1]), standardize=True
    )
    run = fit(problem, TrainConfig(learning_rate=0.1, n_epochs=10))
    slope = run.reference.weights[0] * (1 - 0.8 ** np.arange(11))
    np.testing.assert_allclose(run.trajectory.weights[:, 0], slope, rtol=1e-9, atol=1e-9)
    means = slope * problem.x_mean[0] + run.trajectory.bias
    np.testing.assert_allclose(means, problem.y_mean)


@pytest.mark.parametrize("value", [0.0, 0.1, 1e300, -1e-300])
def test_a_constant_column_is_left_alone(value: float) -> None:
    X = np.column_stack([np.full(7, value), np.arange(7.0)])
    problem = Problem.from_dataset(Dataset("constant", X, np.full(7, 0.1)), standardize=True)
    assert (problem.x_scale[0], problem.y_scale) == (1.0, 1.0)
    assert np.isfinite(problem.X_scaled).all()


@pytest.mark.parametrize("size", [1e-200, 1e200, 1e308])
def test_extreme_columns_are_scaled_without_overflow(size: float) -> None:
    x = np.array([[-1.0], [0.5], [1.0]]) * size
    problem = Problem.from_dataset(Dataset("extreme", x, [1.0, 2.0, 3.0]), standardize=True)
    np.testing.assert_allclose(problem.X_scaled.std(), 1)


def test_batches_of_a_pass_cover_every_row_once() -> None:
    batches = row_batches(10, 4, "shuffle", seed=0)
    passes = [[next(batches) for _ in range(3)] for _ in range(3)]
    for one in passes:
        assert [len(batch) for batch in one] == [4, 4, 2]
        assert sorted(np.concatenate(one)) == list(range(10))
    assert np.concatenate(passes[0]).tolist() != np.concatenate(passes[1]).tolist()


def test_replacement_draws_whole_batches_evenly() -> None:
    draws = next(row_orders(10, 3, "replacement", seed=0))
    assert len(draws) % 3 == 0
    assert np.bincount(draws, minlength=10).min() > 0.09 * len(draws)


@pytest.mark.parametrize("n_rows", [1, 2, 37, 5000])
@pytest.mark.parametrize("sampling", ["shuffle", "sequential", "replacement"])
def test_several_passes_together_are_those_one_by_one(n_rows: int, sampling: str) -> None:
    batch_size = min(7, n_rows)
    together = RowOrders(n_rows, batch_size, sampling, seed=3)
    one_by_one = row_orders(n_rows, batch_size, sampling, seed=3)
    for n_passes in (1, 3, 2, 1, 5):
        taken = together.take(n_passes)
        assert len(taken) == n_passes * together.pass_length
        expected = np.concatenate([next(one_by_one) for _ in range(n_passes)])
        np.testing.assert_array_equal(taken, expected)


def test_memo_computes_once_in_threads() -> None:
    memo, calls = Memo(), []
    with ThreadPoolExecutor(8) as pool:
        values = list(pool.map(lambda _: memo.get("key", lambda: calls.append(1) or 42), range(50)))
    assert (set(values), len(calls)) == ({42}, 1)


def test_a_memo_forgets_a_failure() -> None:
    memo = Memo()
    with pytest.raises(ZeroDivisionError):
        memo.get("key", lambda: 1 / 0)
    assert memo.get("key", lambda: 7) == 7


def test_problems_can_be_copied_and_pickled(split_problem: Problem) -> None:
    fit(split_problem, TrainConfig(n_epochs=1))
    for twin in (pickle.loads(pickle.dumps(split_problem)), copy.deepcopy(split_problem)):
        np.testing.assert_array_equal(twin.X_train, split_problem.X_train)
        assert twin.memo.values() == ()
