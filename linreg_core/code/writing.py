"""Python source, written: names and numbers as literals that stand for exactly what they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from linreg_core.arrays import FloatArray, IntArray

_WIDTH = 96
"""Where lines of numbers are wrapped."""
_LONGEST_NAME = 60


def literal(text: str) -> str:
    """Return a literal of any text: what cannot be printed, as a line's end, is escaped.

    >>> print(literal("a\\nb"), literal("it's"), literal('"x"'))
    "a\\nb" "it's" '"x"'
    """
    text = repr(str(text))
    return text if '"' in text else f'"{text[1:-1]}"'


def named(text: str) -> str:
    """Return text for a comment: on one line, in quotes, and cut where it is long."""
    text = str(text)
    return literal(text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 3] + "...")


def assigned(name: str, values: FloatArray | IntArray) -> list[str]:
    """Return the lines that give `name` an array, whose numbers come back to the last bit.

    >>> assigned("x", np.array([0.5, 1.0]))
    ['x = np.array([0.5, 1.0])']
    """
    short = f"{name} = np.array({values.tolist()!r})"
    if len(short) <= _WIDTH:
        return [short]
    if values.ndim == 1:
        rows = wrapped([repr(value) for value in values.tolist()], 8)
    else:
        rows = [line for row in values.tolist() for line in _row(row)]
    return [f"{name} = np.array(", "    [", *rows, "    ]", ")"]


def _row(row: Sequence[float]) -> list[str]:
    line = f"        {list(row)!r},"
    if len(line) <= _WIDTH:
        return [line]
    return ["        [", *wrapped([repr(value) for value in row], 12), "        ],"]


def wrapped(items: Iterable[str], indent: int) -> list[str]:
    """Return lines of as many items as fit, each followed by a comma."""
    lines: list[str] = []
    line = ""
    for item in items:
        if line and indent + len(line) + len(item) + 2 > _WIDTH:
            lines.append(" " * indent + line)
            line = ""
        line += f" {item}," if line else f"{item},"
    return [*lines, " " * indent + line] if line else lines


def indented(lines: Iterable[str], depth: int = 1) -> list[str]:
    """Return lines that stand deeper."""
    return [f"{'    ' * depth}{line}" if line else line for line in lines]


def plain(value: float) -> float | int:
    """Return a number as a plain one, whose repr is a literal."""
    return value.item() if isinstance(value, np.generic) else value
