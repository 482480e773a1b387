"""The address of a database that is a file: which file, and which of its tables."""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

from linreg_core.errors import DataError
from table_reader.wording import shown


def file_and_table(address: str) -> tuple[str, str | None]:
    """Return the path in "sqlite:///sales.db?table=sales" or "duckdb:///...", and the table.

    A path is taken as it stands where there is a file of that name, and else as addresses spell
    it: ? as %3F, # as %23.

    Raises DataError when there is no such file, and ? or # may be why.

    >>> file_and_table("sqlite:///%C3%BCber%20all.db?table=sales")
    ('über all.db', 'sales')
    """
    place = address.partition("://")[2].partition("/")[2]
    for path, query in _as_they_stand(place):
        if os.path.isfile(path):
            return path, _table(query)
    split = urlsplit(address)
    path, table = unquote(split.path[1:]), _table(split.query)
    is_cut = "#" in place or (bool(split.query) and table is None)
    if is_cut and not os.path.exists(path):
        raise DataError(
            f"A database's address must name a file, with ? and # in its name written as %3F and "
            f"%23. There is none for {shown(os.path.basename(place))}: check the path."
        )
    return path, table


def _as_they_stand(place: str) -> Iterator[tuple[str, str]]:
    """Yield what may be path and query: a name may have the sign that begins a query."""
    path, sign, query = place.rpartition("?")
    if sign:
        yield path, query
    yield place, ""


def _table(query: str) -> str | None:
    return parse_qs(query).get("table", [None])[0]
