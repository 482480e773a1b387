"""What many ranks learn together of rows: the same as one by itself, each reading its part."""

from __future__ import annotations

import numpy as np
import pytest

from linreg_core.distributed import ONE_RANK, Ranks, RowSplit, read_stored_rows
from linreg_core.scale import RowsInMemory, StreamedFit, streamed_least_squares
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
