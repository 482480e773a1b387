"""What DuckDB reads: files of text, queries over files, and the tables of its own databases."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from linreg_core.errors import DataError
from linreg_core.sources.alike_files import chosen_fields, common_schema, in_types
from linreg_core.sources.database_tables import relations_of
from linreg_core.sources.files import StoredFile, digest_of, titles
from linreg_core.sources.first_rows import TYPED_ROWS, columns_in_doubt
from linreg_core.sources.sql import check_query, chosen_table, sql_name, sql_text
from linreg_core.sources.storage import StoredPart, batch_rows
from linreg_core.sources.text_dialects import TextDialect, dialect_of, in_its_encoding
from linreg_core.sources.written_numbers import (
    FIRST_CELLS_SEEN,
    WrittenNumbers,
    check_units,
    numbers_of,
    schema_with_numbers,
    with_numbers,
    written_numbers,
)
from table_reader.columns.cells import forms_of
from table_reader.words import MISSING_TEXT

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from pyarrow import RecordBatch, Schema, Table

_MAIN: Final = "main"
_TABLES: Final = """
    SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = current_database()
    UNION ALL SELECT schema_name, view_name FROM duckdb_views()
    WHERE database_name = current_database() AND NOT internal ORDER BY 1, 2"""
_MAGIC_AT, _MAGIC = 8, b"DUCK"
_MISSING: Final = forms_of(MISSING_TEXT)


@dataclass(frozen=True)
class TextFiles:
    """Files of separated values with the same columns; each is a part.

    The first rows say what separates the values, which `relations` tell DuckDB, and what kind each
    column has.
    """

    files: tuple[StoredFile, ...]
    schema: Schema
    relations: tuple[str, ...]
    memory: str

    @classmethod
    def open(cls, paths: Sequence[str], memory: str) -> TextFiles:
        """Return what the files' first rows say.

        Raises DataError when one can't be read, or their columns or kinds differ.
        """
        files, schemas, relations = tuple(map(StoredFile.of, paths)), [], []
        numbers: list[tuple[WrittenNumbers, ...]] = []
        with _connection(memory) as connection:
            for file in files:
                dialect = dialect_of(file)
                try:
                    with _reading(file):
                        relation, schema, found = _with_numbers(connection, file, dialect)
                        if len(files) > 1:
                            schema = _without_empty(connection, relation, schema)
                    relations.append(relation)
                    schemas.append(schema)
                    numbers.append(found)
                except DataError:
                    dialect.check_even(file)
                    raise
        check_units(files, schemas, numbers)
        return cls(files, common_schema(files, schemas), tuple(relations), memory)

    @property
    def name(self) -> str:
        """The file's name, or the folder's with how many files there are."""
        return titles(self.files)

    @property
    def parts(self) -> tuple[StoredPart, ...]:
        """The files."""
        return tuple(StoredPart(f"File {file.title}", file.title) for file in self.files)

    @property
    def digest(self) -> str:
        """A text that changes with the files' names, sizes and times."""
        return digest_of(self.files)

    def batches(self, part: int, columns: Sequence[str]) -> Iterator[RecordBatch]:
        """Yield a file's rows."""
        file, wanted = self.files[part], chosen_fields(self.schema, columns)
        with _reading(file), _connection(self.memory) as connection:
            yield from in_types(_read(connection, self.relations[part], columns), wanted)

    def count_rows(self) -> int:
        """Return how many rows there are, by reading the files."""
        total = 0
        with _connection(self.memory) as connection:
            for file, relation in zip(self.files, self.relations, strict=True):
                with _reading(file):
                    total += _count(connection, relation)
        return total


@dataclass(frozen=True)
class DuckQuery:
    """The rows of a query; with `database` over the tables of that file, which is only read."""

    relation: str
    name: str
    schema: Schema
    memory: str
    database: StoredFile | None = None

    @classmethod
    def open(cls, query: str, memory: str, database: str | None = None) -> DuckQuery:
        """Return what a query gives.

        Raises DataError when it isn't one, does more than read, or can't be answered.
        """
        import duckdb

        file = StoredFile.of(database) if database else None
        with _answering(), _connection(memory, file) as connection:
            is_select = [
                statement.type == duckdb.StatementType.SELECT
                for statement in connection.extract_statements(query)
            ]
            check_query(query, is_one=is_select == [True])
            relation = f"({query.strip().rstrip(';')}\n)"  # it may end with a comment
            return cls(relation, "query", _schema(connection, relation), memory, file)

    @classmethod
    def table(cls, database: str, table: str | None, memory: str) -> DuckQuery:
        """Return a table or a view of a database, which may be the only one there is."""
        file = StoredFile.of(database)
        _check_database(file)
        with _answering(), _connection(memory, file) as connection:
            relations = relations_of(connection.sql(_TABLES).fetchall(), _MAIN)
            name = chosen_table(table and table.removeprefix(f"{_MAIN}."), [*relations])
            relation = relations[name]
            return cls(relation, name, _schema(connection, relation), memory, file)

    @property
    def parts(self) -> tuple[StoredPart, ...]:
        """One part: a query has no others."""
        return (StoredPart(f"The {self.name!r} table" if self.name != "query" else "The query"),)

    @property
    def digest(self) -> str:
        """A text that changes with the query, and with its database's size and time."""
        stored = digest_of([self.database]) if self.database else ""
        return hashlib.blake2b((self.relation + stored).encode(), digest_size=16).hexdigest()

    def batches(self, part: int, columns: Sequence[str]) -> Iterator[RecordBatch]:
        """Yield the rows of the answer, in the same order each time."""
        if self.database is not None:
            self.database.check_unchanged()
        with _answering(), _connection(self.memory, self.database) as connection:
            connection.execute("SET threads = 1")  # many group and join in any order
            yield from _read(connection, self.relation, columns)

    def count_rows(self) -> int:
        """Return how many rows the answer has, by asking."""
        with _answering(), _connection(self.memory, self.database) as connection:
            return _count(connection, self.relation)


