"""Where rooms are kept: which database, when it is opened, and that its tables are the models'."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from dashboard.library.tables import SavedRunRow
from dashboard.room.limits import ROOM_SECONDS
from dashboard.room.rooms import Rooms
from dashboard.store import database
from dashboard.store.base import Base
from dashboard.store.database import DATABASE_VARIABLE, LATEST, Store
from dashboard.store.errors import StoreIsAway
from linreg_core import ConfigError
from tests.room.making import Clock, new_room, outcome, token

ROOT = Path(__file__).parents[2]


def test_migrations_make_the_tables_of_the_models(store: Store) -> None:
    with store.transaction() as session:
        context = MigrationContext.configure(
            session.connection(), opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []
    assert SavedRunRow.__tablename__ in Base.metadata.tables  # all who have tables were asked


def test_the_latest_migration_is_known(store: Store) -> None:
    folder = Path(database.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_heads() == [LATEST]
    with store.reading() as session:
        version = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    assert version == LATEST


def test_a_database_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/rooms.sqlite")
    with store.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.dispose()
    with pytest.raises(StoreIsAway, match="a newer version of this program has changed it"):
        store.migrate()


def test_a_file_that_has_gone_is_told_and_then_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "rooms.sqlite"
    rooms = Rooms(Store(f"sqlite:///{file}"))
    new_room(rooms)
    file.unlink()
    with pytest.raises(StoreIsAway, match="its file is gone. Try again soon"):
        new_room(rooms)
    assert rooms.n_changes(new_room(rooms).code) == 1 and file.is_file()


def test_who_waits_for_another_writer_gives_up_in_time(tmp_path: Path) -> None:
    file = tmp_path / "rooms.sqlite"
    store = Store(f"sqlite:///{file}")
    store.migrate()
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with (
        pytest.raises(StoreIsAway, match="another program keeps it locked"),
        store.transaction(patience=0.01) as session,
    ):
        session.execute(text("SELECT 1"))
    other.close()
    with store.transaction(patience=5) as session:
        session.execute(text("SELECT 1"))
    store.dispose()


def test_a_disk_that_is_full_is_told_as_that(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/rooms.sqlite")
    with pytest.raises(StoreIsAway, match="its disk is full"), store.transaction() as session:
        session.execute(text("PRAGMA max_page_count = 1"))
        session.execute(text("CREATE TABLE more AS SELECT zeroblob(100000)"))
    store.dispose()


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    file = tmp_path / "rooms.sqlite"
    file.write_bytes(b"Something else. " * 1000)
    with pytest.raises(StoreIsAway, match="its file is damaged"):
        Store(f"sqlite:///{file}").migrate()
    assert file.read_bytes() == b"Something else. " * 1000


def test_migrating_again_keeps_what_is_there(store: Store, url: str) -> None:
    code = new_room(Rooms(store)).code
    again = Store(url)
    again.migrate()
    assert Rooms(again).state(code) == Rooms(store).state(code)
    again.dispose()


def test_sqlite_is_set_up_for_several_readers_and_a_writer(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/rooms.sqlite")
    wanted = {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 1, "secure_delete": 1}
    with store.reading() as session:
        found = {name: session.execute(text(f"PRAGMA {name}")).scalar_one() for name in wanted}
        assert session.execute(text("PRAGMA busy_timeout")).scalar_one() >= 5_000
    store.dispose()
    assert found == wanted


def test_a_write_that_fails_leaves_nothing(store: Store) -> None:
    rooms = Rooms(store)
    code = new_room(rooms).code
    with pytest.raises(ZeroDivisionError), store.transaction() as session:
        session.execute(text("UPDATE rooms SET title = 'half', n_changes = 99"))
        raise ZeroDivisionError
    assert rooms.n_changes(code) == 1 and rooms.state(code).body["title"] == ""


def test_nothing_is_left_in_the_file_of_what_was_deleted(tmp_path: Path) -> None:
    file = tmp_path / "rooms.sqlite"
    store = Store(f"sqlite:///{file}")
    rooms = Rooms(store)
    code = new_room(rooms, title="Our secret lesson").code
    rooms.record(code, 1, rooms.join(code, token(1)).person.id, outcome("secret-run"))
    rooms.delete(code)
    store.dispose()  # the last to close puts all that was written ahead into the file
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"alembic_version" in content
    assert b"secret" not in content and code.encode() not in content


def in_a_new_process(code: str, environment: dict[str, str], folder: Path) -> str:
    inherited = {name: value for name, value in os.environ.items() if name != "XDG_STATE_HOME"}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=inherited | {"PYTHONPATH": str(ROOT), "HOME": str(folder)} | environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


MAKE_A_ROOM = """
from dashboard.room.rooms import Rooms
from dashboard.store.database import Store
from tests.room.making import new_room
store = Store()
rooms = Rooms(store)
before = [str(path) for path in __import__("pathlib").Path.cwd().rglob("*.sqlite")]
new_room(rooms)
with store.reading() as session:
    print(before, session.connection().engine.url.database)
