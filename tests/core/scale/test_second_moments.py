"""Moments of rows in blocks against the same in twice the digits, whatever the blocks are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from linreg_core import DataError
from linreg_core.scale import (
    DataBlock,
    RowsInMemory,
    SecondMoments,
    merged_in_order,
    second_moments,
)
from linreg_core.scale.summed_rows import COMPILED_ROWS

generator = np.random.default_rng(6)
normal = generator.standard_normal((500, 3))
CASES: dict[str, np.ndarray] = {
    "plain": normal,
    "far from 0": normal + 1e9,
    "sorted": np.sort(normal, axis=0) * [1, 1e3, 1e-3],
    "a first block unlike the others": np.where(np.arange(500)[:, None] < 40, 1e6, normal),
    "huge": normal * [1e200, 1e-200, 1.0],
    "a column of one value": np.column_stack([normal[:, :2], np.full(500, 0.1)]),
    "a column that is constant for long": np.where(np.arange(500)[:, None] < 490, 0.1, normal),
}


def exact(rows: np.ndarray, weights: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Return means and standardised scatter in extended precision, by two passes."""
    A = np.asarray(rows, dtype=np.longdouble)
    w = np.ones(len(A)) if weights is None else weights
    mean = (w @ (A - A[0])) / w.sum() + A[0]
    Z = A - mean
    return mean, (Z * w[:, np.newaxis]).T @ Z


def relative(found: SecondMoments, rows: np.ndarray, weights: np.ndarray | None) -> float:
    """Return the largest error of the scatter, over the sizes of what is multiplied there."""
    _, scatter = exact(rows, weights)
    size = np.sqrt(np.where(scatter.diagonal() > 0, scatter.diagonal(), 1))
    whole = (found.scatter.astype(np.longdouble) + found.scatter_rest) * found.scale
    return float(np.abs((whole * found.scale[:, None] - scatter) / size / size[:, None]).max())


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("case", CASES)
def test_blocks_of_any_size_give_the_same(case: str, weighted: bool) -> None:
    X, y = CASES[case], CASES[case].sum(axis=1)
    weights = generator.uniform(0.5, 3.0, len(y)) if weighted else None
    rows = np.column_stack([X, y])
    spread = np.sqrt(exact(rows, None)[1].diagonal() / len(y)).astype(np.float64)
    for size in (1, 7, 40, 1000):
        found = second_moments(RowsInMemory(X, y, weights, block_rows=size))
        assert relative(found, rows, weights) < 4e-15
        gap = exact(rows, weights)[0] - found.shift - found.offset - found.offset_rest
        assert (np.abs(gap) <= 1e-15 * (spread + 1e-3 * np.abs(found.means))).all()
        assert found.is_constant.tolist() == (np.ptp(rows, axis=0) == 0).tolist()
        assert found.n_rows == 500
        assert found.total_weight == pytest.approx(500 if weights is None else weights.sum())


def test_any_grouping_gives_the_same() -> None:
    source = RowsInMemory(normal + 1e5, normal[:, 0], block_rows=9)
    parts = [second_moments(source, [number]) for number in range(source.n_blocks)]
    rows = np.column_stack([source.X, source.y])
    shuffled = [parts[i] for i in np.random.default_rng(2).permutation(len(parts))]
    in_turn = SecondMoments.none(4)
    for part in parts[::-1]:
        in_turn = in_turn.merged(part)
    halves = second_moments(source, slice(0, None, 2)).merged(
        second_moments(source, slice(1, None, 2))
    )
    for found in (merged_in_order(parts), merged_in_order(shuffled), in_turn, halves):
        assert relative(found, rows, None) < 1e-15
        assert found.n_rows == 500


@pytest.mark.usefixtures("compiled_engine")
@pytest.mark.parametrize("weighted", [False, True])
def test_the_compiled_loop_sums_up_the_same(weighted: bool) -> None:
    X = generator.standard_normal((COMPILED_ROWS + 5, 2)) + [1e6, 0.0]
    y, weights = X @ [1.0, 2.0], generator.uniform(1, 2, len(X)) if weighted else None
    rows = np.column_stack([X, y])
    assert relative(SecondMoments.of_block(DataBlock(X, y, weights)), rows, weights) < 1e-15
    X[7] = 1e250  # the squares of which overflow there
    found = SecondMoments.of_block(DataBlock(X, y, weights))
    assert found.is_finite and relative(found, np.column_stack([X, y]), weights) < 1e-13


def test_moments_travel_as_arrays_and_dicts() -> None:
    moments = second_moments(RowsInMemory(CASES["a column of one value"], normal[:, 0]))
    for other in (
        SecondMoments.from_array(moments.to_array()),
        SecondMoments.from_dict(moments.to_dict()),
    ):
        assert other.to_array().tolist() == moments.to_array().tolist()
        assert other.is_constant.tolist() == [False, False, True, False]
        assert (other.scatter == other.scatter.T).all()
    assert len(SecondMoments.none(4).to_array()) == len(moments.to_array())
    assert SecondMoments.none(4).merged(moments) is moments
    assert moments.merged(SecondMoments.none(4)) is moments


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0, 3.0], [7.0] * 20, [[1.0, 1.0]]])
def test_other_arrays_are_refused(values: list[Any]) -> None:
    with pytest.raises(DataError, match="no second moments"):
        SecondMoments.from_array(np.array(values))


def test_nothing_to_merge() -> None:
    with pytest.raises(DataError, match="at least one. Got 0 parts"):
        merged_in_order([])
    with pytest.raises(DataError, match=r"Got 2 parts of \[2, 3\] columns"):
        merged_in_order([SecondMoments.none(2), SecondMoments.none(3)])


class Blocks(RowsInMemory):
    """A source whose last block is another one."""

    last: DataBlock

    def blocks(self, part: Any = slice(None)) -> Any:
        *most, _ = super().blocks(part)
        return [*most, self.last]


ones = np.ones(2)
BAD: dict[str, tuple[DataBlock, str]] = {
    "columns": (DataBlock(np.ones((2, 2)), ones), "same 3 columns. Got 2 in block 1:"),
    "lengths": (DataBlock(np.ones((2, 3)), np.ones(3)), "Got 2 and 3 in block 1."),
    "nan": (
        DataBlock(np.array([[1, 1, 1], [1, 1, np.nan]]), ones),
        "Row 1 of block 1 has nan in column 'x3'",
    ),
    "infinite target": (
        DataBlock(np.ones((2, 3)), np.array([1.0, -np.inf])),
        "Row 1 of block 1 has -inf in column 'y'",
    ),
    "text": (DataBlock(np.array([["a"] * 3] * 2), ones), "Got values of type <U1 in block 1"),
    "weights": (DataBlock(np.ones((2, 3)), ones, np.array([1.0, -1.0])), "Block 1: `weights` must"),
    "dimensions": (DataBlock(ones, ones), "Got 1 and 1 in block 1"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_blocks_are_named(case: str) -> None:
    block, said = BAD[case]
    source = Blocks(normal, normal[:, 0], block_rows=250)
    object.__setattr__(source, "last", block)
    with pytest.raises(DataError) as error:
        second_moments(source)
    assert said in str(error.value)
