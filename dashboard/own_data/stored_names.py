"""The data that whoever runs the server has named: visitors open these, and nothing else."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from dashboard.controls.control import parse_choice
from dashboard.own_data.examples import EXAMPLES
from linreg_core import ConfigError
from table_reader.wording import shown

SOURCES_VARIABLE: Final = "LINREG_LIVE_SOURCES"
"""The environment variable that names them: "Sales=/data/sales; Trips=/data/trips.parquet"."""
MOST_SOURCE_NAME: Final = 60
STORED: Final = "stored:"
"""What the names of their tables begin with, in links too."""
_log = logging.getLogger(__name__)


def named_sources() -> Mapping[str, str]:
    """Return where each of them is, by its name, as the server is set."""
    return _parsed(os.environ.get(SOURCES_VARIABLE, ""))


@lru_cache(maxsize=8)
def _parsed(text: str) -> Mapping[str, str]:
    """Return the places by name; entries that are none are told in the log, once.

    They stand in lines of their own, or in one line with semicolons between them. A place may hold
    a password: what is no entry is told by its number.
    """
    found: dict[str, str] = {}
    for number, entry in enumerate(_entries(text), start=1):
        name, sign, place = (part.strip() for part in entry.partition("="))
        if not sign or not place or not 0 < len(name) <= MOST_SOURCE_NAME or not name.isprintable():
            _log.warning(
                "%s must have entries such as Sales=/data/sales, with names of at most %d letters. "
                "Entry %d is none.",
                *(SOURCES_VARIABLE, MOST_SOURCE_NAME, number),
            )
        elif name in found:
            _log.warning("%s must name each source once. Got %r again.", SOURCES_VARIABLE, name)
        else:
            found[name] = place
    return MappingProxyType(found)


def _entries(text: str) -> Iterator[str]:
    lines = text.strip().splitlines()
    parts = lines if len(lines) > 1 else text.split(";")
    return (part for part in parts if part.strip())


def source_of_table(table: str) -> str | None:
    """Return the name of the source that a page's table is a sample of; None: it is another one."""
    return table.removeprefix(STORED) if table.startswith(STORED) else None


def parse_table(text: str) -> str:
    """Return the name of a table that everybody can open here; "" is the visitor's own.

    Raises ConfigError when there is none of that name.
    """
    source = source_of_table(text)
    if source is None:
        return parse_choice("table", text, ("", *EXAMPLES))
    if source not in named_sources():
        raise ConfigError(
            f"`table` must be one that this server has. Got the stored data {shown(source)}: ask "
            f"whoever runs the server for them."
        )
    return text
