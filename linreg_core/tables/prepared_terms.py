"""How terms become columns of X, for the rows of the fit and for any others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.tables.columns import PreparedColumn
from linreg_core.tables.kinds import Cells
from linreg_core.tables.polynomials import Orthogonal, raw_powers
from linreg_core.tables.terms import AS_CATEGORY, Factor, Term
from table_reader import CATEGORY

Coding = tuple[str, bool]
"""A column, and whether its cells are taken as a category."""


@dataclass(frozen=True)
class PreparedFactor:
    """A factor with what it has learned of the rows of the fit.

    `column` codes its cells; `centre`, `scale` and `orthogonal` belong to the transforms that use
    them. `levels` are those of a category that have a column of X.
    """

    factor: Factor
    column: PreparedColumn
    names: tuple[str, ...]
    centre: float = 0.0
    scale: float = 1.0
    orthogonal: Orthogonal | None = None
    levels: tuple[str, ...] = ()

    @property
    def coding(self) -> Coding:
        """Which cells it reads."""
        return self.column.coding

    def of_cells(self, cells: Cells) -> FloatArray:
        """Return the factor's columns, (n, len(names)); empty cells as the typical value."""
        values = self.column.filled(cells)
        if self.column.kind != CATEGORY:
            return self.of_values(values)
        places = [self.column.levels.index(level) for level in self.levels]
        return np.asarray(values[:, np.newaxis] == np.array(places), dtype=np.float64)

    def of_values(self, values: FloatArray) -> FloatArray:
        """Return the columns for values (n,) in the units of `column`."""
        if not self.names:
            return np.empty((len(values), 0))
        transform = self.factor.transform
        with np.errstate(all="ignore"):
            if self.orthogonal is not None:
                return self.orthogonal.values(values)
            if self.factor.degree > 1:
                return raw_powers(values, len(self.names))
            if transform in ("log", "sqrt"):
                values = np.log(values) if transform == "log" else np.sqrt(values)
            return ((values - self.centre) / self.scale)[:, np.newaxis]


@dataclass(frozen=True)
class PreparedTerm:
    """A term with how it becomes columns of X, in their order, named `features`.

    `kept` are the positions of these columns among all products of the factors' columns: the
    others are 0 in every row of the fit, and `left_out` has their positions and names.
    """

    term: Term
    factors: tuple[PreparedFactor, ...]
    features: tuple[str, ...]
    kept: tuple[int, ...]
    left_out: tuple[tuple[int, str], ...] = ()

    @property
    def label(self) -> str:
        """The term as a formula spells it."""
        return self.term.label

    def of_cells(self, cells: Mapping[Coding, Cells]) -> FloatArray:
        """Return every column, (n, n_products), also those that are left out."""
        return products([factor.of_cells(cells[factor.coding]) for factor in self.factors])

    def of_values(self, values: FloatArray) -> FloatArray:
        """Return the term's columns of X, where all factors are of one column of numbers."""
        every = products([factor.of_values(values) for factor in self.factors])
        return np.asarray(every[:, self.kept])


def products(parts: Sequence[FloatArray]) -> FloatArray:
    """Return the products of every column of the first with every one of the next, (n, k1 * k2)."""
    out = parts[0]
    with np.errstate(all="ignore"):
        for part in parts[1:]:
            out = (out[:, :, np.newaxis] * part[:, np.newaxis, :]).reshape(len(out), -1)
    return out


def plain_terms(columns: Iterable[PreparedColumn]) -> tuple[PreparedTerm, ...]:
    """Return the terms of columns that stand for themselves."""
    return tuple(_plain_term(column) for column in columns)


def _plain_term(column: PreparedColumn) -> PreparedTerm:
    factor = Factor(column.name)
    levels = column.kept_levels if column.kind == CATEGORY else ()
    prepared = PreparedFactor(factor, column, column.features, levels=levels)
    kept = tuple(range(len(column.features)))
    return PreparedTerm(Term((factor,)), (prepared,), column.features, kept)


def coding_of(factor: Factor, known: Iterable[Coding]) -> Coding:
    """Return which cells a factor reads: a category's, where it is one or is taken as one."""
    as_category = (factor.column, True)
    is_category = factor.transform == AS_CATEGORY or (factor.column, False) not in set(known)
    return as_category if is_category else (factor.column, False)
