"""Row by row: what is known of each training row, marked, and left out together."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import streamlit as st

from dashboard.escaping import one_line
from dashboard.numbers import count
from dashboard.own_data.chosen import Chosen
from dashboard.own_data.controls import exclude_rows, include_row
from dashboard.own_data.marks import marked_in, marks_turn, take_marks, unmark_all
from dashboard.own_data.state import of_table
from linreg_core.arrays import FloatArray, IntArray
from linreg_core.inference import Report
from table_reader.wording import counted

if TYPE_CHECKING:
    from pandas import DataFrame

ROWS_IN_TABLE: Final = 300
"""Rows of the table: of more, those that come first in its order."""
_MOST_DFBETAS: Final = 12
"""Coefficients whose DFBETAS stand in the table; the file has all of them."""
_AT_ONCE: Final = 65_536
_HEIGHT: Final = 318
_NUMBER: Final = "%.4g"
_IN_UNITS: Final = "%.7g"
_LEFT_OUT: Final = of_table("left_out_together")
_IS_NEW: Final = of_table("rows_in_use_are_new")
_ORDERS: Final = ("Cook's distance", "Studentised residual", "Leverage", "DFFITS", "DFBETAS", "Row")


def draw_rows(report: Report, chosen: Chosen) -> None:
    """Draw the table of rows, which is closed at first, and what may be done with marked ones."""
    opened = st.expander("Row by row", key="row_by_row", on_change="rerun")
    if opened.open:
        with opened:
            _table(report, chosen)
    _marked(chosen)


def _table(report: Report, chosen: Chosen) -> None:
    order = st.selectbox(
        "Largest first",
        _ORDERS,
        key="rows_order",
        format_func=lambda name: "as the file has them" if name == "Row" else name,
        width=260,
    )
    rows = rows_to_show(report, order, marked_in(chosen))
    frame = _frame(report, chosen, rows)
    positions = report.problem.train_rows[rows]
    key = f"rows_{order}_{marks_turn()}"
    at = np.flatnonzero(np.isin(positions, marked_in(chosen))).tolist()
    st.dataframe(
        frame,
        key=key,
        hide_index=True,
        height=_HEIGHT,
        column_config=_columns(frame),
        on_select=partial(_take_rows, key, chosen, positions),
        selection_mode="multi-row",
        selection_default={"selection": {"rows": at}},
    )
    st.caption(_told(report, len(rows)))


def _told(report: Report, n_shown: int) -> str:
    of = "" if n_shown == report.n_samples else f"{count(n_shown)} of {count(report.n_samples)}. "
    alone = int(np.isnan(report.diagnostics.standardized_residuals).sum())
    known = ""
    if alone and report.df_residual > 0 and not report.fit.is_exact:
        known = f" {counted(alone, 'row')} of leverage 1, fitted whatever happens, without figures."
    return (
        f"{of}Mark rows here or click points in the pictures; a column's title sorts. "
        f"**Take away** has all of it as Diagnostics (CSV).{known}"
    )


def rows_to_show(report: Report, order: str, marked: tuple[int, ...]) -> IntArray:
    """Return the training rows (as indices) of the table in this order, marked ones among them."""
    n_rows = report.n_samples
    if order == "Row":
        first = np.arange(min(n_rows, ROWS_IN_TABLE))
    else:
        sizes = np.nan_to_num(_sizes(report, order), nan=-1.0, posinf=np.inf)
        first = np.argsort(-sizes, kind="stable")[:ROWS_IN_TABLE]
    at = np.flatnonzero(np.isin(report.problem.train_rows, marked)) if marked else first[:0]
    return np.concatenate([at[~np.isin(at, first)], first])


def _sizes(report: Report, order: str) -> FloatArray:
    found = report.diagnostics
    if order == "DFBETAS":
        return _largest_dfbetas(report)
    return {
        "Cook's distance": found.cooks_distance,
        "Studentised residual": np.abs(found.studentized),
        "Leverage": found.leverage,
        "DFFITS": np.abs(found.dffits),
    }[order]


def _largest_dfbetas(report: Report) -> FloatArray:
    """Return each row's largest |DFBETAS| (n_train,), a part of the rows at a time."""
    largest = np.full(report.n_samples, -1.0)
    for start in range(0, report.n_samples, _AT_ONCE):
        rows = np.arange(start, min(start + _AT_ONCE, report.n_samples))
        known = np.nan_to_num(np.abs(report.dfbetas(rows)), nan=-1.0, posinf=np.inf)
        largest[rows] = known.max(axis=1, initial=-1.0)
    return largest


