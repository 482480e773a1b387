"""Saved runs: each method is one transaction, from any thread and any process.

A library belongs to a browser, which keeps an unguessable token. The store has a hash of it, so
that who reads the database can open nobody's library. No data are kept: see `KeptRun`.
"""

from __future__ import annotations

import functools
import hashlib
import re
import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from dashboard.library.kept import KeptRun, checked_note, checked_run_name, kept_settings
from dashboard.library.tables import SavedRunRow
from dashboard.room.names import name_key
from dashboard.store.database import Store, shared_store
from linreg_core import ConfigError, LinregError

MOST_SAVED: Final = 5_000
"""Runs that one browser may have."""
SAVE_PATIENCE: Final = 3.0
"""Seconds for another program's write: a person waits, and can try again."""
_TOKEN = re.compile("[A-Za-z0-9_-]{22,64}")
_KEY_LETTERS = 400
_FIELDS: Final = (
    *("name", "page", "settings", "run", "about", "file_name", "fingerprint"),
    *("result", "note", "version", "saved_at"),
)


class NoSuchSavedRun(LinregError):
    """A saved run that this browser does not have, or not any more."""

    def __init__(self) -> None:
        super().__init__("This run is not among the saved ones any more. Reload the page.")


class TooManySaved(LinregError):
    """This browser has saved as many runs as one may."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"A browser can have at most {most:,} saved runs, and this one has them. "
            "Delete some of them first."
        )


class Listed(NamedTuple):
    """A saved run as the list shows it."""

    id: int
    name: str
    about: str
    page: str
    file_name: str | None
    final_loss: float | None
    saved_at: float


class Library:
    """The saved runs in a store. `now` is the clock, in seconds.

    Every method takes the browser's token, and raises ConfigError when it is none, and StoreIsAway
    while the database can't be used.
    """

    def __init__(
        self, store: Store, now: Callable[[], float] = time.time, most: int = MOST_SAVED
    ) -> None:
        self._store, self._now, self._most = store, now, most

    def save(self, token: str, kept: KeptRun) -> int:
        """Keep a run and return its number; the same run under the same name is kept once.

        Raises ConfigError when its name, note or settings are out of bounds, and TooManySaved.
        """
        owner, values = owner_hash(token), _values(kept) | {"saved_at": self._now()}
        with self._store.transaction(SAVE_PATIENCE) as session:
            return self._put(session, owner, values)

    def _put(self, session: Session, owner: str, values: dict[str, Any]) -> int:
        same = select(SavedRunRow).where(
            SavedRunRow.owner_hash == owner,
            SavedRunRow.name_key == values["name_key"],
            SavedRunRow.run == values["run"],
        )
        row = session.scalars(same).one_or_none()
        if row is None:
            self._check_room(session, owner)
            row = SavedRunRow(owner_hash=owner)
            session.add(row)
        for name, value in values.items():
            setattr(row, name, value)
        session.flush()
        return row.id

    def _check_room(self, session: Session, owner: str) -> None:
        mine = select(func.count()).where(SavedRunRow.owner_hash == owner)
        if session.scalar(mine) >= self._most:  # type: ignore[operator]
            raise TooManySaved(self._most)

    def listed(self, token: str) -> list[Listed]:
        """Return all of a browser's runs, the newest first."""
        columns = [getattr(SavedRunRow, name) for name in Listed._fields]
        mine = (
            select(*columns)
            .where(SavedRunRow.owner_hash == owner_hash(token))
            .order_by(SavedRunRow.saved_at.desc(), SavedRunRow.id.desc())
        )
        with self._store.reading() as session:
            return [Listed(*row) for row in session.execute(mine)]

    def find(self, token: str, id: int) -> KeptRun:
        """Return a saved run. Raises NoSuchSavedRun."""
        with self._store.reading() as session:
            return _kept(_row(session, token, id))

    def rename(self, token: str, id: int, name: str) -> None:
        """Call a saved run something else.

        Raises NoSuchSavedRun, or ConfigError when the name is out of bounds, or that of another
        save of the same run.
        """
        name = checked_run_name(name)
        key = _key(name)
        with self._store.transaction(SAVE_PATIENCE) as session:
            row = _row(session, token, id)
            twin = select(SavedRunRow.id).where(
                SavedRunRow.owner_hash == row.owner_hash,
                SavedRunRow.name_key == key,
                SavedRunRow.run == row.run,
                SavedRunRow.id != id,
            )
            if session.scalar(twin) is not None:
                raise ConfigError(
                    "The name of a saved run must not be that of another save of the same run. "
                    f"Got {name!r}: choose another name, or delete one of them."
                )
            row.name, row.name_key = name, key

    def delete(self, token: str, id: int) -> KeptRun:
        """Delete a saved run and return it, so that it can be restored. Raises NoSuchSavedRun."""
        with self._store.transaction(SAVE_PATIENCE) as session:
            row = _row(session, token, id)
            kept = _kept(row)
            session.execute(delete(SavedRunRow).where(SavedRunRow.id == row.id))
            return kept

    def restore(self, token: str, kept: KeptRun) -> int:
        """Keep a run that was deleted again, as it was. Raises TooManySaved."""
        with self._store.transaction(SAVE_PATIENCE) as session:
            return self._put(session, owner_hash(token), _values(kept))


def owner_hash(token: object) -> str:
    """Return what is kept of a browser's token.

    Raises ConfigError for what no browser of ours has drawn.
    """
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise ConfigError(
            "A browser's token must be 22 to 64 letters, digits, `-` or `_`. Reload the page."
        )
    return hashlib.sha256(f"library:{token}".encode()).hexdigest()


def _values(kept: KeptRun) -> dict[str, Any]:
    """Return a row's values. Raises ConfigError when they are out of bounds."""
    values = {name: getattr(kept, name) for name in _FIELDS}
    name = checked_run_name(kept.name)
    return values | {
        "name": name,
        "name_key": _key(name),
        "settings": kept_settings(kept.settings),
        "result": None if kept.result is None else dict(kept.result),
        "note": checked_note(kept.note),
        "final_loss": kept.final_loss,
    }


def _key(name: str) -> str:
    return name_key(name)[:_KEY_LETTERS]


def _row(session: Session, token: str, id: int) -> SavedRunRow:
    mine = select(SavedRunRow).where(
        SavedRunRow.owner_hash == owner_hash(token), SavedRunRow.id == id
    )
    row = session.scalars(mine).one_or_none()
    if row is None:
        raise NoSuchSavedRun
    return row


def _kept(row: SavedRunRow) -> KeptRun:
    return KeptRun(**{name: getattr(row, name) for name in _FIELDS})


@functools.cache
def shared_library() -> Library:
    """Return this process's library."""
    return Library(shared_store())
