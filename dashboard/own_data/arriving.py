"""Files on their way: a new one, or the same one read another way."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.address import apply, carry, current_settings, followed
from dashboard.escaping import markdown_text
from dashboard.own_data.choices import choices_of
from dashboard.own_data.file_of_run import file_of_run
from dashboard.own_data.link_rows import table_of
from dashboard.own_data.messages import Refusal
from dashboard.own_data.packed_cells import ROWS
from dashboard.own_data.progress import Reading
from dashboard.own_data.settings import TABLE_DEFAULTS, TableSettings
from dashboard.own_data.source import (
    OWN,
    File,
    Loaded,
    Refused,
    keep_own,
    loaded,
    promise,
    promised,
    turn,
    turn_over,
)
from dashboard.own_data.state import columns_have_changed, forget_steps, forget_table
from dashboard.streamlit_private import detach
from linreg_core import LinregError
from table_reader import ReadOptions, Table

KEPT_BYTES = 20_000_000
"""A file up to this size stays beside its table, so that it can be read another way."""
TYPES = ("csv", "tsv", "txt", "dat", "gz", "zip", "parquet", "xlsx")
"""Endings of the files that the upload field takes."""

_AWAITED, _UNANSWERED = "_awaited_file", "_settings_until_answered"
_KEPT_ROWS = "_rows_of_link"


@dataclass(frozen=True, eq=False)
class Awaited:
    """A file on its way: its bytes, where they are kept, and the settings made for it, if any.

    The rows that these leave out are counted in `counted_in`, else in the table that comes.
    `are_columns_new` tells that the learning rate was not made for them.
    """

    reading: Reading
    kept: bytes | None
    settings: TableSettings | None
    counted_in: Table | None = None
    is_new: bool = True
    are_columns_new: bool = False


def take_upload(upload: UploadedFile) -> None:
    """Begin to read a file that has just come, and let the upload itself go.

    The next script shows its table. Where it can't be read, what was on screen stays, and
    `refused` has it.
    """
    options = promised(upload.name)
    name, size = upload.name, upload.size
    file = detach(upload, f"upload_{turn()}")
    _take(name, file, file.getvalue() if size <= KEPT_BYTES else None, options)


def take_cells(name: str, text: str) -> None:
    """Begin to read cells that were pasted or typed, as a file of that name would be read."""
    data = text.encode(errors="replace")  # a browser may send half a sign
    _take(name, io.BytesIO(data), data if len(data) <= KEPT_BYTES else None, ReadOptions())


def follow_rows(settings: TableSettings) -> None:
    """Begin to read the table that a link has just brought; the address keeps one that is here.

    A link whose table is of no use says so, and brings none.
    """
    text = followed(ROWS)
    if settings.table != OWN:
        return
    here = _rows_in_use()
    if text is None or text == here:
        if here:
            carry(ROWS, here)
        return
    try:
        name, data, options = table_of(text)
    except LinregError as error:
        st.toast(markdown_text(error), icon=":material/link_off:", duration="long")
        return
    st.session_state[_KEPT_ROWS] = (text, data)
    options = options if settings.asked == ReadOptions() else settings.asked
    _begin(Awaited(Reading(name, io.BytesIO(data), options), data, settings))


def _rows_in_use() -> str:
    """Return what the link said of the table that is in use; "" where it is another one."""
    text, data = st.session_state.get(_KEPT_ROWS, ("", b""))
    own = loaded(OWN)
    return str(text) if own is not None and own.data == data else ""


def bring_table(name: str, data: bytes, settings: TableSettings) -> None:
    """Begin to read a table that comes with its settings; the data page's next script shows it."""
    kept = data if len(data) <= KEPT_BYTES else None
    _begin(Awaited(Reading(name, io.BytesIO(data), ReadOptions()), kept, settings))


def _take(name: str, file: io.BytesIO, kept: bytes | None, options: ReadOptions) -> None:
    linked, wanted = current_settings(TableSettings), file_of_run()
    is_waited_for = loaded(OWN) is None and linked.table == OWN and bool(linked.target)
    if wanted is not None and wanted.name == name:
        is_waited_for, linked = True, wanted.settings
    if is_waited_for and options == ReadOptions():
        options = linked.asked
    _begin(Awaited(Reading(name, file, options), kept, linked if is_waited_for else None))
    st.rerun()


