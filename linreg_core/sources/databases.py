"""Tables of PostgreSQL and SQLite, read in place through Arrow's database drivers (ADBC)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from linreg_core.errors import DataError
from linreg_core.sources.alike_files import chosen_fields, in_types
from linreg_core.sources.database_tables import (
    FoundTable,
    postgresql_table,
    rows_of_answer,
    sqlite_table,
)
from linreg_core.sources.file_addresses import file_and_table
from linreg_core.sources.files import StoredFile
from linreg_core.sources.storage import StoredPart
from table_reader.wording import listed

if TYPE_CHECKING:
    from pyarrow import RecordBatch, Schema

POSTGRESQL: Final = ("postgresql", "postgres", "postgresql+psycopg")
_MISMATCH: Final = re.compile(r"Type mismatch in column (\d+): (.*)")
_SAME_ORDER: Final = ("synchronize_seqscans = off", "max_parallel_workers_per_gather = 0")
"""With these, rows that nobody has changed come in the same order each time."""
_SILENCE: Final = {
    "connect_timeout": "30",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
}
"""Seconds after which PostgreSQL's server is gone that says nothing; an address may say others."""


@dataclass(frozen=True)
class DatabaseTable:
    """A table of a database; its address, with a password perhaps, is told to nobody."""

    address: str = field(repr=False)
    dialect: str
    found: FoundTable
    file: StoredFile | None = None

    @classmethod
    def open(cls, url: str) -> DatabaseTable:
        """Return the table that "postgresql://.../name?table=..." or "sqlite:///..." names.

        Raises DataError when the database does not answer, or has no such table.
        """
        address, dialect, wanted = _taken_apart(url)
        if dialect == "sqlite":
            file = StoredFile.of(address)
            with _connection(address, dialect) as connection:
                return cls(address, dialect, sqlite_table(connection, wanted), file)
        with _connection(address, dialect) as connection:
            return cls(address, dialect, postgresql_table(connection, wanted))

    @property
    def name(self) -> str:
        """The table's name."""
        return self.found.name

    @property
    def schema(self) -> Schema:
        """The table's columns."""
        return self.found.schema

    @property
    def parts(self) -> tuple[StoredPart, ...]:
        """The whole table."""
        return (StoredPart(f"Table {self.name!r}"),)

    @property
    def digest(self) -> str:
        """A text that changes with the address and the table, and with SQLite's file."""
        told = repr((self.address, self.name, self.file)).encode()
        return hashlib.blake2b(told, digest_size=16).hexdigest()

    def batches(self, part: int, columns: Sequence[str]) -> Iterator[RecordBatch]:
        """Yield the table's rows, as the database sends them."""
        wanted = chosen_fields(self.schema, columns)
        if self.file is not None:
            self.file.check_unchanged()
        with (
            _connection(self.address, self.dialect, columns) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(self.found.query(columns))
            batches = iter(cursor.fetch_record_batch())
            if self.found.has_first_row:
                batches = chain([next(batches).slice(1)], batches)
            yield from in_types(batches, wanted)

    def count_rows(self) -> int:
        """Return how many rows the table has, by asking."""
        with _connection(self.address, self.dialect) as connection:
            return int(
                rows_of_answer(connection, f"SELECT count(*) FROM {self.found.relation}")[0][0]
            )


def is_database(url: str) -> bool:
    """Whether a text is the address of a database that is read so."""
    return urlsplit(url).scheme in (*POSTGRESQL, "sqlite")


def _taken_apart(url: str) -> tuple[str, str, str | None]:
    """Return the address without the table, the dialect, and the table."""
    split = urlsplit(url)
    if split.scheme == "sqlite":
        path, table = file_and_table(url)
        return path, "sqlite", table
    pairs = parse_qsl(split.query)
    table = next((value for name, value in pairs if name == "table"), None)
    told = {name: value for name, value in pairs if name != "table"}
    rest = urlencode({**_SILENCE, **told})
    place = f"{split.netloc}{split.path}"  # both may be empty: a socket is told by the query
    return f"postgresql://{place}?{rest}", "postgresql", table


@contextmanager
def _connection(address: str, dialect: str, columns: Sequence[str] = ()) -> Iterator[Any]:
    """Connect to a database, which refuses to be written to; `columns` are those that are read.

    Raises DataError when it does not answer, or no longer.
    """
    from adbc_driver_manager import Error
    from pyarrow.lib import ArrowException

    try:
        with _connected(address, dialect) as connection:
            yield connection
    except (Error, ArrowException, OSError) as error:
        told = (str(error).strip() or type(error).__name__).splitlines()[0][:160]
        mismatch = _MISMATCH.search(told)
        if mismatch is not None and int(mismatch[1]) < len(columns):
            raise DataError(
                f"Column {columns[int(mismatch[1])]!r} must hold one kind of values. Got others "
                f"after the first rows ({mismatch[2]}): correct it, or choose other columns."
            ) from None
        raise DataError(
            f"The database must answer until all rows are read. Got an error ({told}): check that "
            f"it is there, and start again."
        ) from None


def _connected(address: str, dialect: str) -> Any:
    if dialect == "sqlite":
        from adbc_driver_sqlite import dbapi

        return dbapi.connect(f"file:{quote(address)}?mode=ro")
    from adbc_driver_postgresql import dbapi as postgresql

    connection = postgresql.connect(address)
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        for setting in _SAME_ORDER:
            cursor.execute(f"SET {setting}")
    return connection


def known_databases() -> str:
    """Return the beginnings of addresses that are understood, as a message lists them."""
    return listed(["postgresql://", "sqlite:///", "duckdb:///"])
