"""What is said about a column of numbers: what was taken off, grouped, negative or no number."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from table_reader.arrays import BoolArray, FloatArray
from table_reader.columns.cells import matches, quoted_cell
from table_reader.columns.numbers import Numbers


def number_notes(
    numbers: Numbers, decimal: str, values: FloatArray, reason: str | None, strays: BoolArray
) -> Iterator[str]:
    """Yield whole sentences on how a column of numbers was read."""
    name = repr(numbers.cells.name)
    stripped = numbers.stripped
    if stripped is not None:
        for sign, mask in stripped.signed.items():
            if not (mask & ~strays).any():
                continue
            example = "; 12% is 12" if sign == "%" else ""
            yield f"Column {name}: {sign!r} was taken off{example}."
        if stripped.powers is not None and (scaled := (stripped.powers > 0) & ~strays).any():
            words = ", ".join(map(repr, stripped.scales))
            yield _as(numbers, scaled, values, f"a number is multiplied by its {words}")
        if (stripped.parenthesised & ~strays).any():
            yield _as(numbers, stripped.parenthesised, values, "parentheses mean minus")
        minus = stripped.negative & ~stripped.parenthesised & ~strays
        if minus.any() and (minus := minus & matches(numbers.cells.text, "-$")).any():
            yield _as(numbers, minus, values, "a minus behind a number is its sign")
    marks = (" ", "'", "," if decimal == "." else ".")
    grouped = np.any([numbers.contains(mark) for mark in marks], axis=0) & numbers.valid & ~strays
    if grouped.any():
        yield _as(numbers, grouped, values, "thousands are separated", reason)
    elif reason is not None:
        yield _as(numbers, numbers.ambiguous, values, f"decimal {_word(decimal)}", reason)


def stray_note(numbers: Numbers, strays: BoolArray) -> str:
    """Return a sentence on the cells of a column of numbers that are none."""
    cells, n = numbers.cells, int(strays.sum())
    what = "1 cell that is not a number" if n == 1 else f"{n:,} cells that are not numbers"
    return (
        f"Column {cells.name!r} has {what}, taken as missing: {cells.examples(strays)} "
        f"({cells.rows(strays)})."
    )


def _as(
    numbers: Numbers, which: BoolArray, values: FloatArray, rule: str, reason: str | None = None
) -> str:
    i = int(np.flatnonzero(which)[0])
    example = quoted_cell(numbers.cells.original[i].as_py())
    why = f", {reason}" if reason else ""
    return f"Column {numbers.cells.name!r}: {rule}; {example} was read as {values[i]:.15g}{why}."


def _word(decimal: str) -> str:
    return "point" if decimal == "." else "comma"