def read_again(file: File, options: ReadOptions) -> None:
    """Begin to read the same file another way; one that was not kept, when it is dropped again."""
    begin_or_promise(file, options)
    st.rerun()


def begin_or_promise(file: File, options: ReadOptions) -> None:
    """Begin to read a file another way, or do so when it is dropped again (a callback's work)."""
    if file.data is None:
        promise(file.file_name, options)
    else:
        begin_reading_again(file, options)


def begin_reading_again(file: File, options: ReadOptions) -> None:
    """Begin to read a file that was kept another way; the script that follows shows it."""
    assert file.data is not None
    reading = Reading(file.file_name, io.BytesIO(file.data), options)
    if isinstance(file, Refused):
        own = None if file.is_new else loaded(OWN)
        counted_in = own.table if own else None
        _begin(Awaited(reading, file.data, file.settings, counted_in, file.is_new))
        return
    linked: TableSettings | None = st.session_state.get(_UNANSWERED)
    settings = linked or _without_proposal(current_settings(TableSettings), file.table)
    are_new = linked is None
    _begin(Awaited(reading, file.data, settings, file.table, False, are_new))


def _without_proposal(settings: TableSettings, table: Table) -> TableSettings:
    """Return settings whose columns are proposed anew, where they are those that were proposed."""
    proposal = choices_of(table).proposal
    is_proposed = settings.target == (proposal.target or "")
    if is_proposed and set(settings.features) == set(proposal.features):
        return replace(settings, target="", features=())
    return settings


def take_back_reading(settings: TableSettings) -> None:
    """Read the table of these former settings as it was read then, where that was otherwise."""
    own = loaded(OWN)
    if own is None or own.data is None or settings.table != OWN or settings.asked == own.asked:
        return
    reading = Reading(own.file_name, io.BytesIO(own.data), settings.asked)
    _begin(Awaited(reading, own.data, settings, is_new=False))


def follow_reading(settings: TableSettings) -> None:
    """Read the table as an address says that was followed, where it was read otherwise."""
    if not is_reading():
        take_back_reading(settings)


def is_reading() -> bool:
    """Whether a file is on its way."""
    return _AWAITED in st.session_state


def finish_reading() -> None:
    """Wait for the file that is on its way, if there is one, and show its table.

    To be called before any control is drawn: these are set anew.
    """
    if not is_reading():
        return
    awaited: Awaited = st.session_state[_AWAITED]
    try:
        table = awaited.reading.wait()
    except LinregError as error:
        del st.session_state[_AWAITED]
        turn_over(_refused(Refusal.of(error), awaited))
        if (own := loaded(OWN)) is not None:  # or an address of no use would be tried again
            apply(replace(current_settings(TableSettings), asked=own.asked))
        st.rerun()
    del st.session_state[_AWAITED]
    _show(table, awaited)
    st.rerun()


def _begin(awaited: Awaited) -> None:
    st.session_state[_AWAITED] = awaited
    forget_table()  # memory is tightest now


def _refused(refusal: Refusal, awaited: Awaited) -> Refused:
    reading = awaited.reading
    return Refused(
        *(refusal, reading.name, awaited.kept, reading.options, awaited.settings, awaited.is_new)
    )


def _show(table: Table, awaited: Awaited) -> None:
    """Put a table in the place of the visitor's former one."""
    reading, settings = awaited.reading, awaited.settings
    keep_own(Loaded(table, reading.name, OWN, awaited.kept, reading.options))
    if awaited.is_new:
        forget_steps()
    if settings is not None and awaited.counted_in is not None:
        settings = recounted(settings, awaited.counted_in, table)
    st.session_state[_UNANSWERED] = settings if table.questions else None
    apply(replace(TABLE_DEFAULTS if settings is None else settings, asked=reading.options))
    if settings is None or awaited.are_columns_new:
        columns_have_changed()


def recounted(settings: TableSettings, former: Table, table: Table) -> TableSettings:
    """Return settings that leave out the same lines of the file, where they stand now."""
    if not settings.excluded_rows or (former.line_numbers is None and table.line_numbers is None):
        return settings
    lines = [former.row_number(position) for position in settings.excluded_rows]
    numbers = table.line_numbers
    if numbers is None:
        numbers = np.arange(len(table.frame)) + table.row_number(0)
    return replace(settings, excluded_rows=tuple(np.flatnonzero(np.isin(numbers, lines)).tolist()))
