"""How a file was read, drawn in the browser: words that can be changed where they stand.

The line and the preview are one component each (`static/reading.js`): as widgets of Streamlit's
they would be a hundred, sent anew at every move of a slider.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import streamlit as st

from dashboard.escaping import one_line
from dashboard.live.component import address_of
from dashboard.live.served_component import served_component
from dashboard.live.server import live_server
from dashboard.own_data.arriving import begin_reading_again
from dashboard.own_data.assumptions import Assumption, line_of
from dashboard.own_data.preview import (
    COLUMN_KINDS,
    KIND_LABELS,
    PREVIEW_COLUMNS,
    PreviewRow,
    kinds_of,
    more_text,
    rows_of,
)
from dashboard.own_data.source import File, Loaded, turn
from table_reader import NUMBER, ReadOptions

_NAME_LETTERS = 60

_mount_line = served_component(
    "linreg_reading_line",
    '<div class="reading" style="min-height: 1.5rem"></div>',
    ".reading",
    "createReading",
)
_mount_preview = served_component(
    "linreg_reading_preview",
    '<div class="reading" style="min-height: 12rem"></div>',
    ".reading",
    "createReading",
)


def reading_line(current: Loaded, is_all_learned: bool = False) -> None:
    """Draw what a table is and how it was read, each assumption with its alternatives."""
    parts = line_of(current, is_all_learned)
    ways = {part.assumption.field: part.assumption.ways for part in parts if part.assumption}
    drawn = [
        {
            "text": part.text,
            "id": part.assumption.field if part.assumption else "",
            "choices": _choices(part.assumption) if part.assumption else None,
        }
        for part in parts
    ]
    name = one_line(current.file_name, most=_NAME_LETTERS)

    def way(taken: Mapping[str, Any]) -> ReadOptions | None:
        offered = ways.get(str(taken.get("id")), ())
        chosen = taken.get("chosen")
        if isinstance(chosen, int) and 0 <= chosen < len(offered):
            return offered[chosen][0]
        return None

    key = f"reading_line_{turn()}"
    _mount_line(
        key=key,
        data=_data("line", {"name": name, "parts": drawn}),
        on_chosen_change=lambda: _take(key, current, way),
        width="content",
    )


def preview(current: Loaded) -> None:
    """Draw the first lines as they stand and as they were read, under each column's kind."""
    table, asked = current.table, current.asked
    names = [str(name) for name in table.frame.columns[:PREVIEW_COLUMNS]]
    kinds = kinds_of(table)
    columns = [_column(current, name, kinds[name]) for name in names]
    rows = [
        asdict(row) | {"cells": [cell | {"text": one_line(cell["text"])} for cell in row.cells]}
        for row in rows_of(table)
    ]

    def way(taken: Mapping[str, Any]) -> ReadOptions | None:
        index, chosen = str(taken.get("id")), taken.get("chosen")
        if not index.isdecimal() or int(index) >= len(names) or not isinstance(chosen, int):
            return None
        kind = COLUMN_KINDS[chosen] if 0 <= chosen < len(COLUMN_KINDS) else None
        return asked.with_kind(names[int(index)], kind)

    key = f"reading_preview_{turn()}"
    drawn = {
        "columns": columns,
        "rows": rows,
        "hasLines": bool(table.found.head),
        "more": more_text(table),
    }
    _mount_preview(
        key=key,
        data=_data("preview", drawn),
        on_chosen_change=lambda: _take(key, current, way),
    )


def first_lines(file: File, key: str) -> None:
    """Draw the first lines of a file as they stand, if they can be seen."""
    if file.found.head:
        rows = [asdict(PreviewRow(number, text, "row")) for number, text in file.found.head]
        drawn = {"columns": [], "rows": rows, "hasLines": True, "more": ""}
        data = _data("preview", drawn)
        _mount_preview(key=f"{key}_{turn()}", data=data, on_chosen_change=lambda: None)


def _column(current: Loaded, name: str, kind: str) -> dict[str, Any]:
    options = [KIND_LABELS[each] for each in COLUMN_KINDS]
    if current.asked.kind_of(name) is not None:
        options.append("As the file says")
    choices = {
        "label": f"Read {one_line(name)} as",
        "options": options,
        "chosen": COLUMN_KINDS.index(kind),
    }
    is_offered = current.data is not None
    return {
        "name": one_line(name),
        "text": kind,
        "isNumber": kind == NUMBER,
        "choices": choices if is_offered else None,
    }


def _choices(assumption: Assumption) -> dict[str, Any]:
    options = [label for _, label in assumption.ways]
    return {"label": assumption.label, "options": options, "chosen": assumption.chosen}


def _data(kind: str, drawn: Mapping[str, Any]) -> dict[str, Any]:
    assets = live_server().assets
    return {
        "module": address_of(assets.reading_path),
        "style": address_of(assets.reading_style_path),
        kind: drawn,
    }


def _take(
    key: str, current: Loaded, way: Callable[[Mapping[str, Any]], ReadOptions | None]
) -> None:
    """Something was chosen: read the file so."""
    taken = st.session_state[key].chosen
    options = way(taken) if isinstance(taken, Mapping) else None
    if options is not None and options != current.asked:
        begin_reading_again(current, options)
