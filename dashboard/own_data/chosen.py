"""A table's chosen columns as a session holds them: prepared here, and at the trainer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import streamlit as st

from dashboard.controls.declared import LEARNING_RATE
from dashboard.live.held_data import HeldData
from dashboard.live.server import live_server
from dashboard.own_data.choices import Choices
from dashboard.own_data.declared import TARGET_TRANSFORM
from dashboard.own_data.messages import AllRows
from dashboard.own_data.settings import TableSettings
from dashboard.own_data.state import of_table
from dashboard.own_data.term_edits import fitted_to, right_side
from dashboard.problem_spec import ProblemSpec
from linreg_core import Dataset, LinregError, Problem, stable_learning_rate
from linreg_core.arrays import IntArray
from linreg_core.memory import memory_for
from linreg_core.tables import Prepared, Recipe, Selection, prepare
from table_reader import Table
from table_reader.wording import shown as shown_name

MOST_KEPT_CELLS = 2_000_000
"""Rows times features above which the web server does not keep the data beside their table."""

_CHOSEN, _PROBLEM, _TRAINED = "_chosen", of_table("problem"), of_table("trained_problem")
_NAMED = 3  # unknown columns that are told one by one
_SAFE_PART = 0.5  # of the largest stable learning rate
_SAMPLE_ROWS = 20_000  # enough to tell which rates are stable
_SAMPLE_SEED = 0


@dataclass(frozen=True, eq=False)
class Chosen:
    """The columns in use. While a session refers to this, the trainer holds their data.

    Where `all_rows` of a source are learned, the table, and what is prepared of it, are a sample of
    these.
    """

    table: Table
    recipe: Recipe
    held: HeldData
    kept: Prepared | None
    all_rows: AllRows | None = None

    @property
    def is_large(self) -> bool:
        return self.kept is None

    @cached_property
    def unused_rows(self) -> IntArray:
        """The positions in the table of the rows that are not in use."""
        every = np.arange(len(self.table.frame))
        return np.setdiff1d(every, self.recipe.rows, assume_unique=True)

    @property
    def learned(self) -> Dataset | None:
        """What the trainer holds; None where the web server does not keep it."""
        if self.all_rows is not None:
            return self.all_rows.dataset
        return None if self.kept is None else self.kept.dataset

    def prepared(self) -> Prepared:
        """Return the columns with their data: where these are large, made anew."""
        return self.kept or prepare(self.table, self.recipe.selection)


def fit_columns(settings: TableSettings, choices: Choices) -> tuple[TableSettings, list[str]]:
    """Return settings whose columns this table has, and a sentence for each that it has not.

    Where no target is chosen yet, the target and features are those that are proposed.
    """
    table, targets, usable = choices.table, choices.targets, choices.features
    unknown = [shown_name(name) for name in settings.features if name not in usable]
    notices = [f"Column {name} cannot be a feature of this table." for name in unknown[:_NAMED]]
    if settings.target and settings.target not in targets:
        notices.append(f"Column {shown_name(settings.target)} cannot be this table's target.")
        settings = replace(settings, excluded_rows=())  # rows of another table
    if settings.target not in targets:
        target, features = choices.proposal.target or "", choices.proposal.features
        settings = replace(settings, target=target, features=features)
        settings = replace(settings, formula="", target_transform=TARGET_TRANSFORM.default)
    if settings.clusters and settings.clusters not in table.frame:
        notices.append(f"This table has no column {shown_name(settings.clusters)} of clusters.")
        settings = replace(settings, clusters="")
    features = tuple(n for n in settings.features if n in usable and n != settings.target)
    formula = right_side(fitted_to(settings.terms, features), features)
    excluded = tuple(row for row in settings.excluded_rows if row < len(table.frame))
    settings = replace(settings, features=features, formula=formula, excluded_rows=excluded)
    if settings.weights and settings.weights not in choices.weights:
        notices.append(f"Column {shown_name(settings.weights)} cannot weight this table's rows.")
        settings = replace(settings, weights="")
    return settings, notices


def choose(table: Table, selection: Selection) -> tuple[Chosen, Dataset | None]:
    """Return the columns, kept while the session uses them, and their data where they are new.

    Raises DataError when no fit can be made of them; what was chosen before is still kept.
    """
    former: Chosen | None = st.session_state.get(_CHOSEN)
    is_former = former and former.table is table and former.all_rows is None
    if former and is_former and former.recipe.selection == selection:
        return former, None
    with memory_for((len(table.frame), len(selection.features))):
        prepared = prepare(table, selection)
    dataset = prepared.dataset
    is_large = dataset.X.size > MOST_KEPT_CELLS
    make = _once_kept(dataset, table, selection) if is_large else lambda: dataset
    chosen = Chosen(
        table=table,
        recipe=prepared.recipe,
        held=live_server().trainers.hold(dataset, make),
        kept=None if is_large else prepared,
    )
    st.session_state[_CHOSEN] = chosen
    return chosen, dataset


def choose_all_rows(table: Table, all_rows: AllRows) -> tuple[Chosen, Dataset | None]:
    """Return the columns as all stored rows have them, of which the table is a sample.

    As `choose` does, with the few rows that stand for all.
    """
    former: Chosen | None = st.session_state.get(_CHOSEN)
    if former and former.table is table and former.all_rows is all_rows:
        return former, None
    dataset, sample = all_rows.dataset, all_rows.sample
    held = live_server().trainers.hold(dataset, lambda: dataset)
    chosen = Chosen(table, sample.recipe, held, sample, all_rows)
    st.session_state[_CHOSEN] = chosen
    return chosen, dataset


def _once_kept(dataset: Dataset, table: Table, selection: Selection) -> Callable[[], Dataset]:
    """Give the data and forget them: a second call makes them anew."""
    waiting = [dataset]
    return lambda: waiting.pop() if waiting else prepare(table, selection).dataset


def problem_of(settings: TableSettings, chosen: Chosen) -> Problem:
    """Return the problem that the trainer works on, made here as well: for its report.

    Where it works on all stored rows, that is of their sample alone, none of it for the test.

    Raises DataError when no training row is left.
    """
    spec = settings.problem_spec
    if chosen.all_rows is not None:
        spec = replace(spec, test_fraction=0.0)
    return _kept_problem(_PROBLEM, spec, settings, lambda: chosen.prepared().dataset)


def trained_problem(settings: TableSettings, chosen: Chosen) -> Problem:
    """Return the very problem that the trainer works on.

    Raises DataError when no training row is left.
    """
    all_rows = chosen.all_rows
    if all_rows is None:
        return problem_of(settings, chosen)
    return _kept_problem(_TRAINED, settings.problem_spec, settings, lambda: all_rows.dataset)


def _kept_problem(
    key: str, spec: ProblemSpec, settings: TableSettings, dataset: Callable[[], Dataset]
) -> Problem:
    """Return the problem of these data, made once while the session asks for no other."""
    former = st.session_state.get(key)
    if former is None or former[0] != spec:
        problem = spec.build({settings.data.fingerprint: dataset()})
        st.session_state[key] = former = (spec, problem)
    found: Problem = former[1]
    return found


def stable_rate(settings: TableSettings, dataset: Dataset) -> float | None:
    """Return a rate of the ladder that is safe on these data, where the present one is not.

    It is told by a sample of the rows where there are many.
    """
    if dataset.n_samples > _SAMPLE_ROWS:
        rows = np.random.default_rng(_SAMPLE_SEED).choice(dataset.n_samples, _SAMPLE_ROWS)
        dataset = dataset.of_rows(rows)
    try:
        problem = settings.problem_spec.build({settings.data.fingerprint: dataset})
        stable = stable_learning_rate(problem, settings.config())
    except LinregError:
        return None
    if stable is None or settings.learning_rate < stable:
        return None
    return max((rate for rate in LEARNING_RATE.rungs if rate <= _SAFE_PART * stable), default=None)
