"""A link's proof against what comes of its run here: one line, while the page shows that run."""

from __future__ import annotations

import json
from typing import Final, NamedTuple

import streamlit as st

from dashboard.address import proof_text
from dashboard.data_print import DataPrint
from dashboard.escaping import markdown_text
from dashboard.live.component import set_page_to, visitor
from dashboard.live.remote_run import TrainerFault
from dashboard.live.result import RunResult
from dashboard.live.server import live_server
from dashboard.proof import Proof, Verdict
from dashboard.run_spec import RunSpec
from dashboard.settings import ModelSettings
from linreg_core import LinregError

_PRINT, _CHECKED = "_data_print", "_checked_proof"
_PENDING: Final = "Comparing this run with the numbers that its link tells…"
_SAME: Final = "Loss, weights and bias come out as the link tells."
_NOT_NOW: Final = "The numbers in the link could not be compared: the trainer did not answer."


class Check(NamedTuple):
    """What is said of a link's proof, as Markdown; pending until the run has ended."""

    line: str
    is_pending: bool


def checked_proof(settings: ModelSettings) -> Check | None:
    """Return how far the proof of the page's link holds; None where it came with none."""
    text = proof_text()
    if not text or set_page_to(settings):
        return None
    key = (text, settings.run_spec.id)
    if st.session_state.get(_CHECKED, (None,))[0] != key:
        if (line := _line(text, settings.run_spec)) is None:
            return Check(f":material/hourglass_top: {_PENDING}", True)
        st.session_state[_CHECKED] = (key, line)
    return Check(st.session_state[_CHECKED][1], False)


def _line(text: str, spec: RunSpec) -> str | None:
    """Return the line on a proof; None where the run has not ended."""
    try:
        proof, result = Proof.from_text(text), visitor().result
        if result is None:
            return None
        verdict = proof.compare(proof_here(spec, result), spec)
    except TrainerFault:
        verdict = Verdict(False, _NOT_NOW)
    except LinregError as error:
        verdict = Verdict(False, str(error))
    icon = "verified" if verdict.is_reproduced else "rule"
    said = markdown_text(verdict.sentence)
    return f":material/{icon}: {f'**{said}** {_SAME}' if verdict.is_reproduced else said}"


def proof_here(spec: RunSpec, result: RunResult) -> Proof:
    """Return what came of a run here; its data are where it was trained.

    Raises LinregError when they can't be made, and TrainerFault when the trainer did not answer.
    """
    data = spec.problem.data
    if st.session_state.get(_PRINT, (None,))[0] != data:
        told = json.loads(live_server().trainers.made("data_print", spec))
        st.session_state[_PRINT] = (data, DataPrint.from_list(told["data"]), told["processor"])
    return Proof.of(spec, result, *st.session_state[_PRINT][1:])
