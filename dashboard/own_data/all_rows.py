"""Learning all rows of stored data, of which the page's table is a fair sample."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import streamlit as st

from dashboard.controls.hidden import is_hidden
from dashboard.controls.widgets import KEPT
from dashboard.own_data.declared import LEARN_ALL_ROWS
from dashboard.own_data.messages import AllRows, AllRowsRequest
from dashboard.own_data.settings import TableSettings
from dashboard.own_data.source import Loaded
from dashboard.own_data.standard_errors import STREAMED_ERRORS
from dashboard.own_data.state import of_table
from dashboard.own_data.stored_names import named_sources
from dashboard.own_data.stored_reading import StoredReading, stored_samples
from linreg_core import ConfigError
from linreg_core.inference import CLASSICAL
from table_reader.wording import counted

_READING: Final = of_table("all_rows")
_NEEDS_ROWS: Final = (
    "All rows are learned by their sums of squares and products, which know full batches and "
    "squared losses only. Choose a squared loss, or turn “Learn all rows” off: the sample can be "
    "learned by any."
)


def is_a_sample(source: Loaded) -> bool:
    """Whether more rows are stored than the table has, and can be read."""
    n_stored = source.n_stored
    is_more = n_stored is not None and n_stored > len(source.table.frame)
    return is_more and source.file_name in named_sources()


def all_rows_label(source: Loaded) -> str:
    """Return what turns it on is called."""
    return f"Learn all {counted(source.n_stored or 0, 'row')}"


def all_rows_control(settings: TableSettings, source: Loaded) -> TableSettings:
    """Draw the switch where there are more rows than the table's, and return what it is set to."""
    if not is_a_sample(source):
        st.session_state.pop(_READING, None)
        return replace(settings, all_rows=False)
    name = LEARN_ALL_ROWS.name
    if not is_hidden(name):
        st.toggle(all_rows_label(source), key=name, help=LEARN_ALL_ROWS.help, persist_state=KEPT)
    is_on = bool(st.session_state[name])
    if not is_on:
        st.session_state.pop(_READING, None)  # nobody waits for it any more
    return replace(settings, all_rows=is_on)


def needs_rows(settings: TableSettings) -> str:
    """Return why all rows can't be learned so, "" where they can."""
    if not settings.all_rows:
        return ""
    try:
        settings.config().check_needs_no_rows()
    except ConfigError:
        return _NEEDS_ROWS
    return ""


def all_rows_of(settings: TableSettings, source: Loaded) -> AllRows | None:
    """Return what all rows tell of the chosen columns; None while they are read for that.

    Raises DataError when they could not be read, or no fit can be made of them.
    """
    request = _request(settings, source)
    found = stored_samples().known(request)
    if found is not None:
        st.session_state.pop(_READING, None)
        return found
    asked, reading = st.session_state.get(_READING, (None, None))
    if asked != request:
        reading = stored_samples().learning(request)
        st.session_state[_READING] = request, reading
    return reading.all_rows() if reading.is_there(0.0) else None


def all_rows_reading() -> StoredReading | None:
    """Return the session's reading that is on its way, if any."""
    _, reading = st.session_state.get(_READING, (None, None))
    return None if reading is None or reading.is_there(0.0) else reading


def learn_all_rows() -> None:
    """Turn from the sample to all rows (a callback's work)."""
    st.session_state[LEARN_ALL_ROWS.name] = True


def learn_sample() -> None:
    """Turn from all rows to the sample (a callback's work)."""
    st.session_state[LEARN_ALL_ROWS.name] = False


def _request(settings: TableSettings, source: Loaded) -> AllRowsRequest:
    errors = settings.standard_errors
    return AllRowsRequest(
        name=source.file_name,
        place=named_sources()[source.file_name],
        digest=source.digest,
        selection=replace(settings.selection, excluded_rows=()),  # they are rows of the sample
        errors=errors if errors in STREAMED_ERRORS else CLASSICAL.kind,
        test_fraction=settings.test_fraction,
        seed=settings.seed if settings.test_fraction else 0,
        sample=source.table,
    )
