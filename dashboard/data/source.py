"""Where a session's tables come from: a file of the visitor's own, or one of ours."""

from __future__ import annotations

import functools
import io
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.address import apply, current_settings
from dashboard.data.controls import columns_have_changed
from dashboard.data.progress import read_in_sight, take
from dashboard.data.settings import FIRST, TableSettings
from linreg_core import LinregError, read_table
from linreg_core.bundled import DATA_FOLDER
from linreg_core.tables import ReadOptions, Table

KEPT_BYTES = 20_000_000
"""A file up to this size stays beside its table, so that it can be read another way."""

_TABLES, _ERROR, _TURN = "_tables", "_reading_error", "_turn"
_OPTIONS, _UNANSWERED = "_options_for_next_upload", "_settings_until_answered"
TYPES = ("csv", "tsv", "txt", "dat", "gz", "zip", "parquet", "xlsx")
"""Endings of the files that the upload field takes."""
OWN = ""
"""The name under which the visitor's own file goes."""


@dataclass(frozen=True)
class Example:
    """A bundled table: what it is, and what of it is worth a look."""

    name: str
    label: str
    file: str
    target: str
    features: tuple[str, ...]


EXAMPLES = (
    Example("condos", "Condos", "condos.csv", "sale_price", ("sq_footage",)),
    Example("anscombe", "Anscombe's quartet", "anscombe.csv", "y1", ("x1",)),
    Example("norris", "NIST Norris", "norris.csv", "y", ("x",)),
    Example(
        "longley",
        "NIST Longley",
        "longley.csv",
        "employed",
        ("deflator", "gnp", "unemployed", "armed_forces", "population", "year"),
    ),
)


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


def loaded(name: str) -> Loaded | None:
    """The session's table of that name; the bundled ones are there for everybody."""
    own: dict[str, Loaded] = st.session_state.setdefault(_TABLES, {})
    if name in own:
        return own[name]
    example = next((each for each in EXAMPLES if each.name == name), None)
    return _bundled(example) if example else None


@functools.cache
def _bundled(example: Example) -> Loaded:
    return Loaded(read_table(DATA_FOLDER / example.file), example.file, example.name)


def open_example(example: Example) -> None:
    """Shows a bundled table (a callback's work)."""
    _turn_over()
    chosen = replace(FIRST, table=example.name, target=example.target, features=example.features)
    apply(chosen)
    columns_have_changed()


def open_own() -> None:
    """Shows the visitor's own file again (a callback's work)."""
    _turn_over()
    apply(FIRST)
    columns_have_changed()


def take_upload(upload: UploadedFile) -> None:
    """Reads a file that has just come, shows its table and lets the upload itself go.

    Where it can't be read, what was on screen stays, and `reading_error` says why.
    """
    options = st.session_state.pop(_OPTIONS, ReadOptions())
    file = take(upload, f"upload_{turn()}")
    kept = file.getvalue() if upload.size <= KEPT_BYTES else None
    linked = current_settings(TableSettings)
    is_waited_for = loaded(OWN) is None and linked.table == OWN and linked.target
    _read(upload.name, file, kept, options, linked if is_waited_for else None)
    st.rerun()


def read_again(current: Loaded, options: ReadOptions) -> None:
    """Reads the same file another way; one that was not kept, as soon as it is dropped again."""
    if current.data is None:
        st.session_state[_OPTIONS] = options
        return
    settings = st.session_state.get(_UNANSWERED) or current_settings(TableSettings)
    _read(current.file_name, io.BytesIO(current.data), current.data, options, settings)
    st.rerun()


def turn() -> int:
    """Counts tables: a fresh number is a fresh widget, an upload without a file, a menu closed."""
    return int(st.session_state.get(_TURN, 0))


def reading_error() -> str:
    """Why the last file was not taken, or nothing."""
    return str(st.session_state.get(_ERROR, ""))


def _turn_over(error: str = "") -> None:
    st.session_state[_TURN] = turn() + 1
    st.session_state[_ERROR] = error


def _read(
    file_name: str,
    file: io.BytesIO,
    kept: bytes | None,
    options: ReadOptions,
    settings: TableSettings | None,
) -> None:
    """Reads a file and shows its table, with these settings where they were made for it."""
    try:
        table = read_in_sight(file_name, file, options)
    except LinregError as error:
        _turn_over(str(error))
        return
    _turn_over()
    tables = st.session_state.setdefault(_TABLES, {})
    tables[OWN] = Loaded(table, file_name, OWN, kept, options)
    st.session_state[_UNANSWERED] = settings if table.questions else None
    if settings is not None:
        apply(settings)
    else:
        apply(FIRST)
        columns_have_changed()
