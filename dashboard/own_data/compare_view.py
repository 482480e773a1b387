"""Kept models beside the one on screen: what was changed, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.escaping import markdown_text
from dashboard.own_data.kept_models import (
    MOST_KEPT_MODELS,
    MOST_NAME_LETTERS,
    BesideOthers,
    KeptModel,
    keep_model,
    kept_models,
    open_model,
    remove_model,
    rename_model,
    side_by_side,
)
from dashboard.own_data.models_table import models_notes, models_rows
from dashboard.own_data.on_screen import OnScreen
from linreg_core.inference import Report

_KEEP_HELP = (
    "Keeps this model's figures while the table is in use: change columns, terms or rows, and both "
    "stand side by side."
)
_FULL_HELP = f"{MOST_KEPT_MODELS} models are kept, as many as fit here: remove one first."


def draw_compare_models(report: Report, shown: OnScreen) -> None:
    """Draw the button that keeps the model on screen and, once one is kept, all side by side."""
    models = kept_models()
    same = next((each for each in models if each.is_of(shown.settings)), None)
    with st.container(horizontal=True, vertical_alignment="center", key="compare_models"):
        st.markdown("**Compare models**", width="content")
        if same is None:
            _keep_button(shown, is_full=len(models) >= MOST_KEPT_MODELS)
        else:
            st.caption(f"This one is kept as {markdown_text(same.name)}.", width="content")
    if not models or models == (same,):
        return
    columns = side_by_side(report, shown)
    st.table(_cells(columns), border="horizontal", hide_index=True, alt="Models side by side")
    with st.container(horizontal=True, gap="small", key="kept_models"):
        for model in models:
            _menu(model, is_open=model is same)
    for note in models_notes(columns):
        st.caption(markdown_text(note))


def _keep_button(shown: OnScreen, is_full: bool) -> None:
    st.button(
        "Keep this model",
        type="tertiary",
        key="keep_model",
        icon=":material/keep:",
        help=_FULL_HELP if is_full else _KEEP_HELP,
        disabled=is_full,
        on_click=keep_model,
        args=(shown,),
    )


def _menu(model: KeptModel, is_open: bool) -> None:
    """Draw what can be done with a kept model."""
    key = f"kept_model_{model.number}"
    with st.popover(markdown_text(model.name), type="tertiary", key=key):
        st.text_input(
            "Name",
            model.name,
            max_chars=MOST_NAME_LETTERS,
            key=f"{key}_name",
            on_change=_rename,
            args=(model.number, f"{key}_name"),
        )
        with st.container(horizontal=True):
            if not is_open and st.button(
                "Open", key=f"{key}_open", on_click=open_model, args=(model,)
            ):
                st.rerun()  # the sidebar follows
            st.button("Remove", key=f"{key}_remove", on_click=remove_model, args=(model.number,))


def _cells(columns: Sequence[BesideOthers]) -> dict[str, list[str]]:
    """Return the table's columns, the first with the names of its rows."""
    rows = models_rows(columns)
    table = {"": [f"**{label}**" for label in rows]}
    for place, column in enumerate(columns):
        name = markdown_text(column.name)
        name = name if name not in table else f"{name} ({place + 1})"
        table[name] = [markdown_text(cells[place]) for cells in rows.values()]
    return table


def _rename(number: int, key: str) -> None:
    rename_model(number, st.session_state[key])
