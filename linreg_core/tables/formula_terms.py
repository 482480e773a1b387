"""The terms of a formula's right side: sums, differences, interactions and products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from linreg_core.tables.formula_calls import factor_at
from linreg_core.tables.formula_errors import FormulaError, formula_error
from linreg_core.tables.formula_tokens import SYNTAX, Piece
from linreg_core.tables.terms import MOST_FACTORS, Factor, Term

MOST_FORMULA_TERMS: Final = 1_000
_Factors = tuple[Factor, ...]


@dataclass(frozen=True)
class _Sum:
    """A part of a formula: its terms, each once, and what it says of the intercept."""

    terms: dict[frozenset[Factor], _Factors]
    intercept: bool | None
    start: int
    stop: int


def summed_terms(
    text: str, pieces: Sequence[Piece], columns: Sequence[str]
) -> tuple[tuple[Term, ...], bool]:
    """Return the terms, in the order of the text, and whether there is an intercept.

    Raises FormulaError when there are none, too many, or a term has more than two factors.
    """
    found = _Walk(text, columns).sum_of(_tree(text, pieces))
    if not found.terms:
        place = (found.start, found.stop)
        raise formula_error(text, "A model needs at least one column", place, SYNTAX)
    intercept = found.intercept is not False
    return tuple(Term(factors) for factors in found.terms.values()), intercept


def _tree(text: str, pieces: Sequence[Piece]) -> Any:
    """Return formulaic's syntax tree, whose leaves are tokens with the pieces' places."""
    from formulaic.errors import FormulaParsingError
    from formulaic.parser.algos.tokens_to_ast import tokens_to_ast
    from formulaic.parser.parser import DefaultOperatorResolver
    from formulaic.parser.types import Token

    kinds = {"operand": "name", "operator": "operator", "bracket": "context"}
    tokens = [
        Token(
            piece.text,
            kind=kinds[piece.kind],
            source=text,
            source_start=piece.start,
            source_end=piece.stop,
        )
        for piece in pieces
    ]
    try:
        return tokens_to_ast(tokens, DefaultOperatorResolver())
    except FormulaParsingError:  # what its pieces' turns do not show
        place = (pieces[0].start, pieces[-1].stop) if pieces else (0, len(text))
        raise formula_error(text, "This is no formula", place, SYNTAX) from None


class _Walk:
    """Makes terms of a syntax tree, from its leaves up and without recursion."""

    def __init__(self, text: str, columns: Sequence[str]) -> None:
        self._text, self._columns = text, columns

    def sum_of(self, tree: Any) -> _Sum:
        waiting, done = [(tree, False)], list[_Sum]()
        while waiting:
            node, is_ready = waiting.pop()
            if not hasattr(node, "args"):
                done.append(self._leaf(node))
            elif not is_ready:
                waiting.append((node, True))
                waiting += [(child, False) for child in reversed(list(node.args))]
            else:
                n_parts = len(list(node.args))
                parts = done[-n_parts:]
                del done[-n_parts:]
                done.append(self._joined(str(node.operator.symbol), parts))
        return done[0]

    def _leaf(self, token: Any) -> _Sum:
        piece = Piece("operand", token.token, token.source_start, token.source_end)
        if piece.text in ("0", "1"):
            return _Sum({}, piece.text == "1", *piece.place)
        if piece.is_number:
            what = f"{piece.text!r} is no term: 1 and 0 speak of the intercept"
            raise formula_error(self._text, what, piece.place, SYNTAX)
        factors = (factor_at(self._text, piece, self._columns),)
        return _Sum({frozenset(factors): factors}, None, *piece.place)

    def _joined(self, symbol: str, parts: Sequence[_Sum]) -> _Sum:
        start, stop = parts[0].start, parts[-1].stop
        if len(parts) == 1:
            nothing = _Sum({}, None, start, stop)
            return self._minus(nothing, parts[0]) if symbol == "-" else parts[0]
        left, right = parts
        if symbol == "-":
            return self._minus(left, right)
        products: list[tuple[frozenset[Factor], _Factors]] = []
        if symbol in (":", "*"):
            self._check_factors(left, right)
            products = self._products(left, right)
        # The left part is nobody else's: a long sum is made in place.
        terms = left.terms if symbol != ":" else {}
        added = [*right.terms.items(), *products] if symbol != ":" else products
        for key, factors in added:
            terms.setdefault(key, factors)
        intercept = left.intercept if right.intercept is None else right.intercept
        return _Sum(terms, intercept, start, stop)

    def _minus(self, left: _Sum, right: _Sum) -> _Sum:
        for key, factors in right.terms.items():
            if key not in left.terms:
                what = f"{Term(factors).label} is not there to be taken out"
                raise formula_error(self._text, what, (right.start, right.stop), SYNTAX)
        terms = {key: each for key, each in left.terms.items() if key not in right.terms}
        taken = None if right.intercept is None else not right.intercept
        intercept = left.intercept if taken is None else taken
        return _Sum(terms, intercept, left.start, right.stop)

    def _check_factors(self, left: _Sum, right: _Sum) -> None:
        for part in (left, right):
            if part.intercept is not None:
                what = "The intercept can't be a part of an interaction"
                raise formula_error(self._text, what, (part.start, part.stop), SYNTAX)
        if len(left.terms) * len(right.terms) > MOST_FORMULA_TERMS:
            raise self._too_many(left, right)

    def _products(self, left: _Sum, right: _Sum) -> list[tuple[frozenset[Factor], _Factors]]:
        found = []
        for one in left.terms.values():
            for other in right.terms.values():
                factors = tuple(dict.fromkeys((*one, *other)))
                if len(factors) > MOST_FACTORS:
                    raise formula_error(
                        self._text,
                        f"{':'.join(factor.label for factor in factors)} has more than two parts",
                        (left.start, right.stop),
                        "An interaction is of two columns",
                    )
                found.append((frozenset(factors), factors))
        return found

    def _too_many(self, left: _Sum, right: _Sum) -> FormulaError:
        what = f"This has more than {MOST_FORMULA_TERMS:,} terms"
        return formula_error(self._text, what, (left.start, right.stop))
