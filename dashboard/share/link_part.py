"""The link that takes this run away, with what it came to and what it came of inside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import streamlit as st

from dashboard.controls.declared import CONTROLS
from dashboard.controls.hidden import COLUMN_LABELS, hidden_names, hideable
from dashboard.escaping import markdown_text
from dashboard.live.remote_run import TrainerFault
from dashboard.numbers import count
from dashboard.own_data.link_rows import link_rows
from dashboard.own_data.on_screen import OnScreen
from dashboard.own_data.source import OWN
from dashboard.own_data.state import of_table
from dashboard.settings import Settings
from dashboard.share.checking import proof_here
from dashboard.share.link import embed_code, share_link
from dashboard.share.link_view import link_view
from dashboard.share.shared import Shared
from linreg_core import DATASETS, LinregError

_ROWS_OF: Final = of_table("rows_of_link")


def draw_link(shared: Shared) -> None:
    """Draw the link and its code, and below them what it takes along."""
    place = st.container()
    proof = _proof(shared)
    rows = "" if shared.on_screen is None else _rows(shared.on_screen)
    hide = _hide(shared)
    with place:
        link = share_link(_page(), shared.settings, proof, rows, hide)
        link_view(link)
    with st.expander("Put it into a page, such as a course's", icon=":material/code:"):
        st.code(embed_code(link), language="html", wrap_lines=True)


def _page() -> str:
    """Return the address of the page, as the visitor's browser knows it."""
    return str(st.context.url or "")


def _proof(shared: Shared) -> str:
    """Return what the link claims of the run, "" where it is to claim nothing."""
    result, spec = shared.result, shared.spec
    if result is None:
        st.caption("When the run has ended, the link can tell its numbers.")
        return ""
    is_wanted = st.toggle(
        "With the run's result",
        True,
        key="share_proof",
        help="Final loss, weights and bias travel along. Where the link is opened, the run is "
        "trained again, and a line says to how many digits it comes out the same, or what differs "
        "and why.",
    )
    if not is_wanted:
        return ""
    try:
        return proof_here(spec, result).to_text()
    except TrainerFault:
        st.caption("The trainer did not answer: the link tells no numbers now.")
        return ""


def _rows(shown: OnScreen) -> str:
    """Return the person's own table as the link carries it, "" where it stays here."""
    if shown.source.name != OWN:
        return ""
    try:
        rows = _made_rows(shown)
    except LinregError as error:
        st.caption(f":material/rule: {markdown_text(error)} The link keeps the settings only.")
        return ""
    shape = count(len(shown.chosen.table.frame))
    is_wanted = st.toggle(
        f"With the table: {shape} rows of the chosen columns",
        True,
        key="share_rows",
        help="Whoever has the link then has these columns, too. Without them, the link asks for "
        "the file.",
    )
    return rows if is_wanted else ""


def _made_rows(shown: OnScreen) -> str:
    """Return the rows, made once for the columns in use."""
    former = st.session_state.get(_ROWS_OF)
    if former is None or former[0] is not shown.chosen:
        former = (shown.chosen, link_rows(shown.chosen, shown.source.file_name))
        st.session_state[_ROWS_OF] = former
    rows: str = former[1]
    return rows


def _hide(shared: Shared) -> list[str]:
    """Return which controls the link hides."""
    labels = hideable()
    names = list(_offered(shared))
    st.session_state.setdefault("share_hide", [n for n in names if n in hidden_names()])
    return st.multiselect(
        "Hide controls",
        names,
        key="share_hide",
        format_func=lambda name: labels[name],
        placeholder="All are shown",
        help="Hidden controls keep their values; one click on the page shows them again.",
    )


def _offered(shared: Shared) -> Iterable[str]:
    """Yield the controls that the page can have, in their order."""
    settings = shared.settings
    if isinstance(settings, Settings):
        yield "dataset"
        yield from (knob.name for knob in DATASETS[settings.dataset].knobs)
    else:
        yield from COLUMN_LABELS
    yield from (name for name in CONTROLS if name in hideable())
