"""A cell with a type of its own as it would stand in a text file."""

from __future__ import annotations

import datetime
from typing import Any, Final

LONGEST: Final = 1e21
"""Whole numbers from here on are written with powers of ten: no codes are that long."""
_HOUR: Final = datetime.timedelta(hours=1)


def cell_text(cell: Any) -> str:
    """Return a cell as it would stand in a text file; a duration is hours.

    >>> cell_text(3.0), cell_text(0.5), cell_text(True)
    ('3', '0.5', 'TRUE')
    """
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime.timedelta):
        cell = cell / _HOUR
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < LONGEST else repr(cell)
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell).strip()
