"""The one database, of rooms and saved runs: opened when it is first needed, and migrated then.

SQLite writes ahead (WAL), so that readers and the one writer do not wait for each other. It does
not wait for the disk at each commit (`synchronous = NORMAL`): the system holds what was written,
and a killed server loses nothing. A power cut can lose the last moments, never the file.
"""

from __future__ import annotations

import functools
import logging
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import Any, Final

import platformdirs
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    IntegrityError,
    NoSuchModuleError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy.orm import Session

from dashboard.store.errors import StoreIsAway, reason_of
from linreg_core import ConfigError

DATABASE_VARIABLE: Final = "LINREG_LIVE_DATABASE"
"""The environment variable that holds the database's URL, as SQLAlchemy spells it."""
_FOLDER = "linreg-live"
_FILE = "rooms.sqlite"  # as it was called when it held rooms alone
LATEST: Final = "0002"
"""The migration that makes this version's tables: a database that has it is not written to."""
WRITE_PATIENCE: Final = 20.0
"""For another process's write, each of which takes milliseconds."""
_CONNECTING_SECONDS = 5  # to a server
_OURS = (DataError, IntegrityError, NotSupportedError, ProgrammingError)
"""Errors that tell of what was asked, and not of the database."""
_VERSIONS = "alembic_version"
_MIGRATING = 0x11A6E6  # a number of ours among PostgreSQL's advisory locks
_log = logging.getLogger(__name__)
_PRAGMAS: Final = (
    f"busy_timeout = {1000 * WRITE_PATIENCE:.0f}",
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "foreign_keys = ON",
    "secure_delete = ON",  # what is deleted is gone from the file, too
)


class Store:
    """A database and its transactions, for any thread. Nothing is opened before the first of them.

    `url` is SQLAlchemy's; None: the setting's, or else a file of SQLite's in this user's folder for
    state, or in one in the temporary folder where that can't be written.
    Raises ConfigError when it is no such URL, and later StoreIsAway while it does not answer.
    A file of SQLite's that has gone meanwhile is told once, and made anew when it is asked again.
    """

    def __init__(self, url: str | None = None) -> None:
        given = url or os.environ.get(DATABASE_VARIABLE)
        self._url = _checked_url(given) if given else None
        self._opening = Lock()
        # Threads take turns here: SQLite would have them sleep and try again, longer and longer.
        self._writing = Lock()
        self._engine: Engine | None = None
        self._file: tuple[int, int] | None = None  # of SQLite's, when it was opened

    @contextmanager
    def transaction(self, patience: float = WRITE_PATIENCE) -> Iterator[Session]:
        """Write, and read what nobody changes meanwhile; committed at the end unless it raises.

        `patience` is how many seconds it waits for another's write. Raises StoreIsAway when that
        takes longer, and when the database can't be written.
        """
        with _telling():
            engine = self._opened().execution_options(is_writer=True, patience=patience)
            one_by_one = self._turn(patience) if engine.dialect.name == "sqlite" else nullcontext()
            with one_by_one, Session(engine, expire_on_commit=False) as session, session.begin():
                yield session

    @contextmanager
    def _turn(self, patience: float) -> Iterator[None]:
        if not self._writing.acquire(timeout=patience):
            raise StoreIsAway(reason_of(TimeoutError("locked")))
        try:
            yield
        finally:
            self._writing.release()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Read only."""
        with (
            _telling(),
            Session(self._opened(), expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def migrate(self) -> None:
        """Bring the tables to this version's form, as each store does when it opens."""
        with _telling():
            self._opened()

    def is_there(self) -> bool:
        """Whether anything may be kept already: False only where no file has been made yet."""
        if self._engine is not None or (self._url and self._url.get_backend_name() != "sqlite"):
            return True
        url = self._url
        files = (
            [folder / _FILE for folder in _folders()] if url is None else [Path(str(url.database))]
        )
        return any(file.is_file() for file in files)

    def dispose(self) -> None:
        """Close all connections. The store opens again when it is asked."""
        with self._opening:
            engine, self._engine = self._engine, None
        if engine is not None:
            engine.dispose()

    def _opened(self) -> Engine:
        if (engine := self._engine) is not None and _file_of(engine) == self._file:
            return engine
        with self._opening:
            if self._engine is not None and (found := _file_of(self._engine)) != self._file:
                # SQLite would go on writing into a file that has no name any more.
                self._engine.dispose()
                self._engine = None
                if found is None:
                    raise StoreIsAway("its file is gone")
            if self._engine is None:
                engine = _migrated(_engine(self._url or _default_url()))
                self._file, self._engine = _file_of(engine), engine
            return self._engine


