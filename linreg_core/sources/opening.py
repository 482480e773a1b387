"""What a person names, opened as a source: files, folders, patterns, a query, a database."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from linreg_core.errors import DataError
from linreg_core.sources.databases import DatabaseTable, is_database, known_databases
from linreg_core.sources.duckdb_reading import DuckQuery, TextFiles
from linreg_core.sources.file_addresses import file_and_table
from linreg_core.sources.files import found_files, is_parquet, is_text_file
from linreg_core.sources.parquet_files import ParquetFiles
from linreg_core.sources.source import Source
from linreg_core.sources.sql import is_query
from linreg_core.sources.storage import Storage
from table_reader.wording import shown

MEMORY: Final = "256MB"
"""What DuckDB may hold of text files and queries at a time."""


def open_source(what: str | Path | Sequence[str | Path], memory: str = MEMORY) -> Source:
    """Return what is stored in files or a database as a source of rows; none of them is loaded.

    `what` is a path, several, a folder, or a pattern, of Parquet files or of text (CSV); a query
    ("SELECT ... FROM 'sales/*.parquet'"), which DuckDB answers; or a database's address with a
    table: "postgresql://user@host/name?table=sales", "sqlite:///sales.db?table=sales",
    "duckdb:///sales.duckdb?table=sales". All files must have the same columns, of the same kinds.

    Raises DataError when there is no such thing, it can't be read, or files differ.
    """
    if isinstance(what, str) and is_query(what):
        return Source(DuckQuery.open(what, memory))
    if isinstance(what, str) and "://" in what:
        return Source(_database(what, memory))
    wanted = [what] if isinstance(what, str | Path) else list(what)
    return Source(_files(found_files(wanted), memory))


def _database(url: str, memory: str) -> Storage:
    try:
        split = urlsplit(url)
    except ValueError:
        raise DataError(
            "A database's address must be one, as 'postgresql://user@host/name?table=sales'. Got "
            "one with brackets that do not match: write it again."
        ) from None
    if is_database(url):
        return DatabaseTable.open(url)
    if split.scheme == "duckdb":
        return DuckQuery.table(*file_and_table(url), memory)
    raise DataError(
        f"A database's address must begin with {known_databases()}. Got {shown(split.scheme)}://..."
    )


def _files(paths: Sequence[str], memory: str) -> Storage:
    if not paths:
        raise DataError("At least 1 file is needed. Got none: give a path, or a pattern.")
    if all(map(is_parquet, paths)):
        return ParquetFiles.open(paths)
    if all(map(is_text_file, paths)):
        return TextFiles.open(paths, memory)
    other = next((path for path in paths if not is_parquet(path) and not is_text_file(path)), None)
    if other is not None:
        raise DataError(
            f"A source is made of Parquet files or of text (.csv, .tsv, .txt). Got "
            f"{Path(other).name!r}: save it as one of these."
        )
    raise DataError(
        "All files of a source must be Parquet, or all text. Got both: give the ones or the others."
    )
