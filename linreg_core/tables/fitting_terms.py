"""What terms learn of the rows of a fit, and what could not be had of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from linreg_core.arrays import BoolArray
from linreg_core.tables.cell_facts import CellFacts
from linreg_core.tables.columns import PreparedColumn, free_feature
from linreg_core.tables.polynomials import Orthogonal
from linreg_core.tables.prepared_terms import PreparedFactor, PreparedTerm, coding_of
from linreg_core.tables.terms import Factor, Term, baselines_of
from table_reader import CATEGORY

TIMES: Final = " × "
_SHOWN: Final = 3


@dataclass(frozen=True)
class FittedTerms:
    """The terms of a model, and whole sentences on what could not be had of them."""

    terms: tuple[PreparedTerm, ...]
    warnings: tuple[str, ...]


class TermFitting:
    """Learns what terms need of the used rows' cells."""

    def __init__(self, terms: Sequence[Term], facts: CellFacts, fit_intercept: bool) -> None:
        self._terms, self._facts, self._fit_intercept = tuple(terms), facts, fit_intercept
        self._baseline = baselines_of(self._terms)
        self._warnings: list[list[str]] = []

    @np.errstate(all="ignore")
    def fitted(self) -> FittedTerms:
        """Return the terms, with names of their columns of X that are all different.

        Raises DataError when a category has too many levels, or not its baseline.
        """
        terms = self._with_products([self._whole(term) for term in self._terms])
        taken = {term.features[0] for term in terms if _is_own_name(term)}
        for i, term in enumerate(terms):
            if not _is_own_name(term):
                names = tuple(free_feature(name, taken) for name in term.features)
                terms[i] = replace(term, features=names)
        warnings = (warning for each in self._warnings for warning in each)
        return FittedTerms(tuple(terms), tuple(dict.fromkeys(warnings)))

    def _whole(self, term: Term) -> PreparedTerm:
        """Return a term with all products of its factors; what is doubtful about it comes last."""
        self._warnings.append([])
        factors = tuple(self._factor(factor, term) for factor in term.factors)
        names = tuple(_product_names(factors))
        return PreparedTerm(term, factors, names, tuple(range(len(names))))

    def _with_products(self, wholes: Sequence[PreparedTerm]) -> list[PreparedTerm]:
        """Return the terms without products that are 0 in every row: all are looked at together."""
        found = list(wholes)
        places = [i for i, whole in enumerate(wholes) if len(whole.factors) > 1]
        if places:
            every = self._facts.seen([wholes[i] for i in places])
            for i, seen in zip(places, every, strict=True):
                found[i] = self._products(wholes[i], seen, self._warnings[i])
        return found

    def _products(self, whole: PreparedTerm, seen: BoolArray, told: list[str]) -> PreparedTerm:
        names = whole.features
        empty = tuple((i, name) for i, name in enumerate(names) if not seen[i])
        if empty:
            told.append(_empty_text(whole.term, [name for _, name in empty], len(names)))
        baselines = self._baselines(whole.term, whole.factors)
        kept = tuple(i for i in whole.kept if seen[i] and i != baselines)
        features = tuple(names[i] for i in kept)
        return replace(whole, features=features, kept=kept, left_out=empty)

    def _baselines(self, term: Term, factors: Sequence[PreparedFactor]) -> int | None:
        """Return the product that the intercept stands for, where two categories are alone."""
        both = all(len(f.levels) == len(f.column.levels) > 0 for f in factors)
        if not (both and self._fit_intercept):
            return None
        first, second = (f.levels.index(str(f.column.left_out)) for f in factors)
        return first * len(factors[1].levels) + second

    def _factor(self, factor: Factor, term: Term) -> PreparedFactor:
        coding = coding_of(factor, self._facts.codings)
        column = self._facts.column(coding, self._baseline.get(factor.column))
        if column.kind == CATEGORY:
            return self._category(factor, column, term)
        if factor.degree > 1:
            return self._polynomial(factor, column)
        if factor.transform in ("center", "scale"):
            return self._centred(factor, column)
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
        codings = {coding_of(each, self._facts.codings) for each in (other, factor)}
        if any(is_category for _, is_category in codings):
            return len(codings) == 1
        is_powers = not {other.transform, factor.transform} & {"log", "sqrt"}
        return self._fit_intercept and is_powers and other.degree >= factor.degree

    def _polynomial(self, factor: Factor, column: PreparedColumn) -> PreparedFactor:
        degree = self._facts.degree(column, factor.degree)
        if degree < factor.degree:
            self._warnings[-1].append(_degree_text(factor, degree))
        if factor.is_orthogonal:
            names = tuple(f"{factor.name}[{k}]" for k in range(1, degree + 1))
            nothing = Orthogonal(0.0, 1.0, (), ())
            orthogonal = self._facts.orthogonal(column, degree) if degree else nothing
            return PreparedFactor(factor, column, names, orthogonal=orthogonal)
        more = (f"{column.name}^{k}" for k in range(2, degree + 1))
        return PreparedFactor(factor, column, (column.features[0], *more))

    def _centred(self, factor: Factor, column: PreparedColumn) -> PreparedFactor:
        centre = self._facts.centre(column)
        if factor.transform == "center":
            return PreparedFactor(factor, column, (factor.name,), centre)
        deviation = self._facts.deviation(column, centre)
        if column.is_constant or not 0 < deviation < np.inf:
            self._warnings[-1].append(
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
