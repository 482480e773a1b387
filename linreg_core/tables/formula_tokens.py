"""A formula cut into pieces: operators, brackets, and what stands between them, with places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from linreg_core.tables.formula_errors import formula_error

DEEPEST: Final = 20
_QUOTED: Final = re.compile(
    r"""`(?:[^`]|``)*`(?!`) | "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*'""", re.VERBOSE | re.DOTALL
)
_OPERATORS: Final = ("~", "+", "-", ":", "*")
_POWERS: Final = "; a power is poly(a, 2, raw=True)"
_MEANT: Final = {"**": _POWERS, "^": _POWERS, "=": '; the target stands before "~"'}
SYNTAX: Final = 'Terms are joined by "+", ":" is an interaction, and "a * b" is a + b + a:b'


@dataclass(frozen=True)
class Piece:
    """A part of a formula's text, from `start` up to `stop`.

    `kind` is "operand" for a column, a call or a number, else "operator" or "bracket". Within a
    call it is "name", "quoted", "number", "text", "mark" or "other".
    """

    kind: str
    text: str
    start: int
    stop: int

    @property
    def place(self) -> tuple[int, int]:
        """Where it is."""
        return self.start, self.stop

    @property
    def is_operand(self) -> bool:
        """Whether it is a column, a call or a number."""
        return self.kind == "operand"

    @property
    def is_number(self) -> bool:
        """Whether it is a number, which only speaks of the intercept."""
        return self.is_operand and self.text[0].isdecimal()


def pieces_of(text: str) -> list[Piece]:
    """Return a formula's pieces, which follow one another as they may.

    Raises FormulaError when a quote or bracket is left open, something is no part of formulas, or
    operands and operators do not take turns.
    """
    masked = _masked(text)
    pieces = [piece for token in _tokens(text, masked) for piece in _pieces(text, token)]
    _check_turns(text, pieces)
    return pieces


def _masked(text: str) -> str:
    """Return the text with what is quoted as plain words of the same length.

    A name in backticks may have any character, which the tokenizer need not know.
    """
    masked = _QUOTED.sub(lambda found: "q" * len(found[0]), text)
    for mark, what in (("`", "A name in backticks"), ('"', "A text"), ("'", "A text")):
        if mark in masked:
            at = masked.index(mark)
            raise formula_error(
                text, f"{what} has no end", (at, len(text)), f"Close it with {mark}"
            )
    return masked


def _tokens(text: str, masked: str) -> list[Any]:
    from formulaic.errors import FormulaParsingError
    from formulaic.parser.algos.tokenize import tokenize

    for at, char in enumerate(masked):
        if char in "[]{}%\\":
            raise formula_error(text, f"{char!r} has no meaning in a formula", (at, at + 1), SYNTAX)
    try:
        return list(tokenize(masked))
    except FormulaParsingError:
        at = max(masked.rfind("("), 0)
        raise formula_error(text, "A bracket is not closed", (at, at + 1), "Close it") from None


def _pieces(text: str, token: Any) -> list[Piece]:
    start, stop = token.source_start, token.source_end + 1
    kind = token.kind.value
    if kind == "context":
        return [Piece("bracket", token.token, start, stop)]
    if kind != "operator":
        return [Piece("operand", text[start:stop], start, stop)]
    return [_operator(text, at) for at in range(start, stop) if not text[at].isspace()]


def _operator(text: str, at: int) -> Piece:
    found = "**" if text.startswith("**", at) else text[at]
    if found not in _OPERATORS:
        remedy = SYNTAX + _MEANT.get(found, "")
        place = (at, at + len(found))
        raise formula_error(text, f"{found!r} is no operator of formulas", place, remedy)
    return Piece("operator", found, at, at + 1)


def _check_turns(text: str, pieces: Sequence[Piece]) -> None:
    """Raise FormulaError unless operands and operators take turns, and brackets close."""
    opened: list[Piece] = []
    before: Piece | None = None
    tildes = 0
    for piece in pieces:
        wants_operand = before is None or before.kind == "operator" or before.text == "("
        if piece.text == "~":
            tildes += 1
            if tildes > 1 or opened:
                raise formula_error(text, 'There is more than one "~"', piece.place, SYNTAX)
            if before is not None and wants_operand:
                raise _missing(text, piece)
        elif wants_operand and _closes_or_joins(piece, before):
            raise _missing(text, piece)
        elif not wants_operand and (piece.is_operand or piece.text == "("):
            raise formula_error(text, "An operator is missing before this", piece.place, SYNTAX)
        _count_brackets(text, piece, opened)
        before = piece
    if opened:
        raise formula_error(text, "A bracket is not closed", opened[-1].place, "Close it")
    if before is None or before.kind == "operator":
        end = len(text)
        raise formula_error(text, "A term is missing at the end", (end, end), SYNTAX)


def _closes_or_joins(piece: Piece, before: Piece | None) -> bool:
    """Whether a piece can't stand where an operand must; one sign in front of it can."""
    if piece.kind == "operator":
        is_first = before is None or before.text in ("~", "(")
        return not (piece.text in ("+", "-") and is_first)
    return piece.text == ")"


def _missing(text: str, piece: Piece) -> Exception:
    return formula_error(text, "A term is missing before this", piece.place, SYNTAX)


def _count_brackets(text: str, piece: Piece, opened: list[Piece]) -> None:
    if piece.text == "(":
        opened.append(piece)
        if len(opened) > DEEPEST:
            what = f"Brackets go at most {DEEPEST} deep"
            raise formula_error(text, what, piece.place, "Take some out")
    elif piece.text == ")":
        if not opened:
            raise formula_error(text, "A bracket closes that was not opened", piece.place)
        opened.pop()
