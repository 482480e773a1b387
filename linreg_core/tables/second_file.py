"""What sets a second file apart from the one that a fit was made with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from linreg_core.errors import DataError
from linreg_core.tables.encoding import match_columns
from table_reader import NUMBER, Table
from table_reader.options import Precedent


def differences(precedent: Precedent, second: Table, columns: Sequence[str]) -> tuple[str, ...]:
    """Return a sentence for each of `columns` whose numbers may mean something else in a file.

    `precedent` is that of the first file (`Table.precedent`), and `columns` are names in it. A
    column of percentages in only one of the two files is such a one: 12% is 12, and 0.12 is not.

    >>> import pandas as pd
    >>> second = Table(pd.DataFrame({"share": [0.05, 0.12]}))
    >>> first = Precedent(kinds=(("share", "number"),), shares=("share",))
    >>> differences(first, second, ["share"])[0].partition(":")[0]
    "Column 'share' has percentages in the first file, and numbers without a '%' in this one"
    """
    return tuple(_sentences(precedent, second, columns))


def _sentences(precedent: Precedent, second: Table, columns: Sequence[str]) -> Iterator[str]:
    kinds = dict(precedent.kinds)
    names = [str(name) for name in second.frame.columns]
    for column in columns:
        try:
            name = names[match_columns([column], names)[column]]
        except DataError:
            continue
        if kinds.get(column, NUMBER) != NUMBER or name not in second.numeric_columns:
            continue
        was, is_now = column in precedent.shares, name in second.shares
        if was and not is_now:
            yield _without_signs(column, second.frame[name].to_numpy(dtype=np.float64))
        elif is_now and not was:
            yield (
                f"Column {column!r} has percentages in this file (12% is read as 12), and numbers "
                f"without a '%' in the first one: if 0.12 stood there for 12%, the predictions are "
                f"wrong; write both files the same way."
            )


def _without_signs(column: str, values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> str:
    filled = values[np.isfinite(values)]
    if len(filled) and np.abs(filled).max() <= 1:
        looks = f"{filled[0]:.6g} is taken as {filled[0]:.6g}%, not as {100 * filled[0]:.6g}%"
    else:
        looks = "12 is taken as 12%, and 0.12 as 0.12%"
    return (
        f"Column {column!r} has percentages in the first file, and numbers without a '%' in this "
        f"one: {looks}; write them with a '%' if that is wrong."
    )
