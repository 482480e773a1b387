"""What can be done to a model's terms: each change returns new terms, and the formula follows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from linreg_core.tables import (
    AS_CATEGORY,
    Factor,
    Term,
    columns_of,
    formula_text,
    parse_formula,
    without_repeats,
)

Terms = tuple[Term, ...]

_MOST_PARSED = 256


def as_they_are(features: Iterable[str]) -> Terms:
    """Return each column as it is."""
    return tuple(map(Term.of, features))


@lru_cache(_MOST_PARSED)
def parsed_terms(formula: str, features: tuple[str, ...]) -> Terms:
    """Return the terms of a formula's right side; "" stands for the features as they are.

    Raises FormulaError when it is no formula, or names a column that is no feature.
    """
    return parse_formula(formula, features).terms if formula else as_they_are(features)


def right_side(terms: Terms, features: Sequence[str]) -> str:
    """Return terms as a formula's right side, "" where they are the features as they are."""
    is_plain = terms == as_they_are(features)
    return "" if is_plain else formula_text(None, "identity", terms)


def fitted_to(terms: Terms, features: Sequence[str]) -> Terms:
    """Return the terms that these columns allow, and each column that no term has, as it is."""
    left = tuple(term for term in terms if {*term.columns} <= {*features})
    return left + as_they_are(name for name in features if name not in columns_of(left))


def with_factor(terms: Terms, factor: Factor, instead: Factor) -> Terms:
    """Return the terms with a factor taken otherwise, in its interactions as well.

    A column has one baseline: another one of its other uses makes place for that of `instead`.
    """

    def changed(each: Factor) -> Factor:
        if each == factor:
            return instead
        is_other = each.column == instead.column and None not in (each.baseline, instead.baseline)
        return replace(each, baseline=instead.baseline) if is_other else each

    return tuple(without_repeats(Term(tuple(map(changed, term.factors))) for term in terms))


def multiplied(terms: Terms, factor: Factor, column: str) -> Terms:
    """Return the terms with the interaction of a factor and a column, as the column is taken.

    A column that has no term of its own gets one.
    """
    alone = (term.factors[0] for term in terms if len(term.factors) == 1)
    other = next((each for each in alone if each.column == column), Factor(column))
    return tuple(without_repeats((*terms, Term((other,)), Term((factor, other)))))


def partners_of(terms: Terms, factor: Factor) -> set[str]:
    """Return the columns with which a factor has an interaction already."""
    return {name for term in terms if factor in term.factors for name in term.columns}


def taken_as(factor: Factor, transform: str) -> Factor:
    """Return a column with another transform."""
    return replace(factor, transform=transform, baseline=None)


def compared_with(factor: Factor, level: str | None, is_text: bool) -> Factor:
    """Return a column of values with another baseline; None: its most frequent one.

    A column of text is then itself, which says the same.
    """
    if level is None and is_text:
        return Factor(factor.column)
    return Factor(factor.column, AS_CATEGORY, level)
