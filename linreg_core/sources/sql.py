"""What we write of SQL: names and values in quotation marks, never another's text as it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence

from linreg_core.errors import DataError
from table_reader.wording import listed, shown

_BEFORE_WORDS = re.compile(r"\A(?:\s|\(|--[^\n]*\n|/\*.*?\*/)+", re.DOTALL)
_QUERY_WORDS = ("select", "with", "from", "values")
_WRITING_WORDS = (
    *("insert", "update", "delete", "create", "drop", "alter", "copy", "attach", "install"),
    *("load", "set", "pragma", "truncate", "merge", "call", "export", "import", "vacuum"),
    *("explain", "describe", "show", "summarize", "pivot", "unpivot", "begin", "prepare"),
    *("execute", "use", "detach", "checkpoint", "comment", "analyze", "replace", "force"),
)


def sql_name(name: str) -> str:
    """Return the name of a column or a table as SQL has it.

    >>> sql_name('the "new" price')
    '"the ""new"" price"'
    """
    return '"' + name.replace('"', '""') + '"'


def sql_text(text: str) -> str:
    """Return a text as SQL has it.

    >>> sql_text("o'clock")
    "'o''clock'"
    """
    return "'" + text.replace("'", "''") + "'"


def is_query(text: str) -> bool:
    """Whether a text is a query, or another statement, rather than a path.

    >>> is_query("SELECT * FROM 'sales.parquet'"), is_query("select.csv")
    (True, False)
    """
    words = _BEFORE_WORDS.sub("", text).split(maxsplit=1)
    return len(words) == 2 and words[0].lower() in (*_QUERY_WORDS, *_WRITING_WORDS)


def check_query(query: str, is_one: bool) -> None:
    """Raise DataError unless the query is one statement that only reads."""
    if not is_one:
        raise DataError(
            f"A query must be one SELECT, which only reads. Got {shown(query)}: leave the rest out."
        )


def chosen_table(wanted: str | None, tables: Sequence[str]) -> str:
    """Return the table that is meant: the one that is named, or the only one.

    Raises DataError when there is no such table, or more than one to choose from.
    """
    if wanted is None and len(tables) == 1:
        return tables[0]
    if wanted in tables:
        return str(wanted)
    there = listed(tables) if tables else "no table at all"
    if wanted is None:
        raise DataError(
            f"A table of the database must be named, as in '...?table=name'. It has {there}."
        )
    raise DataError(f"Table {wanted!r} must be one of the database's. It has {there}.")
