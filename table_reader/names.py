"""Names for columns: clean, never empty, never the same."""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_NAME_CHARACTERS = 200
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\x80-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def clean_names(
    cells: Sequence[str] | None, n_columns: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return a name for every column, and what had to be done to the header's cells for that.

    >>> clean_names(["a", "", "a"], 3)[0]
    ('a', 'column 2', 'a (2)')
    """
    if cells is None:
        return tuple(f"column {i + 1}" for i in range(n_columns)), ()
    cleaned = [_cleaned(cell) for cell in cells]
    taken, names = set(cleaned), dict[str, None]()
    repeated, unnamed = list[str](), list[str]()
    for i, name in enumerate(cleaned):
        if not name:
            name = _free(f"column {i + 1}", taken)
            unnamed.append(name)
        elif name in names:
            name = _free(name, taken)
            repeated.append(name)
        taken.add(name)
        names[name] = None
    return tuple(names), _notes(unnamed, repeated)


def plain_name(name: str) -> str:
    """Return a name as it is compared across files: but for case and spaces.

    >>> plain_name(" Floor  area")
    'floor area'
    """
    return " ".join(name.split()).casefold()


def _cleaned(cell: str) -> str:
    return " ".join(_CONTROLS.sub(" ", cell).split())[:MAX_NAME_CHARACTERS]


def _free(name: str, taken: set[str]) -> str:
    """Return `name`, or the first of "name (2)", "name (3)", ... that is not taken."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    return free


def _notes(unnamed: list[str], repeated: list[str]) -> tuple[str, ...]:
    notes = []
    if unnamed:
        notes.append(_note(unnamed, "without a name", "named"))
    if repeated:
        notes.append(_note(repeated, "with the name of another", "renamed"))
    return tuple(notes)


def _note(names: list[str], which: str, what: str) -> str:
    were = f"A column {which} was" if len(names) == 1 else f"Columns {which} were"
    return f"{were} {what} {_listed(names)}."


def _listed(names: list[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:5])
    return shown + (", ..." if len(names) > 5 else "")
