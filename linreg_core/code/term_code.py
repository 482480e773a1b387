"""Terms as code: what a model makes of a file's columns, in numpy."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.code.cell_code import CodedFeature, coded_level, coded_numbers
from linreg_core.tables import PreparedFactor, coded_values
from table_reader import CATEGORY

if TYPE_CHECKING:
    from pandas import DataFrame

    from linreg_core.tables import Recipe

ORTHOGONAL_CODE: Final = '''
def orthogonal(x, centre, scale, alpha, norm2):
    """Polynomials that are orthonormal over the rows of the fit, by their recurrence."""
    u = (np.asarray(x, float) - centre) / scale
    before, now, columns = 0.0, np.ones(len(u)), []
    for k in range(len(alpha)):
        ratio = norm2[k] / norm2[k - 1] if k else 0.0
        before, now = now, (u - alpha[k]) * now - ratio * before
        columns.append(now / np.sqrt(norm2[k + 1]))
    return np.column_stack(columns)

'''


@dataclass
class TermCode:
    """The columns of X as code, and the lines that have to stand before them."""

    features: list[CodedFeature] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def term_code(file: DataFrame, read: DataFrame, recipe: Recipe) -> TermCode | None:
    """Return what `recipe`'s terms make of the columns of `file`, None where that can't be told.

    `file` has the used rows as a script reads them, and `read` the same rows as the fit has them.
    """
    code = TermCode()
    for term in recipe.terms:
        parts = [_factor_code(each, file, read, code) for each in term.factors]
        told = [part for part in parts if part is not None]
        if len(told) < len(parts):
            return None
        every = [_product(columns) for columns in product(*told)]
        code.features += [every[i] for i in term.kept]
    return code


def _factor_code(
    prepared: PreparedFactor, file: DataFrame, read: DataFrame, code: TermCode
) -> list[CodedFeature] | None:
    column = prepared.column
    base = coded_values(column, read[column.name])
    cells = file[column.name]
    if column.kind == CATEGORY:
        levels = [
            coded_level(cells, column, level, np.asarray(base == column.levels.index(level), float))
            for level in prepared.levels
        ]
        told = [each for each in levels if each is not None]
        return told if len(told) == len(levels) else None
    found = coded_numbers(cells, column, base)
    if found is None:
        return None
    codes = _transformed(prepared, found.code, code)
    values = prepared.of_values(base)
    return [CodedFeature(each, values[:, k]) for k, each in enumerate(codes)]


def _transformed(prepared: PreparedFactor, base: str, code: TermCode) -> list[str]:
    """Return the code of a factor's columns, made of the code of its column's numbers."""
    factor, inner = prepared.factor, base if _is_simple(base) else f"({base})"
    if prepared.orthogonal is not None:
        return _polynomials(prepared, base, code)
    if factor.degree > 1:
        powers = range(2, len(prepared.names) + 1)
        return [base, *(f"{inner} ** {power}" for power in powers)]
    if not prepared.names or factor.is_plain:
        return [base] * len(prepared.names)
    if factor.transform in ("log", "sqrt"):
        return [f"np.{factor.transform}({base})"]
    centred = f"({inner} - {prepared.centre!r})"
    return [centred if factor.transform == "center" else f"{centred} / {prepared.scale!r}"]


def _polynomials(prepared: PreparedFactor, base: str, code: TermCode) -> list[str]:
    """Return the columns of a call of `orthogonal`, which stands in a line of its own."""
    fitted = prepared.orthogonal
    assert fitted is not None
    if not code.lines:
        code.lines += ORTHOGONAL_CODE.splitlines()
    numbers = (fitted.centre, fitted.scale, list(fitted.alpha), list(fitted.norm2))
    call = f"orthogonal({base}, {', '.join(map(repr, numbers))})"
    lines = [line for line in code.lines if line.endswith(f" = {call}")]
    name = f"poly_{len(code.lines)}"
    if lines:
        name = lines[0].split(" = ")[0]
    else:
        code.lines.append(f"{name} = {call}")
    return [f"{name}[:, {k}]" for k in range(fitted.degree)]


def _product(columns: tuple[CodedFeature, ...]) -> CodedFeature:
    if len(columns) == 1:
        return columns[0]
    code = " * ".join(_as_numbers(column.code) for column in columns)
    values: FloatArray = np.prod([column.values for column in columns], axis=0)
    return CodedFeature(code, values)


def _as_numbers(code: str) -> str:
    """Return code that may be multiplied: comparisons as numbers, the rest in brackets."""
    if " == " in code:
        return f"({code}).to_numpy(float)"
    return code if _is_simple(code) else f"({code})"


def _is_simple(code: str) -> bool:
    return not any(mark in code for mark in (" - ", " / ", " ** ", " == "))
