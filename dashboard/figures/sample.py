"""Which rows a picture draws: all of them, or a fair sample where they are too many to see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from dashboard.numbers import count
from linreg_core.arrays import IntArray
from linreg_core.inference import Report

MOST_POINTS: Final = 5_000
_MOST_NAMED = 500
_SEED = 0


@dataclass(frozen=True, eq=False)
class Sample:
    """Some of `n_rows` rows: `rows` are ascending indices; `drawn` are those that chance took."""

    rows: IntArray
    drawn: IntArray
    n_rows: int

    @property
    def note(self) -> str:
        """What a picture says under itself, "" where it shows every row."""
        return shown_of(len(self.rows), self.n_rows)


def shown_of(n_shown: int, n_all: int, what: str = "points") -> str:
    """Return how much of its data a picture shows, "" where that is all.

    >>> shown_of(5_000, 1_000_000)
    '5,000 of 1,000,000 points'
    """
    return "" if n_shown == n_all else f"{count(n_shown)} of {count(n_all)} {what}"


def sample_rows(n_rows: int, named: IntArray | None = None, most: int = MOST_POINTS) -> Sample:
    """Return at most `most` of `n_rows` rows, the same at every call, `named` ones among them.

    >>> sample_rows(1_000_000, np.array([17])).note
    '5,000 of 1,000,000 points'
    """
    if n_rows <= most:
        everything = np.arange(n_rows, dtype=np.int64)
        return Sample(everything, everything, n_rows)
    named = np.unique([] if named is None else named[:_MOST_NAMED]).astype(np.int64)[:most]
    drawn = np.random.default_rng(_SEED).choice(n_rows, most, replace=False)
    drawn = drawn[~np.isin(drawn, named)][: most - len(named)]
    return Sample(np.sort(np.concatenate([named, drawn])), np.sort(drawn), n_rows)


def sample_training_rows(report: Report, most: int = MOST_POINTS) -> Sample:
    """Return the training rows to draw, as indices; those that a finding names are in it."""
    return sample_rows(report.problem.n_train, every_named_row(report), most)


def sample_both(report: Report) -> tuple[Sample, Sample]:
    """Return the training and the test rows to draw, in proportion to their numbers."""
    n_train, n_test = report.problem.n_train, report.problem.n_test
    for_training = max(1, round(MOST_POINTS * n_train / (n_train + n_test)))
    if n_train + n_test <= MOST_POINTS:
        return sample_rows(n_train), sample_rows(n_test)
    test = sample_rows(n_test, most=MOST_POINTS - for_training)
    return sample_training_rows(report, for_training), test


def every_named_row(report: Report) -> IntArray:
    """Return the indices among the training rows of all rows that findings name."""
    return named_rows(report, tuple(row for each in report.findings for row in each.rows))


def named_rows(report: Report, positions: tuple[int, ...]) -> IntArray:
    """Return the indices among the training rows of some of the data set's rows."""
    train_rows = report.problem.train_rows
    wanted = np.asarray(positions, dtype=np.int64)
    at = np.minimum(np.searchsorted(train_rows, wanted), len(train_rows) - 1)
    return np.asarray(at[train_rows[at] == wanted])
