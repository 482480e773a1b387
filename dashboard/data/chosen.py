"""A table's chosen columns as a session holds them: prepared here, and at the trainer."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from dashboard.data.settings import TableSettings
from dashboard.learning_rate import RATE_LADDER
from dashboard.live.held_data import HeldData
from dashboard.live.server import live_server
from linreg_core import LinregError, Problem, stable_learning_rate
from linreg_core.tables import Table
from linreg_core.tables.choosing import propose, usable_features, usable_targets
from linreg_core.tables.prepared import Prepared, prepare
from linreg_core.tables.selection import Selection

_CHOSEN, _PROBLEM, _SHOWN = "_chosen", "_problem", "_shown"
_NAMED = 3  # unknown columns that are told one by one
_SAFE_PART = 0.5  # of the largest stable learning rate


@dataclass(frozen=True, eq=False)
class Chosen:
    """The columns in use. While a session refers to this, the trainer holds their data."""

    table: Table
    prepared: Prepared
    held: HeldData


def fit_columns(settings: TableSettings, table: Table) -> tuple[TableSettings, list[str]]:
    """Settings whose columns this table has, and a sentence for each that it has not.

    Where no target is chosen yet, the target and features are those that `propose` finds.
    """
    targets, usable = usable_targets(table), usable_features(table)
    unknown = [name for name in settings.features if name not in usable]
    notices = [f"Column {name!r} is no feature in this table." for name in unknown[:_NAMED]]
    if settings.target and settings.target not in targets:
        notices.append(f"Column {settings.target!r} is no target in this table.")
    if settings.target not in targets:
        proposal = propose(table)
        settings = replace(settings, target=proposal.target or "", features=proposal.features)
    features = tuple(n for n in settings.features if n in usable and n != settings.target)
    excluded = tuple(row for row in settings.excluded_rows if row < len(table.frame))
    return replace(settings, features=features, excluded_rows=excluded), notices


def choose(table: Table, selection: Selection) -> Chosen:
    """The prepared data of these columns, kept while the session uses them.

    Raises:
        DataError: no fit can be made of them; what was chosen before is still kept.
    """
    former: Chosen | None = st.session_state.get(_CHOSEN)
    if former and former.table is table and former.prepared.selection == selection:
        return former
    prepared = prepare(table, selection)
    held = live_server().trainer.hold(prepared.dataset, lambda: prepared.dataset)
    chosen = Chosen(table, prepared, held)
    st.session_state[_CHOSEN] = chosen
    return chosen


def problem_of(settings: TableSettings, chosen: Chosen) -> Problem:
    """The problem that the trainer works on, made here as well: for its report.

    Raises:
        DataError: no training row is left.
    """
    spec = settings.problem_spec
    former = st.session_state.get(_PROBLEM)
    if former is None or former[0] != spec:
        problem = spec.build({spec.data.key: chosen.prepared.dataset})  # type: ignore[union-attr]
        st.session_state[_PROBLEM] = former = (spec, problem)
    found: Problem = former[1]
    return found


def stable_rate(settings: TableSettings, chosen: Chosen) -> float | None:
    """A learning rate of the ladder that is safe here, where the present one is not."""
    try:
        stable = stable_learning_rate(problem_of(settings, chosen), settings.config())
    except LinregError:
        return None
    if stable is None or settings.learning_rate < stable:
        return None
    return max((rate for rate in RATE_LADDER if rate <= _SAFE_PART * stable), default=None)


def shown(settings: TableSettings, chosen: Chosen) -> None:
    """Notes that these columns can be shown."""
    st.session_state[_SHOWN] = (settings, chosen)


def last_shown() -> tuple[TableSettings, Chosen] | None:
    """The settings and columns that could be shown last: a mistake later on leaves them there."""
    last: tuple[TableSettings, Chosen] | None = st.session_state.get(_SHOWN)
    return last
