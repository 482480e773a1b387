"""The solver: doubled precision, rows in parts, rank, and the routes that it takes."""

from __future__ import annotations

import tracemalloc
from fractions import Fraction

import numpy as np
import pytest

from linreg_core.numerics import least_squares
from linreg_core.numerics.design import Design, choose_coordinates, row_parts
from linreg_core.numerics.extended import product_sum, total, two_product, two_sum
from linreg_core.numerics.factor import factor_by_parts, factor_whole
from linreg_core.numerics.least_squares import solve_least_squares
from tests.core.nist import REFERENCE_SETS


def exactly(high: np.ndarray, low: np.ndarray) -> list[Fraction]:
    return [Fraction(float(a)) + Fraction(float(b)) for a, b in zip(high, low, strict=True)]


@pytest.fixture
def numbers() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    sizes = 10.0 ** generator.integers(-15, 15, (2, 200))
    return tuple(generator.standard_normal((2, 200)) * sizes)


def test_sums_and_products_are_exact(numbers: tuple[np.ndarray, np.ndarray]) -> None:
    a, b = numbers
    pairs = [(Fraction(float(x)), Fraction(float(y))) for x, y in zip(a, b, strict=True)]
    assert exactly(*two_sum(a, b)) == [x + y for x, y in pairs]
    assert exactly(*two_product(a, b)) == [x * y for x, y in pairs]


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 101])
def test_long_sums_keep_twice_the_digits(numbers: tuple[np.ndarray, np.ndarray], size: int) -> None:
    a, b = (values[:size] for values in numbers)
    zeros = np.zeros(size)
    high, low = product_sum((a[:, None], zeros[:, None]), (b, zeros))
    terms = [Fraction(float(x)) * Fraction(float(y)) for x, y in zip(a, b, strict=True)]
    (found,) = exactly(high, low)
    assert abs(found - sum(terms)) <= Fraction(1e-30) * sum(map(abs, terms))
    rest = 1e-17 * a[::-1]
    high, low = total(a[:, None], rest[:, None])
    terms = [Fraction(float(x)) for x in (*a, *rest)]
    (found,) = exactly(high, low)
    assert abs(found - sum(terms)) <= Fraction(1e-30) * sum(map(abs, terms))


@pytest.mark.parametrize(("n_rows", "n_columns"), [(1, 1), (7, 3), (5000, 4), (300, 900)])
def test_parts_cover_every_row_once(n_rows: int, n_columns: int) -> None:
    rows = [row for part in row_parts(n_rows, n_columns) for row in range(n_rows)[part]]
    assert rows == list(range(n_rows))


def test_coordinates_round_nothing() -> None:
    X = np.random.default_rng(0).normal(1000.0, [1.0, 1e-5, 1e8], (100, 3))
    chosen = choose_coordinates(X)
    assert (np.frexp(chosen.scale)[0] == 0.5).all(), "scales are powers of two"
    Z = chosen.apply(X)
    assert (np.abs(Z.mean(axis=0)) < 0.01).all()
    assert ((Z.std(axis=0) > 0.5) & (Z.std(axis=0) < 1.0)).all()
    assert (choose_coordinates(X, fit_intercept=False).centre == 0).all()


