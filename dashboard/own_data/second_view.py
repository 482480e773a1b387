"""A second file to be predicted: read as the first one was, asked about, and told of row by row."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from dashboard.escaping import markdown_text
from dashboard.exports import new_predictions_csv, safe_filename
from dashboard.numbers import count
from dashboard.own_data.arriving import KEPT_BYTES, TYPES
from dashboard.own_data.chosen import Chosen
from dashboard.own_data.messages import Refusal
from dashboard.own_data.on_screen import OnScreen
from dashboard.own_data.options_form import options_form
from dashboard.own_data.progress import Reading
from dashboard.own_data.questions import ask
from dashboard.own_data.reading_component import first_lines
from dashboard.own_data.source import Loaded, Refused
from dashboard.own_data.state import of_table
from dashboard.own_data.target_units import how_chosen
from dashboard.streamlit_private import detach
from linreg_core import LinregError
from linreg_core.inference import FitFigures
from table_reader import Doubt, ReadOptions, Table

_FILE, _AWAITED, _EXAMINED = (
    of_table("second_file"),
    of_table("second_file_on_its_way"),
    of_table("second_file_examined"),
)
_TURN = "_second_file_turn"
_SHOWN_PROBLEMS = 5
_LABEL_LETTERS = 80


def second_file(report: FitFigures, shown: OnScreen) -> None:
    """Draw the place for a second file, and what became of the last one."""
    upload = st.file_uploader(
        "Predict every row of a second file",
        type=list(TYPES),
        key=f"second_file_{_turn()}",
        help="It needs the same feature columns; where it has the target as well, residuals come "
        "with the predictions. It is read as the first file was.",
    )
    if upload is not None:
        name, file = upload.name, detach(upload, f"second_file_{_turn()}")
        kept = file.getvalue() if file.getbuffer().nbytes <= KEPT_BYTES else None
        options = ReadOptions(precedent=shown.chosen.table.precedent)
        st.session_state[_AWAITED] = (Reading(name, file, options), kept)
    if _AWAITED in st.session_state:
        _finish()
        st.rerun()
    file_: Loaded | Refused | None = st.session_state.get(_FILE)
    if isinstance(file_, Refused):
        st.error(markdown_text(file_.refusal.message), icon=":material/error:")
        _form(file_)
    elif file_ is not None:
        _predict(file_, report, shown.chosen)


def _read_again(file: Loaded | Refused, options: ReadOptions) -> None:
    """Begin to read it another way; what draws the page next waits for it."""
    assert file.data is not None
    reading = Reading(file.file_name, io.BytesIO(file.data), options)
    st.session_state[_AWAITED] = (reading, file.data)


def _finish() -> None:
    """Wait for the file that is on its way; the field for another one is then a fresh one."""
    reading, kept = st.session_state[_AWAITED]
    found: Loaded | Refused
    try:
        table = reading.wait()
    except LinregError as error:
        found = Refused(Refusal.of(error), reading.name, kept, reading.options)
    else:
        found = Loaded(table, reading.name, data=kept, asked=reading.options)
    del st.session_state[_AWAITED]  # not where a script is ended while it waits: the next waits on
    st.session_state[_FILE] = found
    st.session_state[_TURN] = _turn() + 1


def _turn() -> int:
    return int(st.session_state.get(_TURN, 0))


def _predict(file: Loaded, report: FitFigures, chosen: Chosen) -> None:
    """Tell what is predicted of a table; one with other columns was read wrongly, perhaps."""
    try:
        examined = _examined(file.table, report, chosen)
    except LinregError as error:
        st.warning(markdown_text(error), icon=":material/rule:")
        _form(file)
    else:
        _tell(examined, file, chosen)


def _form(file: Loaded | Refused) -> None:
    """Draw how a file begins, and the form on how it is to be read."""
    if file.data is not None and (isinstance(file, Loaded) or file.can_be_told):
        left, right = st.columns(2, gap="medium")
        with left:
            first_lines(file, "second_lines")
        with right:
            options_form(file, "second_reading", _read_and_show)


def _read_and_show(file: Loaded | Refused, options: ReadOptions) -> None:
    _read_again(file, options)
    st.rerun()


@dataclass(frozen=True, eq=False)
class Examined:
    """Why rows of a table can't be predicted by a report, and how many extrapolate."""

    table: Table
    report: FitFigures
    problems: tuple[tuple[int, str], ...]
    n_beyond: int


