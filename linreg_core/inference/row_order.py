"""How rows follow one another: as they stand, or by a date that each of them has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from linreg_core.arrays import FloatArray, IntArray, frozen_floats
from linreg_core.errors import DataError
from linreg_core.inference.values import known
from table_reader.wording import shown

if TYPE_CHECKING:
    from linreg_core.problem import Problem


@dataclass(frozen=True, eq=False)
class RowOrder:
    """The column `name` by whose `days` (n_samples of the data set,) rows follow one another.

    `days` count from 1970-01-01, as numpy's datetime64. Raises DataError unless all are finite.
    """

    name: str
    days: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "days", frozen_floats("days", self.days, 1))
        if not np.isfinite(self.days).all():
            at = int(np.argmin(np.isfinite(self.days)))
            raise DataError(
                f"`days` of {shown(self.name)} must be finite. Row {at} has {self.days[at]}: order "
                f"the rows by another column."
            )


def sequence_of(problem: Problem, order: RowOrder | None) -> IntArray | None:
    """Return the training rows' indices in their order, None where they stand in it.

    Rows of one day follow one another as they stand. Raises DataError when `order` is of another
    number of rows.
    """
    if order is None:
        return None
    if len(order.days) != problem.dataset.n_samples:
        raise DataError(
            f"`order` must have one day for each of the {problem.dataset.n_samples} rows. "
            f"Got {len(order.days)}."
        )
    return np.argsort(order.days[problem.train_rows], kind="stable")


def durbin_watson(residuals: FloatArray, sequence: IntArray | None = None) -> float | None:
    """Return sum (e_t - e_(t-1))^2 / sum e_t^2, None where all residuals are 0.

    2 where neighbours say nothing of each other, near 0 where they are alike, near 4 where they
    alternate. Source: Durbin and Watson (1950), Testing for serial correlation in least squares
    regression I.

    >>> durbin_watson(np.array([1.0, -1.0, 1.0, -1.0]))
    3.0
    """
    e = residuals if sequence is None else residuals[sequence]
    total, steps = float(e @ e), np.diff(e)
    return known(float(steps @ steps) / total) if total > 0 else None