def _frame(report: Report, chosen: Chosen, rows: IntArray) -> DataFrame:
    import pandas as pd

    problem, found = report.problem, report.diagnostics
    in_table = chosen.recipe.rows[problem.train_rows[rows]].tolist()
    columns: list[tuple[str, Any]] = [
        ("Row", [chosen.table.row_number(at) for at in in_table]),
        (one_line(problem.dataset.target_name), problem.y_train[rows]),
        ("Fitted", found.fitted[rows]),
        ("Residual", found.residuals[rows]),
        ("Standardised", found.standardized_residuals[rows]),
        ("Studentised", found.studentized[rows]),
        ("Leverage", found.leverage[rows]),
        ("Cook's distance", found.cooks_distance[rows]),
        ("DFFITS", found.dffits[rows]),
    ]
    moved = report.dfbetas(rows).T
    for coefficient, values in list(zip(report.coefficients, moved, strict=True))[:_MOST_DFBETAS]:
        if coefficient.is_estimated:
            columns.append((f"DFBETAS {one_line(coefficient.name)}", values))
    names: dict[str, Any] = {}
    for name, values in columns:  # a target may have the name of one of these
        names[name if name not in names else f"{name} (2)"] = values
    return pd.DataFrame(names)


def _columns(frame: DataFrame) -> dict[str, Any]:
    numbers = {
        str(name): st.column_config.NumberColumn(format=_IN_UNITS if i < 3 else _NUMBER)
        for i, name in enumerate(frame.columns[1:])
    }
    return {"Row": st.column_config.NumberColumn(format="%d", pinned=True)} | numbers


def _take_rows(key: str, chosen: Chosen, positions: IntArray) -> None:
    """Rows were marked in the table (a callback's work)."""
    at = set(st.session_state[key].selection.rows)
    take_marks(chosen, {row: i in at for i, row in enumerate(positions.tolist())})


def _marked(chosen: Chosen) -> None:
    """Draw which rows are marked and what may be done with them, and what was left out last."""
    if st.session_state.pop(_IS_NEW, False):
        st.rerun()  # the run is another one
    rows = [int(chosen.recipe.rows[row]) for row in marked_in(chosen)]
    left_out: tuple[int, ...] = st.session_state.get(_LEFT_OUT, ())
    if rows:
        with st.container(horizontal=True, vertical_alignment="center", key="marked_rows"):
            st.markdown(f"Marked: **{chosen.table.rows_text(rows)}**", width="content")
            which = "this row" if len(rows) == 1 else f"these {len(rows)} rows"
            button = partial(st.button, type="tertiary")
            if chosen.all_rows is None:  # else they are rows of the sample alone
                button(f"Leave out {which}", key="leave_out", on_click=_leave_out, args=(rows,))
            button("Unmark", key="unmark", on_click=unmark_all)
    elif left_out and set(left_out) <= set(st.session_state["excluded_rows"]):
        with st.container(horizontal=True, vertical_alignment="center", key="left_out_rows"):
            text = chosen.table.rows_text(left_out)
            st.markdown(f"Left out: **{text}**", width="content")
            st.button("Take back", key="take_in", type="tertiary", on_click=_take_in)


def _leave_out(rows: list[int]) -> None:
    """Leave rows out in one step (a callback's work)."""
    exclude_rows(rows)
    if set(rows) <= set(st.session_state["excluded_rows"]):
        st.session_state[_LEFT_OUT] = tuple(rows)
        st.session_state[_IS_NEW] = True
        unmark_all()


def _take_in() -> None:
    """Take back what was left out last (a callback's work)."""
    st.session_state[_IS_NEW] = True
    for row in st.session_state.pop(_LEFT_OUT, ()):
        include_row(row)
