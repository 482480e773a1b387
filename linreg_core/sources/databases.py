"""Tables of PostgreSQL and SQLite, read in place through Arrow's database drivers (ADBC)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from linreg_core.errors import DataError
from linreg_core.sources.files import StoredFile
from linreg_core.sources.sql import chosen_table, sql_name, sql_text
from linreg_core.sources.storage import StoredPart
from table_reader.wording import listed

if TYPE_CHECKING:
    from pyarrow import RecordBatch, Schema

POSTGRESQL: Final = ("postgresql", "postgres", "postgresql+psycopg")
_TABLES: Final = {
    "postgresql": (
        "SELECT table_schema || '.' || table_name FROM information_schema.tables "
        "WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
    ),
    "sqlite": "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY 1",
}
_TYPED_ROWS: Final = {"postgresql": 0, "sqlite": 1_000}
"""Rows that tell the columns' types: SQLite's columns have none but those of their values."""
_ARROW_TYPES: Final = {
    "numeric": "double precision",
    "uuid": "text",
    "USER-DEFINED": "text",
}
_PUBLIC: Final = "public."
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
    table: str
    schema: Schema
    file: StoredFile | None = None
    casts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def open(cls, url: str) -> DatabaseTable:
        """Return the table that "postgresql://.../name?table=..." or "sqlite:///..." names.

        Raises DataError when the database does not answer, or has no such table.
        """
        address, dialect, wanted = _taken_apart(url)
        file = StoredFile.of(address) if dialect == "sqlite" else None
        with _connection(address, dialect) as connection:
            tables = [row[0].removeprefix(_PUBLIC) for row in _rows(connection, _TABLES[dialect])]
            table = chosen_table(wanted and wanted.removeprefix(_PUBLIC), tables)
            casts = _casts(connection, table) if dialect == "postgresql" else {}
            names = [*casts] or ["*"]
            rows = f"{_chosen(names, casts)} FROM {_relation(table)} LIMIT {_TYPED_ROWS[dialect]}"
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {rows}")
                schema = cursor.fetch_record_batch().schema
        return cls(address, dialect, table, schema, file, casts)

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table

    @property
    def parts(self) -> tuple[StoredPart, ...]:
        """The whole table."""
        return (StoredPart(f"Table {self.table!r}"),)

    @property
    def digest(self) -> str:
        """A text that changes with the address and the table, and with SQLite's file."""
        told = repr((self.address, self.table, self.file)).encode()
        return hashlib.blake2b(told, digest_size=16).hexdigest()

    def batches(self, part: int, columns: Sequence[str]) -> Iterator[RecordBatch]:
        """Yield the table's rows, as the database sends them."""
        import pyarrow as pa

        chosen = _chosen(columns, self.casts)
        with _connection(self.address, self.dialect) as connection, connection.cursor() as cursor:
            cursor.execute(f"SELECT {chosen} FROM {_relation(self.table)}")
            wanted = pa.schema([self.schema.field(name) for name in columns])
            for batch in cursor.fetch_record_batch():
                yield batch if batch.schema.equals(wanted) else batch.cast(wanted)

    def count_rows(self) -> int:
        """Return how many rows the table has, by asking."""
        with _connection(self.address, self.dialect) as connection:
            return int(_rows(connection, f"SELECT count(*) FROM {_relation(self.table)}")[0][0])


def _chosen(columns: Sequence[str], casts: Mapping[str, str]) -> str:
    """Return columns as a query has them, in types that Arrow knows."""
    if list(columns) == ["*"]:
        return "*"
    return ", ".join(
        f"CAST({sql_name(name)} AS {casts[name]}) AS {sql_name(name)}"
        if casts.get(name)
        else sql_name(name)
        for name in columns
    )


def _casts(connection: Any, table: str) -> dict[str, str]:
    """Return the columns of a PostgreSQL table, and the type that each has to become, or ""."""
    schema, _, name = table.rpartition(".")
    query = (
        "SELECT column_name, data_type FROM information_schema.columns "
        f"WHERE table_schema = {sql_text(schema or 'public')} "
        f"AND table_name = {sql_text(name)} ORDER BY ordinal_position"
    )
    return {str(column): _ARROW_TYPES.get(kind, "") for column, kind in _rows(connection, query)}


def _relation(table: str) -> str:
    return ".".join(map(sql_name, table.split(".", 1)))


def _rows(connection: Any, query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def is_database(url: str) -> bool:
    """Whether a text is the address of a database that is read so."""
    return urlsplit(url).scheme in (*POSTGRESQL, "sqlite")


def _taken_apart(url: str) -> tuple[str, str, str | None]:
    """Return the address without the table, the dialect, and the table."""
    split = urlsplit(url)
    pairs = parse_qsl(split.query)
    table = next((value for name, value in pairs if name == "table"), None)
    told = {name: value for name, value in pairs if name != "table"}
    rest = urlencode({**_SILENCE, **told})
    if split.scheme == "sqlite":
        path = split.path[1:] if split.path.startswith("/") else split.path
        return path, "sqlite", table
    place = f"{split.netloc}{split.path}"  # both may be empty: a socket is told by the query
    return f"postgresql://{place}?{rest}", "postgresql", table


@contextmanager
def _connection(address: str, dialect: str) -> Iterator[Any]:
    """Connect to a database, which refuses to be written to.

    Raises DataError when it does not answer, or no longer.
    """
    from adbc_driver_manager import Error
    from pyarrow.lib import ArrowException

    try:
        with _connected(address, dialect) as connection:
            yield connection
    except (Error, ArrowException, OSError) as error:
        told = (str(error).strip() or type(error).__name__).splitlines()[0][:160]
        if "Type mismatch" in told:
            raise DataError(
                f"Each column of a table must hold one kind of values. Got another ({told}): "
                f"correct it, or choose other columns."
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
    return connection


def known_databases() -> str:
    """Return the beginnings of addresses that are understood, as a message lists them."""
    return listed(["postgresql://", "sqlite:///", "duckdb:///"])