@pytest.mark.parametrize("fit_intercept", [True, False])
def test_rows_in_parts_give_the_factor_of_the_whole(fit_intercept: bool) -> None:
    generator = np.random.default_rng(0)
    X = generator.standard_normal((5000, 6)) + [0, 1, 2, 50, 4, 5]
    design = Design.of(X, X @ np.arange(6.0) + generator.standard_normal(5000), fit_intercept)
    whole, parts = factor_whole(design, design.matrix(X))[1], factor_by_parts(design)
    assert parts.used.tolist() == whole.used.tolist()
    np.testing.assert_allclose(np.abs(parts.R), np.abs(whole.R), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(parts.solve_factored(), whole.solve_factored(), rtol=1e-9)


def test_both_routes_find_the_same_rank_and_dependence() -> None:
    generator = np.random.default_rng(0)
    X = generator.standard_normal((400, 3))
    X = np.column_stack([X, X[:, 0] + X[:, 1], np.full(400, 2.0), X[:, 2] * 3 + 1])
    design = Design.of(X, X[:, 0])
    for factor in (factor_whole(design, design.matrix(X))[1], factor_by_parts(design)):
        assert len(factor.used) == 4 and len(factor.superfluous) == 3
        A = design.matrix(X)
        made = A[:, factor.used] @ factor.dependence
        np.testing.assert_allclose(made, A[:, factor.superfluous], atol=1e-12)


def exact_solution(X: np.ndarray, y: np.ndarray) -> list[float]:
    """The intercept and the weights, from the normal equations in rational numbers."""
    A = [[Fraction(1), *map(Fraction, row)] for row in X.tolist()]
    target = [Fraction(value) for value in y.tolist()]
    size = len(A[0])
    rows = [
        [sum(a[i] * a[j] for a in A) for j in range(size)]
        + [sum(a[i] * t for a, t in zip(A, target, strict=True))]
        for i in range(size)
    ]
    for i in range(size):
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for j in range(size):
            if j != i:
                share = rows[j][i]
                rows[j] = [a - share * b for a, b in zip(rows[j], rows[i], strict=True)]
    return [float(row[-1]) for row in rows]


@pytest.mark.parametrize("name", ["Norris", "Pontius", "Longley", "Filip", "Wampler2", "Wampler5"])
def test_small_problems_are_solved_to_the_last_digits(name: str) -> None:
    """Also Filip, whose condition number is 4e9 after scaling (and 2e15 before)."""
    (problem,) = [one.problem() for one in REFERENCE_SETS if one.name == name]
    result = solve_least_squares(problem.X_train, problem.y_train)
    found = [result.params.bias, *result.params.weights]
    expected = exact_solution(problem.X_train, problem.y_train)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


OFFSETS = [0.0, 1e3, 1e6, 1e9]


@pytest.mark.parametrize("offset", OFFSETS)
@pytest.mark.parametrize("large", [False, True])
def test_dependence_is_seen_through_the_rounding_of_offsets(offset: float, large: bool) -> None:
    """Far from 0 a sum of columns is rounded to few digits of what varies in it."""
    generator = np.random.default_rng(0)
    X = generator.standard_normal((9000 if large else 50, 2)) + [offset, -offset]
    X = np.column_stack([X, X[:, 0] + X[:, 1], X[:, 0] * 0.1])
    assert (X.size > least_squares.EXTENDED_CELLS) == large
    assert solve_least_squares(X, X[:, 0]).rank == 2


@pytest.mark.parametrize("offset", OFFSETS[:3])
def test_what_is_new_in_a_column_is_seen_beside_offsets(offset: float) -> None:
    generator = np.random.default_rng(0)
    X = generator.standard_normal((50, 2)) + offset
    X = np.column_stack([X, X.sum(axis=1) + 1e-6 * generator.standard_normal(50)])
    result = solve_least_squares(X, X[:, 0] + X[:, 1] + 3 * X[:, 2])
    assert result.rank == 3
    np.testing.assert_allclose(result.params.weights, [1, 1, 3], rtol=1e-3)


def test_large_problems_take_little_memory_beside_the_data() -> None:
    X = np.random.default_rng(0).standard_normal((100_000, 10))
    y = X.sum(axis=1)
    solve_least_squares(X[:100], y[:100])
    tracemalloc.start()
    solve_least_squares(X, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < X.nbytes / 2


@pytest.mark.parametrize(("n_samples", "n_features"), [(1, 1), (1, 3), (3, 5)])
def test_fewer_rows_than_parameters_still_fit(n_samples: int, n_features: int) -> None:
    generator = np.random.default_rng(0)
    X, y = generator.standard_normal((n_samples, n_features)), generator.standard_normal(n_samples)
    result = solve_least_squares(X, y)
    assert result.rank == n_samples - 1
    np.testing.assert_allclose(result.params.predict(X), y)


def test_big_problems_take_the_normal_equations_to_the_same_digits() -> None:
    generator = np.random.default_rng(0)
    X = generator.standard_normal((3000, 400)) + 5
    y = X @ generator.standard_normal(400) + generator.standard_normal(3000)
    result = solve_least_squares(X, y)
    assert result.method == "cholesky"
    A = np.column_stack([X, np.ones(3000)])
    expected = np.linalg.lstsq(A, y)[0]
    found = np.append(result.params.weights, result.params.bias)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-11)


def test_big_ill_conditioned_problems_do_not() -> None:
    generator = np.random.default_rng(0)
    X = generator.standard_normal((2000, 400))
    X[:, 1] = X[:, 0] + 1e-6 * X[:, 1]
    result = solve_least_squares(X, X[:, 0] + 1.0)
    assert (result.method, result.rank) == ("qr", 400)
