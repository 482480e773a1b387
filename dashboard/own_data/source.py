"""Where a session's tables come from: a file of the visitor's own, or one of ours."""

from __future__ import annotations

import functools
import io
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.address import apply, current_settings
from dashboard.own_data.examples import EXAMPLES, Example
from dashboard.own_data.progress import Reading
from dashboard.own_data.settings import TABLE_DEFAULTS, TableSettings
from dashboard.own_data.state import columns_have_changed, forget_table
from dashboard.streamlit_private import detach
from linreg_core import LinregError, read_table
from linreg_core.bundled import DATA_FOLDER
from table_reader import ReadOptions, Table

KEPT_BYTES = 20_000_000
"""A file up to this size stays beside its table, so that it can be read another way."""

_TABLES, _ERROR, _TURN = "_tables", "_reading_error", "_turn"
_AWAITED = "_awaited_file"
_OPTIONS, _UNANSWERED = "_options_for_next_upload", "_settings_until_answered"
TYPES = ("csv", "tsv", "txt", "dat", "gz", "zip", "parquet", "xlsx")
"""Endings of the files that the upload field takes."""
OWN = ""
"""The name under which the visitor's own file goes."""


@dataclass(frozen=True, eq=False)
class Loaded:
    """A table in a session's memory.

    `data` are the file's bytes, where they are kept, and `asked` is what the visitor has said of
    how to read it.
    """

    table: Table
    file_name: str
    name: str = OWN
    data: bytes | None = None
    asked: ReadOptions = ReadOptions()
    left: TableSettings | None = None  # what the page was set to when it turned to another table


def loaded(name: str) -> Loaded | None:
    """Return the session's table of that name; the bundled ones are there for everybody."""
    own: dict[str, Loaded] = st.session_state.setdefault(_TABLES, {})
    if name in own:
        return own[name]
    return _bundled(EXAMPLES[name]) if name in EXAMPLES else None


@functools.cache
def _bundled(example: Example) -> Loaded:
    return Loaded(read_table(DATA_FOLDER / example.file), example.file, example.name)


def open_example(example: Example) -> None:
    """Show a bundled table (a callback's work)."""
    _change_table()
    chosen = replace(
        TABLE_DEFAULTS, table=example.name, target=example.target, features=example.features
    )
    apply(chosen)
    columns_have_changed()


def open_own() -> None:
    """Show the visitor's own file again (a callback's work)."""
    _change_table()
    current = loaded(OWN)
    apply(current.left if current and current.left else TABLE_DEFAULTS)
    columns_have_changed()


@dataclass(frozen=True, eq=False)
class Awaited:
    """A file on its way: its bytes, where they are kept, and the settings made for it, if any."""

    reading: Reading
    kept: bytes | None
    settings: TableSettings | None


def take_upload(upload: UploadedFile) -> None:
    """Read a file that has just come, show its table and let the upload itself go.

    Where it can't be read, what was on screen stays, and `reading_error` says why.
    """
    waiting_for, options = st.session_state.pop(_OPTIONS, (upload.name, ReadOptions()))
    if waiting_for != upload.name:
        options = ReadOptions()
    name, size = upload.name, upload.size
    file = detach(upload, f"upload_{turn()}")
    kept = file.getvalue() if size <= KEPT_BYTES else None
    linked = current_settings(TableSettings)
    is_waited_for = loaded(OWN) is None and linked.table == OWN and linked.target
    _begin(Awaited(Reading(name, file, options), kept, linked if is_waited_for else None))
    finish_reading()


def read_again(current: Loaded, options: ReadOptions) -> None:
    """Read the same file another way; one that was not kept, as soon as it is dropped again."""
    if current.data is None:
        st.session_state[_OPTIONS] = (current.file_name, options)
        return
    begin_reading_again(current, options)
    finish_reading()


def begin_reading_again(current: Loaded, options: ReadOptions) -> None:
    """Begin to read a file that was kept another way; the script that follows shows it."""
    assert current.data is not None
    settings = st.session_state.get(_UNANSWERED) or current_settings(TableSettings)
    reading = Reading(current.file_name, io.BytesIO(current.data), options)
    _begin(Awaited(reading, current.data, settings))


def is_reading() -> bool:
    """Whether a file is on its way."""
    return _AWAITED in st.session_state


def finish_reading() -> None:
    """Wait for the file that is on its way, if there is one, and show its table."""
    if not is_reading():
        return
    awaited: Awaited = st.session_state[_AWAITED]
    try:
        table = awaited.reading.wait()
    except LinregError as error:
        del st.session_state[_AWAITED]
        _turn_over(str(error))
        st.rerun()
    del st.session_state[_AWAITED]
    _show(table, awaited)
    st.rerun()


def _begin(awaited: Awaited) -> None:
    st.session_state[_AWAITED] = awaited
    forget_table()  # memory is tightest now


def _show(table: Table, awaited: Awaited) -> None:
    """Put a table in the place of the visitor's former one."""
    _turn_over()
    reading, settings = awaited.reading, awaited.settings
    own = Loaded(table, reading.name, OWN, awaited.kept, reading.options)
    st.session_state.setdefault(_TABLES, {})[OWN] = own
    st.session_state[_UNANSWERED] = settings if table.questions else None
    if settings is not None:
        apply(settings)
    else:
        apply(TABLE_DEFAULTS)
        columns_have_changed()


def turn() -> int:
    """Return the table's number: a fresh one is a fresh widget, an upload without a file."""
    return int(st.session_state.get(_TURN, 0))


def reading_error() -> str:
    """Return why the last file was not taken, or nothing."""
    return str(st.session_state.get(_ERROR, ""))


def _change_table() -> None:
    """Leave the table in use; the visitor's own one is found again as it was left."""
    own, settings = loaded(OWN), current_settings(TableSettings)
    if own is not None and settings.table == OWN:
        st.session_state[_TABLES][OWN] = replace(own, left=settings)
    st.session_state.pop(_OPTIONS, None)
    forget_table()
    _turn_over()


def _turn_over(error: str = "") -> None:
    st.session_state[_TURN] = turn() + 1
    st.session_state[_ERROR] = error