def _examined(table: Table, report: FitFigures, chosen: Chosen) -> Examined:
    """Return what a report says of a table, worked out once."""
    former: Examined | None = st.session_state.get(_EXAMINED)
    if former is not None and former.table is table and former.report is report:
        return former
    encoded = chosen.recipe.encode(table.frame)
    problems = tuple(sorted(encoded.problems.items()))
    n_beyond = int(report.predict(encoded.X).is_extrapolation.sum())
    st.session_state[_EXAMINED] = found = Examined(table, report, problems, n_beyond)
    return found


def _tell(second: Examined, file: Loaded, chosen: Chosen) -> None:
    table, problems, n_rows = second.table, second.problems, len(second.table.frame)
    predicted = f"{count(n_rows - len(problems))} of {count(n_rows)} rows predicted"
    st.markdown(f"**{markdown_text(file.file_name, most=60)}: {predicted}.**")
    _tell_reading(file, chosen)
    if not table.questions:  # which are the reason, else
        _tell_problems(second)
    if second.n_beyond:
        rows = "row lies" if second.n_beyond == 1 else "rows lie"
        beyond = f"{count(second.n_beyond)} {rows} outside what the fit was trained on"
        st.warning(f"{beyond}: the file marks them.", icon=":material/open_in_full:")
    how = how_chosen()  # the choice stands above
    st.download_button(
        "Download the predictions (CSV)",
        lambda: _predictions(table, second.report, chosen, how),
        safe_filename(table.name, "-predicted.csv"),
        "text/csv",
        key="download_second",
        on_click="ignore",
        icon=":material/download:",
    )


def _tell_problems(second: Examined) -> None:
    """Tell why rows can't be predicted."""
    problems = second.problems
    for position, why in problems[:_SHOWN_PROBLEMS]:
        st.caption(markdown_text(f"Row {second.table.row_number(position)}: {why}"))
    if len(problems) > _SHOWN_PROBLEMS:
        st.caption(f"And {count(len(problems) - _SHOWN_PROBLEMS)} more.")


def _tell_reading(file: Loaded, chosen: Chosen) -> None:
    """Tell how it was read: what is open, what is in doubt of the columns in use, and the rest."""
    table, read = file.table, partial(_read_again, file)
    for number, question in enumerate(table.questions):
        ask(question, file, f"second_answer_{number}", read)
    used = {"", chosen.recipe.selection.target, *chosen.recipe.selection.features}
    doubts = [doubt for doubt in table.doubts if doubt.column in used]
    for number, doubt in enumerate(doubts):
        _doubt(doubt, number, file, read)
    told = {doubt.text for doubt in doubts}
    notes = [note for note in table.notes if note not in told]
    st.caption(markdown_text(table.summary))
    if notes:
        with st.popover("How it was read", type="tertiary", key="how_second_was_read"):
            st.markdown("\n".join(f"- {markdown_text(note)}" for note in notes))


def _doubt(doubt: Doubt, number: int, file: Loaded, read: Callable[[ReadOptions], None]) -> None:
    st.warning(markdown_text(doubt.text), icon=":material/rule:")
    if file.data is None:
        return
    with st.container(horizontal=True, gap="small"):
        for which, remedy in enumerate(doubt.remedies):
            st.button(
                markdown_text(remedy.label, most=_LABEL_LETTERS),
                key=f"second_settle_{number}_{which}",
                on_click=read,
                args=(file.asked.changed(remedy.field, remedy.value),),
            )


def _predictions(table: Table, report: FitFigures, chosen: Chosen, how: str) -> bytes:
    encoded = chosen.recipe.encode(table.frame)
    return new_predictions_csv(table, encoded, report.predict(encoded.X), how)
