"""The least-squares fit against numpy and against certified figures."""

from __future__ import annotations

import numpy as np
import pytest

from linreg_core import DataError, Dataset, Problem, polyfit_line, reference_fit
from linreg_core.least_squares import solve
from linreg_core.reference import least_squares

NORRIS_X = (
    "0.2 337.4 118.2 884.6 10.1 226.5 666.3 996.3 448.6 777.0 558.2 0.4 0.6 775.5 666.9 338.0 "
    "447.5 11.6 556.0 228.1 995.8 887.6 120.2 0.3 0.3 556.8 339.1 887.2 999.0 779.0 11.1 118.3 "
    "229.2 669.1 448.9 0.5"
)
NORRIS_Y = (
    "0.1 338.8 118.1 888.0 9.2 228.1 668.5 998.5 449.1 778.9 559.2 0.3 0.1 778.1 668.8 339.3 "
    "448.9 10.8 557.7 228.3 998.0 888.8 119.6 0.3 0.6 557.6 339.3 888.0 998.5 778.9 10.2 117.6 "
    "228.9 668.4 449.2 0.2"
)
LONGLEY = """
60323 83.0 234289 2356 1590 107608 1947
61122 88.5 259426 2325 1456 108632 1948
60171 88.2 258054 3682 1616 109773 1949
61187 89.5 284599 3351 1650 110929 1950
63221 96.2 328975 2099 3099 112075 1951
63639 98.1 346999 1932 3594 113270 1952
64989 99.0 365385 1870 3547 115094 1953
63761 100.0 363112 3578 3350 116219 1954
66019 101.2 397469 2904 3048 117388 1955
67857 104.6 419180 2822 2857 118734 1956
68169 108.4 442769 2936 2798 120445 1957
66513 110.8 444546 4681 2637 121950 1958
68655 112.6 482704 3813 2552 123366 1959
69564 114.2 502601 3931 2514 125368 1960
69331 115.7 518173 4806 2572 127852 1961
70551 116.9 554894 4007 2827 130081 1962
"""
LONGLEY_CERTIFIED = [
    15.0618722713733,
    -0.358191792925910e-01,
    -2.02022980381683,
    -1.03322686717359,
    -0.511041056535807e-01,
    1829.15146461355,
]


def correct_digits(found: np.ndarray, certified: list[float]) -> float:
    """Return the number of correct digits of the worst coefficient."""
    error = np.abs(found - certified) / np.abs(certified)
    return -np.log10(max(error.max(), 1e-16))


def test_norris_digits() -> None:
    """NIST Statistical Reference Datasets, Norris: lower difficulty."""
    x, y = (np.array(text.split(), dtype=np.float64) for text in (NORRIS_X, NORRIS_Y))
    params = reference_fit(Problem.from_dataset(Dataset("Norris", x[:, np.newaxis], y)))
    found = np.append(params.weights, params.bias)
    assert correct_digits(found, [1.00211681802045, -0.262323073774029]) > 12


def test_longley_digits() -> None:
    """NIST Statistical Reference Datasets, Longley: higher difficulty."""
    table = np.array([line.split() for line in LONGLEY.split("\n")[1:-1]], dtype=np.float64)
    params = reference_fit(Problem.from_dataset(Dataset("Longley", table[:, 1:], table[:, 0])))
    found = np.append(params.weights, params.bias)
    assert correct_digits(found, [*LONGLEY_CERTIFIED, -3482258.63459582]) > 10.5


def test_wampler_polynomial_is_exact() -> None:
    """NIST Wampler1: y = 1 + x + x**2 + ... + x**5 at x = 0 ... 20."""
    x = np.arange(21.0)
    X = np.column_stack([x**k for k in range(1, 6)])
    params = reference_fit(Problem.from_dataset(Dataset("Wampler1", X, X.sum(axis=1) + 1)))
    assert correct_digits(np.append(params.weights, params.bias), [1.0] * 6) > 9


@pytest.mark.parametrize("seed", range(5))
def test_one_feature_is_polyfit(seed: int) -> None:
    generator = np.random.default_rng(seed)
    x = generator.normal(10.0**seed, 3.0, 50)
    problem = Problem.from_dataset(Dataset("x", x[:, np.newaxis], generator.normal(size=50) + x))
    found = reference_fit(problem)
    expected = np.polyfit(x, problem.y_train, 1)
    np.testing.assert_allclose([found.weights[0], found.bias], expected, rtol=1e-9)
    line = polyfit_line(problem)
    assert [line.weights[0], line.bias] == expected.tolist()


def test_polyfit_line_needs_one_feature(problem: Problem) -> None:
    with pytest.raises(DataError) as raised:
        polyfit_line(problem)
    assert str(raised.value) == (
        "`polyfit_line` needs exactly 1 feature. Got 3: use `reference_fit`."
    )


def test_only_training_rows_count(split_problem: Problem) -> None:
    A = np.column_stack([split_problem.X_train, np.ones(split_problem.n_train)])
    expected = np.linalg.lstsq(A, split_problem.y_train)[0]
    found = reference_fit(split_problem)
    np.testing.assert_allclose(np.append(found.weights, found.bias), expected, rtol=1e-9)
    assert reference_fit(split_problem) is found


def test_superfluous_features_get_weight_0_and_the_rank_says_so() -> None:
    generator = np.random.default_rng(0)
    X = generator.standard_normal((30, 2))
    X = np.column_stack([X, X[:, 0] - 2 * X[:, 1], np.full(30, 5.0)])
    y = X[:, 0] + 3.0
    result = least_squares(Problem.from_dataset(Dataset("dependent", X, y)))
    assert result.rank == 2
    assert np.count_nonzero(result.params.weights) <= 2
    np.testing.assert_allclose(result.params.predict(X), y)


@pytest.mark.parametrize(("n_samples", "n_features"), [(1, 1), (1, 3), (3, 5)])
def test_fewer_rows_than_parameters_still_fit(n_samples: int, n_features: int) -> None:
    generator = np.random.default_rng(0)
    X, y = generator.standard_normal((n_samples, n_features)), generator.standard_normal(n_samples)
    result = solve(X, y)
    assert result.rank == n_samples - 1
    np.testing.assert_allclose(result.params.predict(X), y)


def test_big_problems_take_the_normal_equations_to_the_same_digits() -> None:
    generator = np.random.default_rng(0)
    X = generator.standard_normal((3000, 400)) + 5
    y = X @ generator.standard_normal(400) + generator.standard_normal(3000)
    result = solve(X, y)
    assert result.method == "cholesky"
    A = np.column_stack([X, np.ones(3000)])
    expected = np.linalg.lstsq(A, y)[0]
    found = np.append(result.params.weights, result.params.bias)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-11)


def test_big_ill_conditioned_problems_do_not() -> None:
    generator = np.random.default_rng(0)
    X = generator.standard_normal((2000, 400))
    X[:, 1] = X[:, 0] + 1e-6 * X[:, 1]
    result = solve(X, X[:, 0] + 1.0)
    assert (result.method, result.rank) == ("qr", 400)
