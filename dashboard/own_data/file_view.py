"""The top of the data page: bringing a file, and how it was read."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

import streamlit as st
from streamlit.elements.lib.mutable_popover_container import PopoverContainer

from dashboard.escaping import markdown_text
from dashboard.own_data.all_rows_view import tell_all_rows_reading
from dashboard.own_data.arriving import TYPES, begin_or_promise, is_reading, read_again, take_upload
from dashboard.own_data.cells_view import grid_form, paste_anywhere, paste_form
from dashboard.own_data.doubts import other_doubts
from dashboard.own_data.examples import EXAMPLES, Example
from dashboard.own_data.file_of_run import file_of_run
from dashboard.own_data.options_form import options_form
from dashboard.own_data.questions import ask
from dashboard.own_data.reading_component import reading_line
from dashboard.own_data.refused_view import refused_view
from dashboard.own_data.settings import TableSettings
from dashboard.own_data.source import (
    OWN,
    Loaded,
    loaded,
    open_example,
    open_own,
    open_stored,
    turn,
    turn_over,
)
from dashboard.own_data.stored_names import named_sources
from dashboard.own_data.welcome import draw_steps
from dashboard.project.taking import is_project_upload, take_project
from dashboard.share.dialog import share_button
from dashboard.watch.session import WATCH_PAGE


def start_view(settings: TableSettings) -> None:
    """Draw what a visitor without a table sees: where to drop a file, what follows, ours to try."""
    st.subheader("Fit a line to your own data")
    if settings.target and settings.table == OWN:
        st.info(_which_file(settings), icon=":material/link:")
    file, cells = st.columns(2, gap="medium")
    with file:
        _uploader("Drop a file here, or browse")
    with cells:
        paste_form("Or paste cells from a spreadsheet or a web page")
    paste_anywhere()
    refused_view(can_be_left=False)
    with st.container(key="typing"):
        grid = st.expander("Or type them into a grid", key="grid", on_change="rerun")
    if grid.open:
        with grid:
            grid_form()
    _stored("Or open what is stored here:")
    draw_steps()
    st.markdown("**No file at hand?** Try one of these:")
    columns = st.columns(len(EXAMPLES), gap="medium")
    for column, example in zip(columns, EXAMPLES.values(), strict=True):
        with column:
            _example(example)
            st.caption(example.lesson)
    st.page_link(WATCH_PAGE, label="Watch a run from elsewhere", icon=":material/sensors:")


def _which_file(settings: TableSettings) -> str:
    """Return what is to be dropped for settings that came without their file."""
    target = markdown_text(settings.target, most=60)
    if (file := file_of_run()) is not None:
        return (
            f"The run that you opened was made with **{markdown_text(file.name, most=80)}**, which "
            f"is not kept here. Drop that file: its columns are chosen, to predict **{target}**."
        )
    return (
        "The file of this address is not here: reloading a page lets go of its file. Drop it "
        f"again; the address has kept its columns and settings, to predict **{target}**."
    )


@st.fragment
def file_line(
    current: Loaded,
    in_sight: Collection[str],
    room: Callable[[], None] | None,
    is_all_learned: bool = False,
) -> None:
    """Draw one line on the table in use: what it is, how it was read, and the way to another.

    Of its notes those that are not `in_sight` elsewhere. `room` starts a room that trains on it;
    None: there is no run on it yet. `is_all_learned` tells that the run is on all rows of which the
    table is a sample. What opens in it runs nothing else again.
    """
    if is_reading():  # the whole script waits for a file
        st.rerun()
    others = {doubt.text for doubt in current.table.doubts}.difference(in_sight)
    notes = [note for note in current.table.notes if note not in {*in_sight, *others}]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="file_line"):
        reading_line(current, is_all_learned)
        if notes or others or current.name == OWN:
            icon = ":material/rule:" if others else None
            with _drawer("How it was read", "how_read", icon) as drawer:
                _notes(current, notes)
                if drawer.open:
                    other_doubts(current, in_sight)
                    if current.name == OWN:
                        options_form(current, "reading", read_again)
        with _drawer("Other data", "other_data") as drawer:
            _uploader("Another file")
            if drawer.open:
                _other_data(current)
        tell_all_rows_reading()
        if room is not None:
            share_button()
            with _drawer("Start a room", "start_room") as drawer:
                if drawer.open:
                    _share(current, room)


def tell_openly(current: Loaded) -> None:
    """Draw what waits for a person: a file that was refused, and what this one leaves open."""
    refused_view(can_be_left=True)
    for number, question in enumerate(current.table.questions):
        ask(question, current, f"answer_{number}", partial(begin_or_promise, current))


def _drawer(label: str, key: str, icon: str | None = None) -> PopoverContainer:
    """Return a popover that draws the most when it is open: closed, it costs a page little."""
    key = f"{key}_{turn()}"
    return st.popover(label, type="tertiary", icon=icon, key=key, on_change="rerun")


def _share(current: Loaded, start: Callable[[], None]) -> None:
    """Ask before a class gets to see a table, and then start its room."""
    st.markdown(
        f"A class joins from its phones and trains on **{markdown_text(current.file_name)}**. "
        "Everybody who joins sees its points and its columns' names. The table stays in this "
        "server's memory, also when you leave, until you end the room, or a day has passed."
    )
    if st.button("Start a room with this table", type="primary", key="room_on_table"):
        start()


def _notes(current: Loaded, notes: Collection[str]) -> None:
    told = "\n".join(f"- {markdown_text(note)}" for note in notes)
    st.markdown(told or markdown_text(f"Read as: {current.table.summary}."))


def _other_data(current: Loaded) -> None:
    paste_form("Or paste cells")
    if current.name != OWN and (own := loaded(OWN)) is not None:
        label = f"Back to {markdown_text(own.file_name)}"
        if st.button(label, on_click=open_own, key="back_to_own"):
            st.rerun()
    _stored("Stored here:")
    _examples()


def _stored(label: str) -> None:
    """Offer what whoever runs the server has named; nothing where that is nothing."""
    if not named_sources():
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="stored"):
        st.markdown(label, width="content")
        for number, name in enumerate(named_sources()):
            is_chosen = st.button(
                markdown_text(name),
                key=f"stored_{number}",
                icon=":material/database:",
                on_click=open_stored,
                args=(name,),
            )
            if is_chosen:
                st.rerun()


def _uploader(label: str) -> None:
    minutes = int(st.get_option("server.disconnectedSessionTTL")) / 60
    upload = st.file_uploader(
        label,
        type=list(TYPES),
        key=f"upload_{turn()}",
        help="CSV in any dialect, TSV, text, Excel (.xlsx) or Parquet, also zipped.",
    )
    st.caption(
        f"Your data stay in the server's memory, are never written to disk, and are gone "
        f"{minutes:.0f} minutes after you leave."
    )
    if upload is not None and is_project_upload(upload):
        key = f"upload_{turn()}"
        turn_over()  # the field is a fresh one afterwards
        refusal = take_project(upload, key)
        st.warning(markdown_text(refusal), icon=":material/draft:")
    elif upload is not None:
        take_upload(upload)


def _examples() -> None:
    with st.container(horizontal=True, gap="small"):
        for example in EXAMPLES.values():
            _example(example)


def _example(example: Example) -> None:
    key = f"example_{example.name}"
    if st.button(example.label, on_click=open_example, args=(example,), key=key):
        st.rerun()  # of the whole page, where this stands in a part of it
