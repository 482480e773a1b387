"""The tables that a session has: a file of the visitor's own, one of ours, or stored rows."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import streamlit as st

from dashboard.address import apply, current_settings
from dashboard.own_data.examples import EXAMPLES, Example
from dashboard.own_data.messages import Refusal
from dashboard.own_data.settings import TABLE_DEFAULTS, TableSettings
from dashboard.own_data.state import columns_have_changed, forget_steps, forget_table
from dashboard.own_data.stored_names import STORED
from linreg_core import read_table
from linreg_core.bundled import DATA_FOLDER
from table_reader import Found, ReadOptions, Table

_TABLES, _REFUSED, _TURN, _PROMISED = "_tables", "_refused_file", "_turn", "_promised_options"
OWN = ""
"""The name under which the visitor's own file goes."""


@dataclass(frozen=True, eq=False)
class Loaded:
    """A table in a session's memory.

    `data` are the file's bytes, where they are kept, and `asked` is what the visitor has said of
    how to read it. `n_stored` tells how many rows there are where it is a fair sample of them.
    """

    table: Table
    file_name: str
    name: str = OWN
    data: bytes | None = None
    asked: ReadOptions = ReadOptions()
    left: TableSettings | None = None  # what the page was set to when it turned to another table
    n_stored: int | None = None
    digest: str = ""  # of what is stored

    @property
    def used(self) -> ReadOptions:
        """How it was read."""
        return self.table.options

    @property
    def found(self) -> Found:
        return self.table.found


@dataclass(frozen=True, eq=False)
class Refused:
    """A file that could not be read, with what was found of it: a person may know better.

    `settings` are those made for it, if any, and `is_new` tells that no table ever came of it.
    """

    refusal: Refusal
    file_name: str
    data: bytes | None = None
    asked: ReadOptions = ReadOptions()
    settings: TableSettings | None = None
    is_new: bool = True

    @property
    def used(self) -> ReadOptions:
        """How it was tried, as far as that was found out."""
        return self.refusal.options or self.asked

    @property
    def found(self) -> Found:
        return self.refusal.found or Found()

    @property
    def can_be_told(self) -> bool:
        """Whether there is anything to say of how it is to be read."""
        return self.found.is_text or bool(self.found.sheets or self.found.head)


File = Loaded | Refused
"""What can be read another way."""


def loaded(name: str) -> Loaded | None:
    """Return the session's table of that name; the bundled ones are there for everybody."""
    own: dict[str, Loaded] = st.session_state.setdefault(_TABLES, {})
    if name in own:
        return own[name]
    return _bundled(EXAMPLES[name]) if name in EXAMPLES else None


def keep_own(own: Loaded) -> None:
    """Put a table in the place of the visitor's former one."""
    turn_over()
    st.session_state.setdefault(_TABLES, {})[OWN] = own


def keep_stored(stored: Loaded) -> None:
    """Keep a sample of stored rows for this session, under its name."""
    turn_over()
    st.session_state.setdefault(_TABLES, {})[stored.name] = stored


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


def open_stored(source: str) -> None:
    """Show a sample of a named source, looked at anew (a callback's work)."""
    _change_table()
    table = f"{STORED}{source}"
    st.session_state.setdefault(_TABLES, {}).pop(table, None)
    apply(replace(TABLE_DEFAULTS, table=table))
    columns_have_changed()


def turn() -> int:
    """Return the table's number: a fresh one is a fresh widget, an upload without a file."""
    return int(st.session_state.get(_TURN, 0))


def turn_over(refused: Refused | None = None) -> None:
    """Make every widget about a file a fresh one; a file that was refused waits to be told."""
    st.session_state[_TURN] = turn() + 1
    st.session_state[_REFUSED] = refused


def refused() -> Refused | None:
    """Return the last file, where it was not taken."""
    found: Refused | None = st.session_state.get(_REFUSED)
    return found


def promise(file_name: str, options: ReadOptions) -> None:
    """Read the file of that name so, when it is dropped again: it was not kept."""
    st.session_state[_PROMISED] = (file_name, options)


def promised(file_name: str) -> ReadOptions:
    """Return how a file that has come is to be read; what was said of another one is forgotten."""
    waiting_for, options = st.session_state.pop(_PROMISED, (file_name, ReadOptions()))
    return options if waiting_for == file_name else ReadOptions()


def _change_table() -> None:
    """Leave the table in use; the visitor's own one is found again as it was left."""
    own, settings = loaded(OWN), current_settings(TableSettings)
    if own is not None and settings.table == OWN:
        st.session_state[_TABLES][OWN] = replace(own, left=settings)
    st.session_state.pop(_PROMISED, None)
    forget_table()
    forget_steps()
    turn_over()