"""


def test_the_file_is_made_with_the_first_room_in_the_users_folder(tmp_path: Path) -> None:
    said = in_a_new_process(MAKE_A_ROOM, {}, tmp_path)
    file = Path(said.removeprefix("[] "))
    assert said.startswith("[] ") and file.is_relative_to(tmp_path) and file.is_file()
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_without_a_folder_to_write_it_is_a_temporary_one(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("A file, where no folder can be made.")
    environment = {"XDG_STATE_HOME": str(tmp_path / "state"), "TMPDIR": str(tmp_path)}
    said = in_a_new_process(MAKE_A_ROOM, environment, tmp_path)
    file = Path(said.removeprefix("[] "))
    assert file == tmp_path / f"linreg-live-{os.getuid()}" / "rooms.sqlite" and file.is_file()
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_setting_names_any_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATABASE_VARIABLE, f"sqlite:///{tmp_path}/mine.sqlite")
    store = Store()
    new_room(Rooms(store))
    store.dispose()
    assert (tmp_path / "mine.sqlite").is_file()


def test_a_database_that_does_not_answer_is_asked_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(f"sqlite:///{tmp_path}/later/rooms.sqlite")
    rooms = Rooms(store)
    with pytest.raises(StoreIsAway, match="Try again soon"):
        new_room(rooms)
    assert "unable to open database file" in caplog.text
    (tmp_path / "later").mkdir()
    assert rooms.n_changes(new_room(rooms).code) == 1
    store.dispose()


def test_connections_that_broke_are_made_anew(postgresql: str) -> None:
    store, other = Store(postgresql), Store(postgresql)
    rooms = Rooms(store)
    code = new_room(rooms).code
    with other.transaction() as session:
        ended = session.execute(
            text(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        )
        assert ended.scalar_one() >= 1
    assert rooms.join(code, token(1)).is_new
    store.dispose()
    other.dispose()


def test_looking_after_old_rooms_makes_no_file(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/rooms.sqlite")
    assert Rooms(store).end_old() == (0, 0) and [*tmp_path.iterdir()] == []
    clock = Clock()
    new_room(Rooms(store, clock))
    store.dispose()
    clock.now += ROOM_SECONDS
    again = Store(f"sqlite:///{tmp_path}/rooms.sqlite")
    assert Rooms(again, clock).end_old() == (1, 0)
    again.dispose()


@pytest.mark.parametrize(
    "url",
    [
        "rooms.sqlite",
        "nothing://host",
        "sqlite://",
        "sqlite:///:memory:",
        "oracle://user:pw@host/x",
    ],
)
def test_a_url_of_no_database_is_refused_without_being_told(url: str) -> None:
    with pytest.raises(ConfigError, match=f"^`{DATABASE_VARIABLE}` must .* Got .*") as refused:
        Store(url)
    assert "pw" not in str(refused.value)
