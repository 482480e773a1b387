"""Values, names and numbers as messages put them."""

from __future__ import annotations

from collections.abc import Iterable

SHOWN_CHARACTERS = 80
SHOWN_ROWS = 5
SHOWN_COLUMNS = 20


def shown(value: object) -> str:
    """Return `value` as a message shows it: its repr, cut where it gets long.

    >>> shown("sgd"), shown(float("nan"))
    ("'sgd'", 'nan')
    """
    plain = value.item() if hasattr(value, "item") and getattr(value, "size", 0) == 1 else value
    text = " ".join(repr(plain).split())
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 3] + "..."


def counted(number: int, thing: str) -> str:
    """Return how many there are of a thing, as people say it.

    >>> counted(1, "row"), counted(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def listed(columns: Iterable[object], most: int = SHOWN_COLUMNS) -> str:
    """Return names as a message lists them: quoted, with "..." where there are many.

    >>> listed("abc", most=2)
    "'a', 'b', ..."
    """
    names = [repr(str(column)) for column in columns]
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")


def rows_text(numbers: Iterable[int]) -> str:
    """Return row numbers as a message lists them.

    >>> rows_text([3]), rows_text([4, 9])
    ('row 3', 'rows 4, 9')
    """
    every = [str(number) for number in numbers]
    more = ", ..." if len(every) > SHOWN_ROWS else ""
    return f"row{'s' if len(every) != 1 else ''} {', '.join(every[:SHOWN_ROWS])}{more}"
