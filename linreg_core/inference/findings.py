"""What the diagnostic pictures show, in words, each backed by a named test."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from linreg_core.inference.diagnostics import Diagnostics
from linreg_core.inference.fit import Fit
from linreg_core.inference.row_order import RowOrder
from linreg_core.inference.values import rows_in_words

SIGNIFICANT: Final = 0.05
"""A test speaks below this p value; whether that matters is a question of size as well."""
_LEAST_ROWS: Final = 8
"""With fewer rows no pattern can be told from chance."""
LEAST_DF: Final = 3
MOST_REPEATED: Final = 2_000_000
"""Up to here rows with frequency weights are looked at as so many rows."""
FINE: Final = "fine"
LOOK: Final = "look"
UNKNOWN: Final = "unknown"


@dataclass(frozen=True)
class Finding:
    """One picture's meaning: what to look for, what was found, and the test that says so.

    `name` is "residuals_against_fitted", "normal_qq", "scale_location", "leverage",
    "residual_histogram" or "residuals_by_order"; `verdict` is "fine", "look", or "unknown" where
    nothing can be told. `rows` are positions among the data set's rows (`problem.dataset`).
    `statistic` and `p` are None where the test has no answer.
    """

    name: str
    title: str
    look_for: str
    found: str
    test: str
    statistic: float | None
    p: float | None
    verdict: str
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Evidence:
    """What findings are made from; `row_name` names a row of the data set by its position.

    `order` is how rows follow one another, None where that is the data set's own order.
    """

    fit: Fit
    diagnostics: Diagnostics
    row_name: Callable[[int], str]
    order: RowOrder | None = None

    @property
    def silence(self) -> str | None:
        """Why residuals say nothing, or None where they may."""
        if self.fit.is_exact and self.fit.df_residual > 0:
            return "The fit is exact: every residual is 0, which shows no pattern."
        if self.fit.counts is not None and self.fit.n_samples > MOST_REPEATED:
            return (
                f"The weights stand for {self.fit.n_samples:,} rows, more than are looked at here "
                f"one by one."
            )
        if self.fit.n_samples < _LEAST_ROWS or self.fit.df_residual < LEAST_DF:
            return (
                f"{self.fit.n_samples} rows for {self.fit.n_parameters} coefficients are too "
                f"few to tell a pattern from chance."
            )
        return None

    def positions(self, train_rows: Iterable[int]) -> tuple[int, ...]:
        """Return rows of the training part as positions among the data set's rows."""
        return tuple(int(self.fit.problem.train_rows[row]) for row in train_rows)

    def rows_text(self, train_rows: Iterable[int]) -> str:
        """Return rows of the training part in words."""
        return rows_in_words([self.row_name(row) for row in self.positions(train_rows)])


@dataclass(frozen=True)
class Topic:
    """The fixed part of a finding: which picture it belongs to, and what to look for there."""

    name: str
    title: str
    look_for: str

    def silent(self, why: str, test: str) -> Finding:
        """Return that nothing can be told from this picture."""
        return self.finding(why, test, verdict=UNKNOWN)

    def finding(
        self,
        found: str,
        test: str,
        statistic: float | None = None,
        p: float | None = None,
        verdict: str = FINE,
        rows: tuple[int, ...] = (),
    ) -> Finding:
        """Return what was found in this picture."""
        if p is not None and np.isnan(p):
            statistic = p = None
        return Finding(
            self.name, self.title, self.look_for, found, test, statistic, p, verdict, rows
        )
