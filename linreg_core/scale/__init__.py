"""Least squares and full-batch training on rows that never are in memory together.

data_blocks, summing_loop -> summed_rows -> second_moments -> row_triangle, streamed_factor ->
stand_ins -> trust, triangle_fit, streamed_scores, streamed_predictor, loading_meanwhile ->
streamed_fit; streamed_spread goes through the rows once more.
"""

from linreg_core.scale.data_blocks import DataBlock, RowsInMemory, RowSource
from linreg_core.scale.row_triangle import RowTriangle, square_root_of_moments, triangle_of_moments
from linreg_core.scale.second_moments import SecondMoments, merged_in_order, second_moments
from linreg_core.scale.stand_ins import (
    n_stand_ins,
    stand_in_dataset,
    stand_in_problem,
)
from linreg_core.scale.streamed_factor import StreamedFactor, streamed_factor, triangle_of_factor
from linreg_core.scale.streamed_fit import StreamedFit, streamed_least_squares

__all__ = [
    "DataBlock",
    "RowSource",
    "RowTriangle",
    "RowsInMemory",
    "SecondMoments",
    "StreamedFactor",
    "StreamedFit",
    "merged_in_order",
    "n_stand_ins",
    "second_moments",
    "square_root_of_moments",
    "stand_in_dataset",
    "stand_in_problem",
    "streamed_factor",
    "streamed_least_squares",
    "triangle_of_factor",
    "triangle_of_moments",
]
