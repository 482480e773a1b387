"""Cells without a file: pasted from a spreadsheet or a web page, or typed into a grid."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterable, Mapping
from typing import Any, Final

import streamlit as st

from dashboard.own_data.arriving import take_cells
from dashboard.own_data.source import refused, turn

PASTED, TYPED = "pasted cells", "typed cells"
_GRID_COLUMNS, _GRID_ROWS = 6, 8
_PASTE_PIXELS = 90
_MOST_GIVEN_BACK = 100_000  # bytes
_EDIT_SECONDS = 0.4
_IS_WANTED = "_typed_cells_are_wanted"
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
            _given_back(),
            key=f"{key}_text",
            height=_PASTE_PIXELS,
            placeholder="Ctrl+V: with or without a row of names, decimal points or commas",
        )
        is_sent = st.form_submit_button("Fit", icon=":material/show_chart:")
    if is_sent:
        _take(PASTED, text)


def _given_back() -> str:
    """Return cells that were refused, to be mended."""
    file = refused()
    if file is None or file.file_name != PASTED or len(file.data or b"") > _MOST_GIVEN_BACK:
        return ""
    return (file.data or b"").decode()


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
    typed = st.data_editor(
        empty,
        num_rows="dynamic",
        hide_index=True,
        key="typed_grid",
        column_config={name: st.column_config.TextColumn(default="") for name in names},
    )
    st.caption("The first row may name the columns. Cells can be pasted here as well.")
    st.button("Fit", key="fit_typed", icon=":material/show_chart:", on_click=_want_fit)
    if st.session_state.get(_IS_WANTED):
        _wait_for_last_edit()
        del st.session_state[_IS_WANTED]
        _take(TYPED, text_of(typed.to_dict("records")))


def _want_fit() -> None:
    st.session_state[_IS_WANTED] = True


def _wait_for_last_edit() -> None:
    """Let a newer script run instead, where the browser tells of one more cell.

    It does so a moment after the cell was left, by a click on this button perhaps.
    """
    place = st.empty()
    time.sleep(_EDIT_SECONDS)
    place.empty()  # here Streamlit ends a script that is out of date


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
