"""What many ranks learn together of rows: the same as one by itself, each reading its part."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from linreg_core.distributed import ONE_RANK, Ranks, RowSplit, read_stored_rows, shared_scores
from linreg_core.inference import Covariance
from linreg_core.scale import RowsInMemory, StreamedFit, streamed_least_squares
from linreg_core.scale.row_split import SplitRows
from tests.core.distributed.thread_ranks import on_ranks
from tests.core.nist import REFERENCE_SETS, ReferenceSet
from tests.core.test_nist import correct_digits


@pytest.mark.parametrize("n_ranks", [2, 3])
@pytest.mark.parametrize("reference", REFERENCE_SETS, ids=[one.name for one in REFERENCE_SETS])
def test_ranks_take_the_path_of_one_with_its_digits(reference: ReferenceSet, n_ranks: int) -> None:
    problem = reference.problem()
    source = RowsInMemory(problem.X_train, problem.y_train, block_rows=3)

    def fitted(ranks: Ranks) -> StreamedFit:
        rows = read_stored_rows(source, RowSplit(n_streams=4), ranks)
        return streamed_least_squares(
            source, reference.fit_intercept, moments=rows.train, factor=rows.training_factor
        )

    alone, by_itself = fitted(ONE_RANK), streamed_least_squares(source, reference.fit_intercept)
    for found in on_ranks(n_ranks, fitted):
        assert (found.path, found.digits) == (alone.path, alone.digits)
        assert found.path == by_itself.path
        np.testing.assert_array_equal(found.params.weights, alone.params.weights)
        estimates = [row.estimate for row in found.coefficients]
        assert correct_digits(estimates, reference.coefficients[0]) >= reference.digits - 0.5


@pytest.mark.parametrize("test_fraction", [0.0, 0.3])
@pytest.mark.parametrize("weight_kind", [None, "analytic", "frequency"])
@pytest.mark.parametrize("kind", ["HC0", "HC1", "HC2", "HC3"])
def test_ranks_share_the_pass_for_robust_errors(
    kind: str, weight_kind: str | None, test_fraction: float
) -> None:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((101, 3)) * [1.0, 100.0, 0.0]
    X[[17, 64], 2] = 1.0, 3.0  # a training row that alone tells its column's weight, or two
    y = X @ [1.0, -2.0, 3.0] + rng.standard_normal(101) * (1 + np.abs(X[:, 0]))
    weights = None if weight_kind is None else np.ceil(rng.uniform(0.1, 4, 101))
    source = RowsInMemory(X, y, weights, weight_kind or "analytic", block_rows=7)
    split = RowSplit(test_fraction, seed=1, n_streams=4)
    training = SplitRows(source, test_fraction, 1) if test_fraction else source

    def fitted(ranks: Ranks) -> StreamedFit:
        rows = read_stored_rows(source, split, ranks)
        found = streamed_least_squares(training, moments=rows.train)
        return found.with_covariance(Covariance(kind), training, partial(shared_scores, rows))

    by_itself = streamed_least_squares(training).with_covariance(Covariance(kind), training)
    alone = fitted(ONE_RANK)
    assert_same_spread(alone, by_itself, rtol=1e-12)
    for n_ranks in (2, 3):
        for found in on_ranks(n_ranks, fitted):
            assert_same_spread(found, alone, rtol=0)


def test_rows_that_stand_alone_have_the_places_they_have_in_one_pass() -> None:
    rng = np.random.default_rng(0)
    X = np.zeros((60, 4))
    X[:, 0], X[[3, 30, 59], [1, 2, 3]] = rng.standard_normal(60), 1.0
    source = RowsInMemory(X, X @ [1.0, 2.0, 3.0, 4.0] + rng.standard_normal(60), block_rows=8)

    def fitted(ranks: Ranks) -> StreamedFit:
        rows = read_stored_rows(source, RowSplit(n_streams=3), ranks)
        found = streamed_least_squares(source, moments=rows.train)
        return found.with_covariance(Covariance("HC3"), source, partial(shared_scores, rows))

    for found in on_ranks(2, fitted):
        assert found.spread.alone == (3, 30, 59)


def assert_same_spread(found: StreamedFit, expected: StreamedFit, rtol: float) -> None:
    errors = [[row.standard_error for row in each.coefficients] for each in (found, expected)]
    np.testing.assert_allclose(*np.array(errors, dtype=float), rtol=rtol, atol=0)
    tests = np.array([found.spread.f, expected.spread.f], dtype=float)
    np.testing.assert_allclose(*tests, rtol=1e-12)
    assert found.spread.alone == expected.spread.alone
    assert (found.spread.meat is None) == (expected.spread.meat is None)
