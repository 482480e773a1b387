"""Columns and calls of functions in a formula: a closed list, whose arguments are read by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final, NoReturn

from linreg_core.tables.formula_errors import formula_error
from linreg_core.tables.formula_tokens import Piece
from linreg_core.tables.terms import AS_CATEGORY, MAX_DEGREE, Factor
from table_reader.wording import listed, shown

FUNCTIONS: Final = (
    "log(a)", "sqrt(a)", "poly(a, 2)", "poly(a, 2, raw=True)", "center(a)", "scale(a)",
    'C(a, base="level")',
)  # fmt: skip
"""Every function that a formula may call, as it is called."""
_LIST: Final = "The functions are " + ", ".join(FUNCTIONS)
_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<name>[^\W\d][\w.]*)|(?P<quoted>`(?:[^`]|``)*`)|(?P<number>\d+(?:\.\d*)?)
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<mark>[(),=])|(?P<other>\S))""",
    re.VERBOSE | re.DOTALL,
)
_LONGEST_GUESSED: Final = 60


@dataclass(frozen=True)
class _Argument:
    """One argument of a call: its name, "" where it has none, and what it is."""

    name: str
    value: Piece


def factor_at(text: str, piece: Piece, columns: Sequence[str]) -> Factor:
    """Return the factor that a piece of a formula is.

    Raises FormulaError when it names no column, calls nothing on the list, or with wrong arguments.
    """
    tokens = _tokens(text, piece)
    first = tokens[0]
    if len(tokens) == 1 and first.kind in ("name", "quoted"):
        return Factor(_column(text, first, columns))
    if first.kind != "name" or len(tokens) < 2 or tokens[1].text != "(":
        raise formula_error(text, "This is neither a column nor a function", piece.place, _LIST)
    make = _MAKERS.get(first.text)
    if make is None:
        what = f"There is no function {shown(first.text)}"
        raise formula_error(text, what, first.place, _LIST)
    _check_marks(text, tokens)
    arguments = _arguments(text, tokens[2:], piece)
    if not arguments or arguments[0].name or arguments[0].value.kind not in ("name", "quoted"):
        place = arguments[0].value.place if arguments else piece.place
        what = f"{first.text}() needs a column first"
        raise formula_error(text, what, place, _LIST)
    column = _column(text, arguments[0].value, columns)
    return make(_Call(text, piece, column, arguments[1:]))


@dataclass(frozen=True)
class _Call:
    """A call whose column is known, with its other arguments."""

    text: str
    piece: Piece
    column: str
    arguments: Sequence[_Argument]

    def refuse(self, what: str, place: tuple[int, int] | None = None) -> NoReturn:
        raise formula_error(self.text, what, place or self.piece.place, _LIST)


def _tokens(text: str, piece: Piece) -> list[Piece]:
    found = _TOKEN.finditer(text, piece.start, piece.stop)
    return [
        Piece(str(each.lastgroup), each[str(each.lastgroup)], *each.span(str(each.lastgroup)))
        for each in found
    ]


def _check_marks(text: str, tokens: Sequence[Piece]) -> None:
    for token in tokens:
        if token.kind == "other":
            what = f"{token.text!r} can't stand in a call"
            raise formula_error(text, what, token.place, _LIST)


def _arguments(text: str, tokens: Sequence[Piece], piece: Piece) -> list[_Argument]:
    """Return what stands between the brackets: values, each with a name or without."""
    if not tokens or tokens[-1].text != ")":
        raise formula_error(text, "The call has no end", piece.place, _LIST)
    arguments: list[_Argument] = []
    rest = list(tokens[:-1])
    while rest:
        name = ""
        if len(rest) > 1 and rest[0].kind == "name" and rest[1].text == "=":
            name, rest = rest[0].text, rest[2:]
        if not rest or rest[0].kind == "mark":
            place = rest[0].place if rest else tokens[-1].place
            raise formula_error(text, "An argument is missing", place, _LIST)
        arguments.append(_Argument(name, rest.pop(0)))
        if rest and (rest[0].text != "," or len(rest) == 1):
            what = "A function takes one column, and numbers or texts after it"
            raise formula_error(text, what, rest[0].place, _LIST)
        rest = rest[1:]
    return arguments


def _column(text: str, token: Piece, columns: Sequence[str]) -> str:
    name = token.text
    if token.kind == "quoted":
        name = name[1:-1].replace("``", "`")
    if name not in columns:
        what, remedy = unknown_column(name, columns)
        raise formula_error(text, what, token.place, remedy)
    return name


def unknown_column(name: str, columns: Sequence[str]) -> tuple[str, str]:
    """Return what is said of a column that is not there, and what there is instead."""
    folded = {column.casefold(): column for column in columns}
    near = [folded[each] for each in _near(name.casefold(), list(folded))]
    there = f"The columns are {listed(columns)}"
    if near:
        there = f"Did you mean {' or '.join(map(repr, near))}? {there}"
    return f"There is no column {shown(name)}", there


def _near(name: str, names: list[str]) -> list[str]:
    return get_close_matches(name, names, n=3) if len(name) <= _LONGEST_GUESSED else []


def _plain_call(transform: str) -> Callable[[_Call], Factor]:
    def make(call: _Call) -> Factor:
        if call.arguments:
            call.refuse(f"{transform}() takes one column", call.arguments[0].value.place)
        return Factor(call.column, transform)

    return make


def _poly(call: _Call) -> Factor:
    degree, kind = None, "poly"
    for argument in call.arguments:
        token = argument.value
        if argument.name == "raw" and token.text in ("True", "False", "TRUE", "FALSE"):
            kind = "raw" if token.text in ("True", "TRUE") else "poly"
        elif argument.name in ("", "degree") and token.kind == "number" and degree is None:
            degree = int(token.text) if token.text.isdecimal() and len(token.text) < 4 else 0
            if not 2 <= degree <= MAX_DEGREE:
                call.refuse(f"The degree must be a number from 2 to {MAX_DEGREE}", token.place)
        else:
            call.refuse("poly() takes a column, a degree, and raw=True or not", token.place)
    if degree is None:
        call.refuse("poly() needs a degree")
    return Factor(call.column, f"{kind}{degree}")


def _category(call: _Call) -> Factor:
    if not call.arguments:
        return Factor(call.column, AS_CATEGORY)
    argument = call.arguments[0]
    is_base = argument.name == "base" and argument.value.kind in ("text", "number")
    if not is_base or len(call.arguments) > 1:
        call.refuse("C() takes a column and the level to compare with", argument.value.place)
    level = argument.value.text
    if argument.value.kind == "text":
        level = re.sub(r"\\(.)", r"\1", level[1:-1], flags=re.DOTALL)
    return Factor(call.column, AS_CATEGORY, level)


_MAKERS: Final = MappingProxyType(
    {name: _plain_call(name) for name in ("log", "sqrt", "center", "scale")}
    | {"poly": _poly, "C": _category}
)
