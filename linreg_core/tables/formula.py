"""A model as one line: "price ~ log(area) + rooms * city", read and written.

formulaic finds what binds what; columns, functions and their arguments are read here, from a
closed list, and nothing is ever evaluated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from linreg_core.tables.formula_calls import factor_at
from linreg_core.tables.formula_errors import FormulaError, formula_error
from linreg_core.tables.formula_terms import summed_terms
from linreg_core.tables.formula_tokens import Piece, pieces_of
from linreg_core.tables.terms import (
    IDENTITY,
    Factor,
    Term,
    columns_of,
    two_baselines,
    without_repeats,
)
from table_reader.wording import shown

MOST_CHARACTERS: Final = 20_000


@dataclass(frozen=True)
class Formula:
    """What a formula says; `target` is None where it has no left side."""

    target: str | None
    target_transform: str
    terms: tuple[Term, ...]
    fit_intercept: bool

    @property
    def features(self) -> tuple[str, ...]:
        """The columns on the right side, in the order of their first use."""
        return columns_of(self.terms)


def parse_formula(text: str, columns: Sequence[str]) -> Formula:
    """Return what `text` says of a table with these columns.

    A formula has a target (or none), "~", and terms joined by "+": columns, calls of
    log, sqrt, poly, center, scale and C, interactions "a:b", and "a * b" for "a + b + a:b".
    "- 1" or "0 +" takes the intercept out. Other than plain names stand in backticks. The level
    that a column is compared with holds for all its uses, and may be told in one of them.

    Raises FormulaError, which knows the place, when it is no such formula.

    >>> formula = parse_formula("log(price) ~ area * city - 1", ["price", "area", "city"])
    >>> [term.label for term in formula.terms], formula.target, formula.fit_intercept
    (['area', 'city', 'area:city'], 'price', False)
    """
    if len(text) > MOST_CHARACTERS:
        raise FormulaError(
            f"A formula must have at most {MOST_CHARACTERS:,} characters. Got {len(text):,}.",
            (MOST_CHARACTERS, len(text)),
        )
    pieces = pieces_of(text)
    tilde = next((i for i, piece in enumerate(pieces) if piece.text == "~"), None)
    right = pieces if tilde is None else pieces[tilde + 1 :]
    left = [] if tilde is None else pieces[:tilde]
    target = _target(text, left, columns) if left else None
    terms, fit_intercept = summed_terms(text, right, columns)
    if two_baselines(terms) is not None:
        raise _second_baseline(text, right, columns)
    if target is not None and target.column in columns_of(terms):
        place = _place_of(text, right, columns, target.column)
        raise formula_error(
            text, f"The target {target.column!r} can't explain itself", place, "Take it out"
        )
    if target is None:
        return Formula(None, IDENTITY, terms, fit_intercept)
    return Formula(target.column, target.transform, terms, fit_intercept)


def formula_text(
    target: str | None,
    target_transform: str,
    terms: Iterable[Term],
    fit_intercept: bool = True,
) -> str:
    """Return the formula that says this, which `parse_formula` reads back.

    >>> formula_text("price", "log", [Term.of("area"), Term((Factor("city", "category"),))])
    'log(price) ~ area + C(city)'
    """
    right = " + ".join(_joined(tuple(without_repeats(terms)))) + ("" if fit_intercept else " - 1")
    if target is None:
        return right
    return f"{Factor(target, target_transform).label} ~ {right}"


def _joined(terms: tuple[Term, ...]) -> list[str]:
    """Return the terms' labels, with "a * b" where a, b and a:b follow one another."""
    parts: list[str] = []
    rest = list(terms)
    while rest:
        three = rest[:3]
        product = tuple(factor for term in three[:2] for factor in term.factors)
        if len(three) == 3 and len(product) == 2 and three[2].factors == product:
            parts.append(" * ".join(factor.label for factor in product))
            rest = rest[3:]
        else:
            parts.append(rest.pop(0).label)
    return parts


def _target(text: str, left: Sequence[Piece], columns: Sequence[str]) -> Factor:
    factor = factor_at(text, left[0], columns)
    if len(left) > 1:
        place = (left[1].start, left[-1].stop)
        raise formula_error(text, "The left side has one column, or its log", place)
    if factor.transform not in (IDENTITY, "log"):
        what = f"The target can be taken as it is or as its log, not as {factor.label}"
        raise formula_error(text, what, left[0].place)
    return factor


def _second_baseline(text: str, pieces: Sequence[Piece], columns: Sequence[str]) -> FormulaError:
    """Return the error on the first baseline that is another than the one before it."""
    told: dict[str, str] = {}
    for piece in _operands(pieces):
        factor = factor_at(text, piece, columns)
        if factor.baseline is None:
            continue
        before = told.setdefault(factor.column, factor.baseline)
        if before != factor.baseline:
            what = f"{shown(factor.column)} is compared with {shown(before)} before this"
            return formula_error(text, what, piece.place, "Name one level in all its uses")
    raise AssertionError("there are two baselines")


def _operands(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield what is a column or a call."""
    return (piece for piece in pieces if piece.is_operand and not piece.is_number)


def _place_of(
    text: str, pieces: Sequence[Piece], columns: Sequence[str], name: str
) -> tuple[int, int]:
    """Return where a column is used first."""
    found = (piece for piece in _operands(pieces) if factor_at(text, piece, columns).column == name)
    return next(found).place
