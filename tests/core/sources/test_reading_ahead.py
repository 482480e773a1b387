"""Items made ahead: in their order, no more than said, and what goes wrong comes in its place."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from linreg_core.sources.reading_ahead import read_ahead
from linreg_core.sources.rows_of_columns import rows_of_columns


@pytest.mark.parametrize("n_ahead", [1, 3])
def test_items_come_in_order_and_few_ahead(n_ahead: int) -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1, 8):
            made.append(number)
            yield number

    for number in read_ahead(items(), n_ahead):
        assert number <= len(made) <= number + n_ahead
    assert made == list(range(1, 8))


def test_a_mistake_comes_after_the_items_before_it() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("the second")

    coming = read_ahead(items(), 4)
    assert next(coming) == 1
    with pytest.raises(ValueError, match="the second"):
        next(coming)


def test_who_stops_early_leaves_no_thread() -> None:
    before = threading.active_count()
    coming = read_ahead(iter(range(1, 100)), 5)
    assert next(coming) == 1
    coming.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before


@pytest.mark.parametrize("shape", [(1, 1), (5, 31), (5_000, 8), (2_100, 40), (3, 33)])
def test_columns_stand_rows_of_columns(shape: tuple[int, int]) -> None:
    X = np.random.default_rng(0).standard_normal(shape)
    found = rows_of_columns([column.copy() for column in X.T])
    np.testing.assert_array_equal(found, X)
    assert found.flags.c_contiguous
