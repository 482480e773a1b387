"""How a file is read, to be overridden: every assumption has a field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.escaping import one_line
from dashboard.own_data.source import File, turn
from table_reader import ReadOptions, Sheet
from table_reader.wording import counted

DELIMITER_LABELS: Final = {
    ",": "Comma",
    ";": "Semicolon",
    "\t": "Tab",
    "|": "Vertical bar",
    " ": "Spaces",
}
DECIMAL_LABELS: Final = {".": "Point: 3.14", ",": "Comma: 3,14"}
_CODECS = ("utf-8", "utf-16", "cp1252", "latin-1", "cp1250", "cp1251", "shift_jis", "gb18030")
CODEC_LABELS: Final = {name: name for name in _CODECS}
ORDER_LABELS: Final = {"day": "Day first: 31/12", "month": "Month first: 12/31"}
HEADER_LABELS: Final = {True: "Names the columns", False: "Is data"}
_QUOTES: Final = {'"': 'Double: "a, b"', "'": "Single: 'a, b'", "": "None: a mere sign"}
_TOTALS: Final = {True: "Are left out", False: "Are rows like others"}
_HIDDEN: Final = {True: "Are read", False: "Are left out"}
_MOST_SKIPPED, _MOST_PARTS = 1_000, 100
_SHEET_LETTERS = 30


def options_form(file: File, key: str, read: Callable[[Any, ReadOptions], None]) -> None:
    """Draw what was found out, and what a person says instead; the file is then read again.

    `key` is that of the form; `read` reads the file another way, at once.
    """
    used, asked, found = file.used, file.asked, file.found
    with st.form(f"{key}_{turn()}", border=False):
        form = _Form(file, f"{key}_{turn()}")
        if found.sheets or used.sheet is not None:
            form.sheet()
        form.begin_columns()
        if found.is_text or used.encoding is not None:
            form.offer("delimiter", "Columns are separated by", DELIMITER_LABELS)
            form.offer("decimal", "Decimal sign", DECIMAL_LABELS)
            form.offer("encoding", "Encoding", CODEC_LABELS)
            form.offer("quote", "Quotes", _QUOTES)
        form.offer("date_order", "Dates", ORDER_LABELS)
        if found.sheets:
            form.offer("has_hidden_rows", "Hidden rows", _HIDDEN)
        form.offer("has_totals", "Rows of totals", _TOTALS)
        form.offer("has_header", "The first row", HEADER_LABELS)
        form.number("skip_rows", "Lines to skip before it", 0, _MOST_SKIPPED, used.skip_rows or 0)
        if asked.part or used.part:
            form.number("part", "Which table, from the top", 1, _MOST_PARTS, used.part or 1)
        if st.form_submit_button("Read again"):
            read(file, replace(asked, **form.chosen))
    if file.data is None:
        st.caption(
            "This file was too large to keep beside its table: after **Read again**, drop it once "
            "more under **Other data**."
        )


class _Form:
    """The fields of a form, and what they are set to."""

    def __init__(self, file: File, key: str) -> None:
        self._file, self._key = file, key
        self._places: tuple[DeltaGenerator, ...] = ()
        self._n_drawn = 0
        self.chosen: dict[str, Any] = {}

    def begin_columns(self) -> None:
        """Draw what follows side by side."""
        self._places = st.columns(2)

    def offer(self, field: str, label: str, labels: Mapping[Any, str]) -> None:
        """Draw a choice whose first entry leaves it to the file."""
        used, asked = getattr(self._file.used, field), getattr(self._file.asked, field)
        found = f": {labels.get(used, one_line(used, most=20))}" if used is not None else ""
        named = {None: f"As found{found}", **labels}
        if asked not in named:
            named[asked] = one_line(asked, most=20)
        self.chosen[field] = self._place().selectbox(
            label,
            list(named),
            index=list(named).index(asked),
            format_func=lambda value: named[value],
            key=f"{self._key}_{field}",
        )

    def number(self, field: str, label: str, least: int, most: int, used: int) -> None:
        """Draw a number that is left to the file where the field is empty."""
        asked = getattr(self._file.asked, field)
        value = None if asked is None else min(max(asked, least), most)
        self.chosen[field] = self._place().number_input(
            label,
            *(least, most),
            value=value,
            placeholder=f"As found: {used}",
            key=f"{self._key}_{field}",
        )

    def sheet(self) -> None:
        """Draw a workbook's sheets with their sizes; one that is asked for may not be there."""
        asked, used = self._file.asked.sheet, self._file.used.sheet
        named: dict[str | None, str] = {s.name: sheet_label(s) for s in self._file.found.sheets}
        current = asked if asked in named else used if used in named else None
        names = [*named] if current is not None or not named else [None, *named]
        if not named:
            name = st.text_input("Sheet", asked or used, key=f"{self._key}_sheet")
            self.chosen["sheet"] = asked if name == used else name or None
            return
        chosen = st.selectbox(
            "Sheet",
            names,
            index=names.index(current),
            format_func=lambda name: "Choose a sheet" if name is None else named[name],
            key=f"{self._key}_sheet",
        )
        self.chosen["sheet"] = asked if chosen == used else chosen

    def _place(self) -> DeltaGenerator:
        self._n_drawn += 1
        return self._places[self._n_drawn % 2 - 1]


def sheet_label(sheet: Sheet) -> str:
    """Return a sheet as people choose it, e.g. "Measurements, 16 rows x 3 columns"."""
    name = one_line(sheet.name, most=_SHEET_LETTERS)
    size = f"{counted(sheet.n_rows, 'row')} x {counted(sheet.n_columns, 'column')}"
    empty = sheet.n_rows == 0 or sheet.n_columns == 0
    return f"{name}, {'empty' if empty else size}{' (hidden)' if sheet.is_hidden else ''}"
