"""The history of the run, to be looked at in other tools."""

from __future__ import annotations

from functools import partial
from typing import Final, NamedTuple

import streamlit as st

from dashboard.exports.history import FIRST_WEIGHTS, MOST_HISTORY_SECONDS, n_weights_told
from dashboard.live.server import live_server
from dashboard.numbers import number
from dashboard.share.download import file_button
from dashboard.share.shared import Shared
from dashboard.share.waiting import trained


class _Format(NamedTuple):
    name: str
    label: str
    what: str
    suffix: str
    media_type: str


_FORMATS: Final = (
    _Format("csv", "CSV", "For any spreadsheet.", "-history.csv", "text/csv"),
    _Format(
        "parquet",
        "Parquet",
        "For pandas, polars and DuckDB: smaller, and exact.",
        "-history.parquet",
        "application/vnd.apache.parquet",
    ),
    _Format(
        "tensorboard",
        "TensorBoard",
        "Put it into a folder of its own, and start `tensorboard --logdir` there.",
        ".tfevents",
        "application/octet-stream",
    ),
)


def draw_history(shared: Shared) -> None:
    """Draw a button for each format of the history."""
    if (result := trained(shared)) is None:
        return
    if result.seconds > MOST_HISTORY_SECONDS / 2:  # on a busy machine it may take twice as long
        st.caption(
            f"The run has trained for {number(result.seconds, 2)} seconds. A history is made of "
            f"runs up to {MOST_HISTORY_SECONDS / 2:g} seconds: choose fewer epochs."
        )
        return
    spec = shared.spec
    n_features = spec.problem.data.shape[1]
    told = n_weights_told(n_features, spec.config.n_epochs)
    weights = "every weight" if told == n_features else f"the first {FIRST_WEIGHTS} weights"
    st.caption(f"Every epoch, none left out: losses, gradient norm, bias and {weights}.")
    for each in _FORMATS:
        file_button(
            each.label,
            each.what,
            partial(live_server().trainers.made, "history", spec, format=each.name),
            shared.file_name(each.suffix),
            each.media_type,
        )
