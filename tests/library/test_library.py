"""Saved runs: what is kept, for whom, within which bounds, and what a killed process loses."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from dashboard.library.kept import (
    MOST_NAME,
    MOST_NOTE,
    MOST_SETTINGS,
    KeptRun,
    checked_result,
    kept_settings,
)
from dashboard.library.library import Library, NoSuchSavedRun, TooManySaved
from dashboard.library.tables import SavedRunRow
from dashboard.store.database import Store
from dashboard.store.errors import StoreIsAway
from linreg_core import ConfigError
from tests.conftest import ROOT
from tests.library.making import RESULT, a_run
from tests.room.making import Clock

ANN, BOB = "a" * 32, "b" * 32


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/rooms.sqlite")
    yield store
    store.dispose()


@pytest.fixture
def library(store: Store) -> Library:
    return Library(store, Clock())


def names(library: Library, token: str = ANN) -> list[str]:
    return [run.name for run in library.listed(token)]


def test_a_run_comes_back_as_it_was_saved(library: Library) -> None:
    kept = a_run(file_name="flats.csv", fingerprint="0" * 32, note="Line one\n\n*two*")
    id = library.save(ANN, kept)
    found = library.find(ANN, id)
    assert replace(found, saved_at=0.0) == kept and found.saved_at > 0
    (listed,) = library.listed(ANN)
    assert (listed.id, listed.name, listed.final_loss) == (id, kept.name, RESULT["train_loss"])


def test_the_same_run_under_the_same_name_is_kept_once(library: Library) -> None:
    first = library.save(ANN, a_run("My run", note="old"))
    assert library.save(ANN, a_run("  MY  run ", note="new")) == first
    assert library.find(ANN, first).note == "new" and names(library) == ["MY run"]
    assert library.save(ANN, a_run("My run", run="another")) != first
    assert library.save(BOB, a_run("My run")) != first


def test_the_newest_is_listed_first(library: Library) -> None:
    clock = Clock()
    library = Library(library._store, clock)
    for name in ("one", "two", "three"):
        clock.now += 1
        library.save(ANN, a_run(name))
    assert names(library) == ["three", "two", "one"]


def test_a_browser_sees_its_own_runs_alone(library: Library) -> None:
    id = library.save(ANN, a_run())
    assert library.listed(BOB) == []
    for act in (library.find, library.delete, lambda who, n: library.rename(who, n, "Mine")):
        with pytest.raises(NoSuchSavedRun):
            act(BOB, id)
    assert names(library) == ["A run"]


@pytest.mark.parametrize("token", ["", "short", "x" * 65, "a b" * 10, None, 7])
def test_what_no_browser_has_drawn_is_no_token(library: Library, token: Any) -> None:
    with pytest.raises(ConfigError, match="22 to 64 letters"):
        library.listed(token)


def test_the_store_has_no_token(store: Store, library: Library) -> None:
    library.save(ANN, a_run())
    with store.reading() as session:
        row = session.scalars(select(SavedRunRow)).one()
        assert ANN not in str(vars(row))


def test_a_deleted_run_can_be_restored(library: Library) -> None:
    id = library.save(ANN, a_run(note="keep me"))
    at = library.find(ANN, id).saved_at
    kept = library.delete(ANN, id)
    assert names(library) == []
    found = library.find(ANN, library.restore(ANN, kept))
    assert (found.note, found.saved_at) == ("keep me", at)


def test_a_name_can_be_changed_but_not_into_a_twins(library: Library) -> None:
    one, two = library.save(ANN, a_run("one")), library.save(ANN, a_run("two"))
    library.rename(ANN, one, "first")
    library.rename(ANN, one, "First")  # its own, in another case
    with pytest.raises(ConfigError, match="another save of the same run. Got 'FIRST'"):
        library.rename(ANN, two, "FIRST")
    assert sorted(names(library)) == ["First", "two"]


def test_there_is_a_bound(store: Store) -> None:
    library = Library(store, most=2)
    for name in ("one", "two", "two"):
        library.save(ANN, a_run(name))
    with pytest.raises(TooManySaved, match="at most 2 saved runs"):
        library.save(ANN, a_run("three"))
    library.save(BOB, a_run("three"))


@pytest.mark.parametrize(
    ("kept", "message"),
    [
        (a_run(" \n"), "1 to 120 characters. Got 0"),
        (a_run("x" * (MOST_NAME + 1)), "Got 121"),
        (a_run(note="x" * (MOST_NOTE + 1)), "at most 10,000 characters. Got 10,001"),
        (a_run(settings={"target": "x" * (MOST_SETTINGS + 1)}), "at most 60,000 characters"),
        (a_run(settings={"target": 7}), "must be text. Got 7"),
    ],
)
def test_what_is_out_of_bounds_is_not_saved(library: Library, kept: KeptRun, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        library.save(ANN, kept)
    assert names(library) == []


def test_no_data_and_nothing_of_others_is_kept() -> None:
    query = {"v": "1", "noise": "0.2", "pins": "abc", "rows": "data", "proof": "x", "utm": "y"}
    assert kept_settings(query) == {"v": "1", "noise": "0.2", "pins": "abc"}


@pytest.mark.parametrize(
    "change",
    [
        {"train_loss": "1"},
        {"bias": float("inf")},
        {"status": "fine"},
        {"epoch": -1},
        {"epoch": True},
        {"weights": [1.0] * 101},
        {"weights": ["__reduce__"]},
        {"engine": None},
    ],
)
def test_a_result_of_no_run_is_refused(change: dict[str, Any]) -> None:
    assert checked_result(RESULT) == RESULT
    with pytest.raises(ConfigError, match="must hold a run's last numbers"):
        checked_result(RESULT | change)


def test_a_database_of_rooms_gets_the_table_and_keeps_its_rooms(tmp_path: Path) -> None:
    file = tmp_path / "rooms.sqlite"
    store = Store(f"sqlite:///{file}")
    with store.transaction() as session:  # as the version before had it
        session.execute(text("DROP TABLE saved_runs"))
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        session.execute(text("CREATE TABLE kept AS SELECT 7 AS n"))
    store.dispose()
    library = Library(store)
    library.save(ANN, a_run())
    with store.reading() as session:
        assert session.execute(text("SELECT n FROM kept")).scalar_one() == 7
    assert names(library) == ["A run"]
    store.dispose()


def test_a_database_that_can_only_be_read_still_lists(tmp_path: Path, library: Library) -> None:
    library.save(ANN, a_run())
    other = sqlite3.connect(tmp_path / "rooms.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # locked for all who write
    quick = Library(library._store)
    assert names(quick) == ["A run"]
    other.close()


@pytest.mark.parametrize("n_kills", [2])
def test_a_killed_process_loses_no_saved_run(tmp_path: Path, n_kills: int) -> None:
    url = f"sqlite:///{tmp_path}/rooms.sqlite"
    told: list[str] = []
    with subprocess.Popen(
        [sys.executable, "-m", "tests.library.writer", url, ANN],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdin is not None and writer.stdout is not None
        for kill in range(n_kills):
            print(kill, file=writer.stdin, flush=True)
            pid = int(writer.stdout.readline().removeprefix("pid "))
            before = len(told)
            while (line := writer.stdout.readline().strip()) != "ended":
                told.append(line)
                if len(told) == before + 7:
                    os.kill(pid, signal.SIGKILL)
        writer.stdin.close()
    store = Store(url)
    stored = set(names(Library(store)))
    assert set(told) <= stored and len(stored) <= len(set(told)) + n_kills
    with store.reading() as session:
        assert session.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
    store.dispose()


def test_saving_says_why_and_can_be_tried_again(tmp_path: Path, library: Library) -> None:
    library.save(ANN, a_run("one"))
    (tmp_path / "rooms.sqlite").unlink()
    with pytest.raises(StoreIsAway, match="its file is gone"):
        library.save(ANN, a_run("two"))
    library.save(ANN, a_run("two"))
    assert names(library) == ["two"]
