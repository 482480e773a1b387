"""What terms learn of the rows of a fit, and what could not be had of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from linreg_core.arrays import BoolArray
from linreg_core.tables.columns import PreparedColumn, fit_column, free_feature
from linreg_core.tables.kinds import Cells
from linreg_core.tables.polynomials import Orthogonal, degree_carried, orthogonal_of
from linreg_core.tables.prepared_terms import Coding, PreparedFactor, PreparedTerm, coding_of
from linreg_core.tables.terms import Factor, Term, baselines_of
from table_reader import CATEGORY

TIMES: Final = " × "
_ROWS: Final = 16_384
_SHOWN: Final = 3


@dataclass(frozen=True)
class FittedTerms:
    """The terms of a model, and whole sentences on what could not be had of them."""

    terms: tuple[PreparedTerm, ...]
    warnings: tuple[str, ...]


class TermFitting:
    """Learns what terms need of the used rows' cells, which are told by their coding."""

    def __init__(
        self, terms: Sequence[Term], cells: Mapping[Coding, Cells], fit_intercept: bool
    ) -> None:
        self._terms, self._cells, self._fit_intercept = tuple(terms), cells, fit_intercept
        self._baseline = baselines_of(self._terms)
        self._warnings: list[str] = []

    @np.errstate(all="ignore")
    def fitted(self) -> FittedTerms:
        """Return the terms, with names of their columns of X that are all different.

        Raises DataError when a category has too many levels, or not its baseline.
        """
        terms = [self._term(term) for term in self._terms]
        taken = {term.features[0] for term in terms if _is_own_name(term)}
        for i, term in enumerate(terms):
            if not _is_own_name(term):
                names = tuple(free_feature(name, taken) for name in term.features)
                terms[i] = replace(term, features=names)
        return FittedTerms(tuple(terms), tuple(dict.fromkeys(self._warnings)))

    def _term(self, term: Term) -> PreparedTerm:
        factors = tuple(self._factor(factor, term) for factor in term.factors)
        names = tuple(_product_names(factors))
        kept = tuple(range(len(names)))
        if len(factors) == 1:
            return PreparedTerm(term, factors, names, kept)
        whole = PreparedTerm(term, factors, names, kept)
        seen = self._seen(whole)
        empty = tuple((i, name) for i, name in enumerate(names) if not seen[i])
        if empty:
            self._warnings.append(_empty_text(term, [name for _, name in empty], len(names)))
        baselines = self._baselines(term, factors)
        kept = tuple(i for i in kept if seen[i] and i != baselines)
        return PreparedTerm(term, factors, tuple(names[i] for i in kept), kept, empty)

    def _seen(self, term: PreparedTerm) -> BoolArray:
        """Return for each product of columns whether it is anything but 0 in some row."""
        seen = np.zeros(len(term.features), dtype=np.bool_)
        n_rows = len(next(iter(self._cells.values())).values)
        for start in range(0, n_rows, _ROWS):
            part = slice(start, start + _ROWS)
            cells = {f.coding: self._cells[f.coding].take(part) for f in term.factors}
            seen |= (term.of_cells(cells) != 0).any(axis=0)
            if seen.all():
                break
        return seen

    def _baselines(self, term: Term, factors: Sequence[PreparedFactor]) -> int | None:
        """Return the product that the intercept stands for, where two categories are alone."""
        both = all(len(f.levels) == len(f.column.levels) > 0 for f in factors)
        if not (both and self._fit_intercept):
            return None
        first, second = (f.levels.index(str(f.column.left_out)) for f in factors)
        return first * len(factors[1].levels) + second

    def _factor(self, factor: Factor, term: Term) -> PreparedFactor:
        cells = self._cells[coding_of(factor, self._cells)]
        column = fit_column(factor.column, cells, self._baseline.get(factor.column))
        if column.kind == CATEGORY:
            return self._category(factor, column, term)
        if factor.degree > 1:
            return self._polynomial(factor, column, cells)
        if factor.transform in ("center", "scale"):
            return self._centred(factor, column, cells)
        names = column.features if factor.is_plain else (factor.name,)
        return PreparedFactor(factor, column, names)

    def _category(self, factor: Factor, column: PreparedColumn, term: Term) -> PreparedFactor:
        """Leave a level out where the rest of the term is in the model without the category.

        That is R's rule: otherwise each level needs a column of its own.
        """
        others = [each for each in term.factors if each != factor]
        levels = column.levels
        if not others or self._stands_alone(others[0]):
            levels = column.kept_levels
        names = tuple(f"{column.name} = {level}" for level in levels)
        return PreparedFactor(factor, column, names, levels=levels)

    def _stands_alone(self, factor: Factor) -> bool:
        """Whether a term of one factor spans what this factor does."""
        alone = (term.factors[0] for term in self._terms if len(term.factors) == 1)
        return any(self._spans(other, factor) for other in alone)

    def _spans(self, other: Factor, factor: Factor) -> bool:
        if other == factor or other.column != factor.column:
            return other == factor
        codings = {coding_of(each, self._cells) for each in (other, factor)}
        if any(is_category for _, is_category in codings):
            return len(codings) == 1
        is_powers = not {other.transform, factor.transform} & {"log", "sqrt"}
        return self._fit_intercept and is_powers and other.degree >= factor.degree

    def _polynomial(self, factor: Factor, column: PreparedColumn, cells: Cells) -> PreparedFactor:
        values = column.filled(cells)
        degree = degree_carried(values, factor.degree)
        if degree < factor.degree:
            self._warnings.append(_degree_text(factor, degree))
        if factor.is_orthogonal:
            names = tuple(f"{factor.name}[{k}]" for k in range(1, degree + 1))
            orthogonal = orthogonal_of(values, degree) if degree else Orthogonal(0.0, 1.0, (), ())
            return PreparedFactor(factor, column, names, orthogonal=orthogonal)
        more = (f"{column.name}^{k}" for k in range(2, degree + 1))
        return PreparedFactor(factor, column, (column.features[0], *more))

    def _centred(self, factor: Factor, column: PreparedColumn, cells: Cells) -> PreparedFactor:
        values = column.filled(cells)
        centre = float(values[0]) + float((values - values[0]).mean())
        if factor.transform == "center":
            return PreparedFactor(factor, column, (factor.name,), centre)
        size = float(np.abs(values - centre).max())
        deviation = size * float(((values - centre) / (size or 1.0)).std(ddof=1))
        if column.is_constant or not 0 < deviation < np.inf:
            self._warnings.append(
                f"{factor.column!r} has the same value in every row used, so that {factor.label} "
                f"can't be had: it was left out of the fit."
            )
            return PreparedFactor(factor, column, (), centre)
        return PreparedFactor(factor, column, (factor.name,), centre, deviation)


def _is_own_name(term: PreparedTerm) -> bool:
    return term.term.is_plain and term.features == (term.factors[0].column.name,)


def _product_names(factors: Sequence[PreparedFactor]) -> list[str]:
    names = list(factors[0].names)
    for factor in factors[1:]:
        names = [f"{name}{TIMES}{other}" for name in names for other in factor.names]
    return names


def _degree_text(factor: Factor, degree: int) -> str:
    if not degree:
        return (
            f"{factor.column!r} has the same value in every row used: {factor.label} explains "
            f"nothing; leave it out."
        )
    return (
        f"{factor.column!r} has {degree + 1} different values in the rows used, too few for "
        f"{factor.label}: it was fitted with degree {degree}."
    )


def _empty_text(term: Term, empty: Sequence[str], n_products: int) -> str:
    shown = " and ".join(empty[:_SHOWN])
    more = f" and {len(empty) - _SHOWN} more" if len(empty) > _SHOWN else ""
    if len(empty) == n_products:
        return f"No row used has {shown}{more}: {term.label} was left out of the fit."
    return (
        f"No row used has {shown}{more}: {len(empty)} of the {n_products} columns of {term.label} "
        f"{'were' if len(empty) > 1 else 'was'} left out of the fit."
    )
