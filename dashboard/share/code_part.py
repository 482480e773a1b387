"""The run as code: a script of plain PyTorch, and the same as a notebook."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any, Final

import streamlit as st

from dashboard.exports.run_code import PREPARED, RunCode
from dashboard.live.server import live_server
from dashboard.share.download import file_button
from dashboard.share.shared import Shared
from dashboard.share.waiting import trained
from linreg_core import SOLVERS
from linreg_core.code import MOST_WRITTEN, table_code

_STYLES: Final = {"linear": "nn.Linear", "scratch": "From scratch"}
_WRITTEN, _OWN_FILE, _PREPARED = "In the code", "From my file", "From a prepared file"
_HEIGHT: Final = 380
_STAND_INS: Final = (
    "The code has a few weighted rows with the means and products of all that are stored: full "
    "batches of a squared loss learn from them as from all."
)


def draw_code(shared: Shared) -> None:
    """Draw the choices, the code with its copy button, and its files."""
    if (result := trained(shared)) is None:
        return
    style = "linear"
    columns = st.columns(2) if shared.on_screen is not None else [st.container()]
    if SOLVERS[shared.spec.config.solver].is_iterative:
        style = columns[0].segmented_control(
            "Style",
            list(_STYLES),
            format_func=_STYLES.__getitem__,
            key="code_style",
            default="linear",
            required=True,
        )
    data = _data(shared, columns[-1])
    make = partial(
        live_server().trainers.made,
        "code",
        shared.spec,
        style=style,
        data=data,
        last_epoch=result.epoch,
    )
    code = RunCode.from_bytes(make(form="script"))
    for note in _notes(code, result.engine):
        st.caption(note)
    st.caption("Copy as PyTorch with the icon in the corner of the code, or take it as a file.")
    st.code(code.script, language="python", height=_HEIGHT)
    _draw_files(shared, code, make)


def _data(shared: Shared, place: Any) -> Any:
    """Return where the script has a person's data from: what the maker is told."""
    if shared.on_screen is None:
        return None
    n_samples, n_features = shared.spec.problem.data.shape
    is_small = n_samples * (n_features + 1) <= MOST_WRITTEN
    if shared.on_screen.chosen.all_rows is not None:
        st.caption(_STAND_INS)
        return None if is_small else PREPARED
    numbers = _WRITTEN if is_small else _PREPARED
    chosen = place.segmented_control(
        "Data", [numbers, _OWN_FILE], key="code_data", default=numbers, required=True
    )
    if chosen == _OWN_FILE:
        return _of_file(shared)
    return None if is_small else PREPARED


def _of_file(shared: Shared) -> Any:
    """Return the code that reads the person's file, or the prepared one, which is said."""
    assert shared.on_screen is not None
    source, chosen = shared.on_screen.source, shared.on_screen.chosen
    told = None
    if source.data is not None and not chosen.is_large:
        told = table_code(
            chosen.table, chosen.recipe, chosen.prepared().dataset, source.file_name, source.data
        )
    if told is not None:
        return asdict(told)
    st.caption(
        "What was made of this file takes more than a few lines of pandas: the code reads the "
        "prepared numbers from a file of their own, which you find below."
    )
    return PREPARED


def _notes(code: RunCode, engine: str) -> list[str]:
    notes = []
    if engine != "torch" and code.magnifies:
        notes.append(
            "A run like this magnifies rounding: PyTorch may end at other digits than the compiled "
            "engine on screen. With the engine PyTorch, the screen shows the code's."
        )
    if code.file is not None and code.is_own_file:
        notes.append("The code reads your file: put it into the same folder.")
    return notes


def _draw_files(shared: Shared, code: RunCode, make: partial[bytes]) -> None:
    script = code.script.encode()
    file_button(
        "Script", "Needs numpy and torch.", lambda: script, shared.file_name(".py"), "text/x-python"
    )
    file_button(
        "Notebook",
        "The same code, a part in each cell.",
        partial(make, form="notebook"),
        shared.file_name(".ipynb"),
        "application/x-ipynb+json",
    )
    if code.file is not None and not code.is_own_file:
        file_button(
            "Data",
            f"Keep it as {code.file} in the folder of the code.",
            partial(make, form=PREPARED),
            code.file,
            "text/csv",
        )