def _file_of(engine: Engine) -> tuple[int, int] | None:
    """Return which file a database of SQLite's is; None: it is gone, or there is none."""
    if engine.dialect.name != "sqlite":
        return None
    try:
        found = os.stat(str(engine.url.database))
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def _telling() -> Iterator[None]:
    """Say that the database does not answer: to the log and to people why."""
    try:
        yield
    except _OURS:
        raise
    except (DatabaseError, OSError) as error:
        said = getattr(error, "orig", None) or error
        _log.error("The database does not answer: %s", said)
        raise StoreIsAway(reason_of(said)) from error


def _checked_url(text: str) -> URL:
    """Return a URL of a database that several connections can share."""
    try:
        url = make_url(text)
        url.get_dialect().import_dbapi()
    except (ArgumentError, NoSuchModuleError, ImportError):
        # Without the URL itself: it may hold a password.
        raise ConfigError(
            f"`{DATABASE_VARIABLE}` must be a URL as SQLAlchemy spells it, such as "
            "sqlite:////data/rooms.sqlite or postgresql+psycopg://user@host/name. "
            "Got one that names no database whose driver is installed."
        ) from None
    is_sqlite = url.get_backend_name() == "sqlite"
    if is_sqlite and (url.database or ":memory:") == ":memory:":
        raise ConfigError(
            f"`{DATABASE_VARIABLE}` must name a file, since memory can't be shared. "
            "Got SQLite's without one: write sqlite:////path/to/rooms.sqlite."
        )
    return url


def _default_url() -> URL:
    return URL.create("sqlite", database=str(_writable_folder() / _FILE))


def _writable_folder() -> Path:
    """Return this user's folder for state, or one of theirs alone in the temporary folder."""
    folder, temporary = _folders()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.access(folder, os.W_OK | os.X_OK):
            return folder
    except OSError:
        pass  # no home, or a file system that can only be read
    temporary.mkdir(exist_ok=True, mode=0o700)
    found = temporary.lstat()
    if not stat.S_ISDIR(found.st_mode) or (hasattr(os, "getuid") and found.st_uid != os.getuid()):
        raise ConfigError(
            "The database needs a folder of its own. "
            f"Got {str(temporary)!r}, which belongs to somebody else: set `{DATABASE_VARIABLE}`."
        )
    return temporary


def _folders() -> tuple[Path, Path]:
    user = os.getuid() if hasattr(os, "getuid") else "user"
    temporary = Path(tempfile.gettempdir()) / f"{_FOLDER}-{user}"
    return Path(platformdirs.user_state_path(_FOLDER)), temporary


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        is_postgresql = url.get_backend_name() == "postgresql"
        args = {"connect_timeout": _CONNECTING_SECONDS} if is_postgresql else {}
        return create_engine(
            url, connect_args=args, pool_pre_ping=True, pool_size=8, max_overflow=8
        )
    engine = create_engine(
        url, connect_args={"timeout": WRITE_PATIENCE}, pool_size=8, max_overflow=8
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy begins transactions: Python's driver does not
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin as a writer at once: one that begins as a reader may find that it can't become one."""
    options = connection.get_execution_options()
    is_writer, patience = options.get("is_writer"), options.get("patience", WRITE_PATIENCE)
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {1000 * patience:.0f}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")


def _migrated(engine: Engine) -> Engine:
    """Run alembic's migrations in one transaction, one process at a time; return the engine."""
    if _version(engine) == LATEST:  # a database that can only be read still shows what it holds
        return engine
    from alembic import command  # 0.1 s, for a server that makes or changes tables
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))  # of its templates
    with engine.execution_options(is_writer=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            _log.error("The database is of another version: %s", error)
            raise StoreIsAway("a newer version of this program has changed it") from error
    return engine


def _version(engine: Engine) -> str | None:
    """Return the name of the last migration that a database has had; None for a new one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table(_VERSIONS):
            return None
        found: str | None = connection.scalar(text(f"SELECT version_num FROM {_VERSIONS}"))
        return found


@functools.cache
def shared_store() -> Store:
    """Return this process's store, which rooms and the library share."""
    return Store()
