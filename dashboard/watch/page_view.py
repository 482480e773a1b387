"""What the watch page shows: the command to copy, then the run as it goes."""

from __future__ import annotations

from functools import partial
from typing import Final
from urllib.parse import urlsplit

import streamlit as st

from dashboard.escaping import markdown_text
from dashboard.exports.filenames import safe_filename
from dashboard.exports.history import history_csv, history_of_blocks, n_weights_told
from dashboard.live.component import base_path
from dashboard.watch.command_view import command_view
from dashboard.watch.session import current_watch, new_watch, token_here
from dashboard.watch.view import watched_view
from dashboard.watch.watched_run import WatchedRun
from dashboard.watch.watches import Stage, Standing, Watch
from linreg_core import ConfigError
from linreg_core.watching.watch_address import WatchAddress

PAGE_LOOKS_SECONDS: Final = 2.0
"""So often a page looks whether its run stands otherwise."""
_MOST_TITLE: Final = 80
_THIS_MACHINE: Final = ("localhost", "127.0.0.1", "::1")
_ICONS: Final = {
    Stage.WAITING: ":material/sensors:",
    Stage.COMING: ":material/sensors:",
    Stage.RUNNING: ":material/sensors:",
    Stage.LOST: ":material/sensors_off:",
    Stage.STOPPED: ":material/block:",
    Stage.ENDED: ":material/check:",
}


def draw_watch() -> None:
    """Draw the page of the session's watch."""
    watch = current_watch()
    standing = watch.standing
    if watch.run is None:
        _draw_waiting(watch, standing)
    else:
        _draw_run(watch, watch.run, standing)
    _look_again(watch, standing)


def _draw_waiting(watch: Watch, standing: Standing) -> None:
    st.subheader("Watch a run from elsewhere")
    token, is_waiting = token_here(), standing.stage is Stage.WAITING
    if token is None:
        st.markdown(
            "This page waits for a run. The command that sends it was shown where this "
            "link comes from."
        )
    elif is_waiting:
        _draw_command(_address(token))
    st.markdown(_sentence(watch, standing))
    if token is not None and not is_waiting:  # a class may look on, and needs no address
        with st.expander("The command"):
            _draw_command(_address(token))


def _draw_command(address: str) -> None:
    st.markdown(
        "Copy this command and train with it, on a cluster or anywhere: its run plays here."
    )
    command_view(_command(address), address)
    st.caption(_what_it_means(address))


def _address(token: str) -> str:
    """Return where runs are sent to, as this browser reaches the server."""
    address = f"{(st.context.url or '').rstrip('/')}/{token}"
    try:
        WatchAddress.from_text(address)
    except ConfigError:
        return f"http://localhost:{st.get_option('server.port')}{base_path()}/watch/{token}"
    return address


def _command(address: str) -> str:
    return f"python -m linreg_core 'data/*.parquet' --target y --watch '{address}'"


def _what_it_means(address: str) -> str:
    host = urlsplit(address).hostname or ""
    here = (
        f"There, put a name of this machine in the place of {host}. "
        if host in _THIS_MACHINE
        else ""
    )
    return (
        f"On several ranks: `torchrun --nproc-per-node 4 -m linreg_core ...` with the same end. "
        f"{here}The address is this page's alone, and good while the page is open or a room shows "
        "its run: whoever has it can send a run here, so it is hidden until you show it."
    )


def _sentence(watch: Watch, standing: Standing) -> str:
    """Return how a run stands that has not begun."""
    title = markdown_text(standing.title, most=_MOST_TITLE)
    texts = {
        Stage.WAITING: "Waiting for the run.",
        Stage.COMING: f"**{title}** has reached this page. It reads its rows, then it trains.",
        Stage.LOST: f"**{title}** has reached this page, and nothing has come from it since.",
        Stage.STOPPED: f"**{title}** was stopped before it trained. "
        f"{markdown_text(watch.stopped or '')}",
    }
    return f"{_ICONS[standing.stage]} {texts[standing.stage]}"


def _draw_run(watch: Watch, run: WatchedRun, standing: Standing) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="watched"):
        st.markdown(_line(run, standing), width="content")
        if run.is_over and run.rows:
            name = safe_filename(run.head.title, "-states.csv")
            st.download_button(
                "States as CSV",
                partial(states_csv, run),
                name,
                "text/csv",
                type="tertiary",
                icon=":material/download:",
                on_click="ignore",
                key="states",
            )
        if run.is_over and st.button("Watch another run", type="tertiary", key="another"):
            new_watch()
            st.rerun()
    watched_view(watch, run)


def _line(run: WatchedRun, standing: Standing) -> str:
    """Return what a run is: where it comes from, of what size, on how many ranks, how it stands."""
    head = run.head
    rows = f"{head.n_train:,} rows" + (f" and {head.n_test:,} for the test" * (head.n_test > 0))
    n_features = head.dataset.n_features
    features = f"{n_features:,} {'feature' if n_features == 1 else 'features'}"
    ranks = f" · {head.n_ranks:,} ranks" * (head.n_ranks > 1)
    title = markdown_text(head.title, most=_MOST_TITLE)
    words = {
        Stage.RUNNING: "on its way",
        Stage.LOST: "nothing comes any more",
        Stage.STOPPED: "stopped",
        Stage.ENDED: "ended",
    }
    coming = " · another run is coming" * standing.is_next_coming
    return (
        f"{_ICONS[standing.stage]} **{title}** · {rows} · {features}{ranks} · "
        f"{words[standing.stage]}{coming}"
    )


def states_csv(run: WatchedRun) -> bytes:
    """Return the epochs that have come, as CSV in full precision."""
    names = run.head.dataset.feature_names
    n_weights = n_weights_told(len(names), run.n_rows)
    return history_csv(history_of_blocks([run.block], names, n_weights))


def _look_again(watch: Watch, drawn: Standing) -> None:
    """Draw the page anew once its run stands otherwise."""

    def look() -> None:
        if watch.standing != drawn:
            st.rerun()

    st.fragment(look, run_every=PAGE_LOOKS_SECONDS)()