@contextmanager
def _reading(file: StoredFile) -> Iterator[None]:
    """Read a text file within.

    Raises DataError when it cannot be read, with what is wrong with it.
    """
    with file.reading(f"File {file.title}"), in_its_encoding(file), numbers_of(file):
        yield


def _text_file(file: StoredFile, options: Sequence[str]) -> str:
    missing = ", ".join(map(sql_text, ["", *_MISSING]))
    given = ", ".join([sql_text(file.path), f"nullstr = [{missing}]", *options])
    return f"read_csv({given})"


def _with_numbers(
    connection: DuckDBPyConnection, file: StoredFile, dialect: TextDialect
) -> tuple[str, Schema, tuple[WrittenNumbers, ...]]:
    """Return a file's rows, with what is written in them as numbers, and which columns these are.

    Columns in which the reader finds other numbers or dates than DuckDB are text before. Each
    question has DuckDB look at the file's beginning again: one tells types and first cells.
    """
    relation = _text_file(file, dialect.options)
    first = _first_cells(connection, relation)
    if dialect.delimiter is None:
        return relation, first.schema, ()
    as_text = _text_file(file, (*dialect.options, "all_varchar = true"))
    told = (as_text, first.schema, dialect.delimiter)
    texts = columns_in_doubt(connection, relation, *told) if dialect.has_doubts else []
    if texts:
        relation = _with_texts(file, dialect, texts)
        first = _first_cells(connection, relation)
    found = written_numbers(connection, relation, as_text, first, dialect.delimiter)
    misread = [each.name for each in found if str(first.schema.field(each.name).type) != "string"]
    if misread:
        relation = _with_texts(file, dialect, [*texts, *misread])
    return with_numbers(relation, found), schema_with_numbers(first.schema, found), found


def _first_cells(connection: DuckDBPyConnection, relation: str) -> Table:
    return connection.sql(f"SELECT * FROM {relation} LIMIT {FIRST_CELLS_SEEN}").to_arrow_table()


def _with_texts(file: StoredFile, dialect: TextDialect, names: Sequence[str]) -> str:
    """Return a file's rows with these columns as text."""
    types = ", ".join(f"{sql_text(name)}: 'VARCHAR'" for name in names)
    return _text_file(file, (*dialect.options, f"types = {{{types}}}"))


@contextmanager
def _connection(memory: str, database: StoredFile | None = None) -> Iterator[DuckDBPyConnection]:
    """Open a database of its own: nothing is installed, and what is too large goes to disk.

    Raises DataError when that does not help either.
    """
    import duckdb

    settings: dict[str, Any] = {
        "memory_limit": memory,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "temp_directory": os.path.join(tempfile.gettempdir(), "duckdb"),
    }
    path = database.path if database else ":memory:"
    connection = duckdb.connect(path, read_only=database is not None, config=settings)
    try:
        yield connection
    except duckdb.OutOfMemoryException:
        raise DataError(
            f"Text and queries need memory to be read. {memory}, half of what was given, are too "
            f"little: give more, as --memory 500MB."
        ) from None
    finally:
        connection.close()


def _check_database(file: StoredFile) -> None:
    """Raise DataError for a file that is no database: DuckDB would say something else of it."""
    with open(file.path, "rb") as stored:
        is_one = stored.read(_MAGIC_AT + len(_MAGIC))[_MAGIC_AT:] == _MAGIC
    if not is_one:
        raise DataError(
            f"The file of a duckdb:/// address must be a DuckDB database. Got {file.title}: give "
            f"the path of files by itself."
        )


@contextmanager
def _answering() -> Iterator[None]:
    """Ask DuckDB within.

    Raises DataError in the place of its own errors.
    """
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        told = str(error).strip().splitlines()[0][:200]
        raise DataError(
            f"The query must be one that DuckDB can answer. Got an error: {told}"
        ) from None


def _schema(connection: DuckDBPyConnection, relation: str) -> Schema:
    return connection.sql(f"SELECT * FROM {relation} LIMIT 0").to_arrow_table().schema


def _without_empty(connection: DuckDBPyConnection, relation: str, schema: Schema) -> Schema:
    """Return a file's columns, those of no type that have no value in the rows that tell types."""
    import pyarrow as pa

    texts = [field.name for field in schema if field.type == pa.string()]
    if not texts:
        return schema
    counts = ", ".join(f"count({sql_name(name)})" for name in texts)
    rows = f"(SELECT * FROM {relation} LIMIT {TYPED_ROWS})"
    found = connection.sql(f"SELECT {counts} FROM {rows}").fetchall()[0]
    empty = {name for name, count in zip(texts, found, strict=True) if not count}
    return pa.schema(
        [(each.name, pa.null() if each.name in empty else each.type) for each in schema]
    )


def _read(
    connection: DuckDBPyConnection, relation: str, columns: Sequence[str]
) -> Iterator[RecordBatch]:
    chosen = ", ".join(map(sql_name, columns))
    found = connection.sql(f"SELECT {chosen} FROM {relation}")
    yield from found.to_arrow_reader(batch_rows(len(columns)))


def _count(connection: DuckDBPyConnection, relation: str) -> int:
    return int(connection.sql(f"SELECT count(*) FROM {relation}").fetchall()[0][0])
