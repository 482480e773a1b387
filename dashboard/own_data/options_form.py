"""How a file was read, to be overridden: every assumption has a field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard.escaping import one_line
from dashboard.own_data.source import Loaded, read_again

_DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Vertical bar", " ": "Spaces"}
_DECIMALS = {".": "Point: 3.14", ",": "Comma: 3,14"}
_ENCODINGS = ("utf-8", "utf-16", "cp1252", "latin-1", "cp1250", "cp1251", "shift_jis", "gb18030")
_ORDERS = {"day": "Day first: 31/12", "month": "Month first: 12/31"}
_HEADERS = {True: "Names the columns", False: "Is data"}
_MOST_SKIPPED = 1_000


def options_form(current: Loaded) -> None:
    """Draw what was found out, and what a person says instead; the file is then read again."""
    used, asked = current.table.options, current.asked
    is_text = used.encoding is not None
    with st.form("reading", border=False):
        left, right = st.columns(2)
        chosen: dict[str, Any] = {}

        def offer(place: Any, field: str, label: str, labels: Mapping[Any, str]) -> None:
            with place:
                chosen[field] = _option(label, labels, getattr(used, field), getattr(asked, field))

        if is_text:
            offer(left, "delimiter", "Columns are separated by", _DELIMITERS)
            offer(right, "decimal", "Decimal sign", _DECIMALS)
            offer(left, "encoding", "Encoding", {name: name for name in _ENCODINGS})
        if used.sheet is not None:
            chosen["sheet"] = left.text_input("Sheet", asked.sheet or used.sheet)
        offer(right, "date_order", "Dates", _ORDERS)
        offer(left, "has_header", "The first row", _HEADERS)
        chosen["skip_rows"] = right.number_input(
            "Lines to skip before it",
            0,
            _MOST_SKIPPED,
            value=asked.skip_rows,
            placeholder=f"As found: {used.skip_rows or 0}",
        )
        if st.form_submit_button("Read again"):
            read_again(current, replace(asked, **chosen))
    if current.data is None:
        st.caption(
            "This file was too large to keep beside its table: after **Read again**, drop it once "
            "more under **Other data**."
        )


def _option(label: str, labels: Mapping[Any, str], used: Any, asked: Any) -> Any:
    """Draw a choice whose first entry leaves it to the file."""
    found = f": {labels.get(used, one_line(used, most=20))}" if used is not None else ""
    named = {None: f"As found{found}", **labels}
    if asked not in named:
        named[asked] = one_line(asked, most=20)
    return st.selectbox(
        label,
        list(named),
        index=list(named).index(asked),
        format_func=lambda value: named[value],
    )
