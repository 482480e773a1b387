"""Cells without a file: pasted from a spreadsheet or a web page, or typed into a grid."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any, Final

import streamlit as st

from dashboard.own_data.arriving import take_cells
from dashboard.own_data.source import turn

PASTED, TYPED = "pasted cells", "typed cells"
_GRID_COLUMNS, _GRID_ROWS = 6, 8
_PASTE_PIXELS = 90
_EMPTY = "There is nothing to fit yet: paste or type at least two columns of numbers first."

# What is pasted anywhere on the page, but for its fields, which take it themselves.
_LISTENER: Final = """
export default function ({ setTriggerValue }) {
  const fields = "input, textarea, [contenteditable], canvas, [data-testid=stDataFrame]";
  const take = (event) => {
    const isField = event.target.closest?.(fields);
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!isField && text.trim()) setTriggerValue("pasted", text);
  };
  document.addEventListener("paste", take);
  return () => document.removeEventListener("paste", take);
}
"""
_mount_listener = st.components.v2.component(
    "linreg_paste", html="<span hidden></span>", js=_LISTENER, isolate_styles=False
)


def paste_form(label: str) -> None:
    """Draw a field to paste cells into, and the button that fits them."""
    key = f"paste_{turn()}"
    with st.form(key, border=False):
        text = st.text_area(
            label,
            key=f"{key}_text",
            height=_PASTE_PIXELS,
            placeholder="Ctrl+V: with or without a row of names, decimal points or commas",
        )
        is_sent = st.form_submit_button("Fit", icon=":material/show_chart:")
    if is_sent:
        _take(PASTED, text)


def paste_anywhere() -> None:
    """Take what is pasted outside of any field: where data are waited for, it means one thing."""
    key = f"paste_anywhere_{turn()}"
    pasted = _mount_listener(key=key, on_pasted_change=lambda: None).pasted
    if isinstance(pasted, str):
        _take(PASTED, pasted)


def grid_form() -> None:
    """Draw an empty grid to type into; its first row may be names."""
    import pandas as pd

    names = [f"column {number}" for number in range(1, _GRID_COLUMNS + 1)]
    empty = pd.DataFrame("", index=range(_GRID_ROWS), columns=names, dtype=str)
    key = f"grid_{turn()}"
    typed = st.data_editor(
        empty,
        num_rows="dynamic",
        hide_index=True,
        key=key,
        column_config={name: st.column_config.TextColumn(default="") for name in names},
    )
    st.caption("The first row may name the columns. Cells can be pasted here as well.")
    if st.button("Fit", key=f"{key}_fit", icon=":material/show_chart:"):
        _take(TYPED, text_of(typed.to_dict("records")))


def text_of(rows: Iterable[Mapping[Any, Any]]) -> str:
    """Return the cells of a grid as a spreadsheet copies them, without empty rows and columns."""
    cells = [["" if _is_nothing(cell) else str(cell) for cell in row.values()] for row in rows]
    cells = [row for row in cells if any(cell.strip() for cell in row)]
    columns = [c for c in zip(*cells, strict=True) if any(cell.strip() for cell in c)]
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue()


def _is_nothing(cell: Any) -> bool:
    return cell is None or cell != cell


def _take(name: str, text: str) -> None:
    if text.strip():
        take_cells(name, text)
    else:
        st.toast(_EMPTY, icon=":material/content_paste:")
