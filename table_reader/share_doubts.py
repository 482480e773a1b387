"""Percentages in only one of two files of the same columns: 12% is 12, and 0.12 is not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np

from table_reader.names import plain_name
from table_reader.options import NUMBER, Precedent
from table_reader.table import SUSPICIOUS, Doubt


def share_doubts(
    precedent: Precedent, columns: Mapping[str, Any], shares: Collection[str]
) -> Iterator[Doubt]:
    """Yield a doubt for each column of numbers that is percentages in one of the files alone.

    `columns` are this file's values and `shares` its percentages, by name; names are the same
    whatever their case.
    """
    kinds = {plain_name(name): kind for name, kind in precedent.kinds}
    earlier = {plain_name(name) for name in precedent.shares}
    for name, values in columns.items():
        is_number = isinstance(values, np.ndarray) and values.dtype.kind in "if"
        if not is_number or kinds.get(plain_name(name)) != NUMBER:
            continue
        was = plain_name(name) in earlier
        if was and name not in shares:
            yield Doubt(SUSPICIOUS, name, _without_signs(name, values))
        elif not was and name in shares:
            yield Doubt(
                SUSPICIOUS,
                name,
                f"Column {name!r} has percentages here (12% is read as 12), and numbers without a "
                f"'%' in the first file: if 0.12 stood there for 12%, what is predicted is wrong; "
                f"write both the same way.",
            )


def _without_signs(name: str, values: Any) -> str:
    filled = values[np.isfinite(values)]
    if len(filled) and np.abs(filled).max() <= 1:
        looks = f"{filled[0]:.6g} is taken as {filled[0]:.6g}%, not as {100 * filled[0]:.6g}%"
    else:
        looks = "12 is taken as 12%, and 0.12 as 0.12%"
    return (
        f"Column {name!r} has percentages in the first file, and numbers without a '%' here: "
        f"{looks}; write them with a '%' if that is wrong."
    )
