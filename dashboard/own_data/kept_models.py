"""Models that a visitor keeps beside the one on screen, for as long as their table is in use."""

from __future__ import annotations

import hashlib
import weakref
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import streamlit as st

from dashboard.address import apply, current_settings
from dashboard.escaping import one_line
from dashboard.own_data.choices import choices_of
from dashboard.own_data.fits import report_of
from dashboard.own_data.on_screen import OnScreen
from dashboard.own_data.session_memory import check_memory
from dashboard.own_data.settings import TableSettings
from dashboard.own_data.standard_errors import covariance_of
from dashboard.own_data.state import of_table
from linreg_core import LinregError
from linreg_core.inference import Report, report
from linreg_core.inference.comparison import Comparison, ModelFigures, compare_models
from linreg_core.memory import memory_for
from linreg_core.tables import prepare

MOST_KEPT_MODELS: Final = 3
"""Beside the model on screen: four columns are what a page has room for."""
MOST_NAME_LETTERS: Final = 40
_REPORT_CELLS: Final = 100_000  # values of X above which a kept model's report is made anew
_NOW = "Now"
_MODELS, _COMPARISONS = of_table("kept_models"), of_table("comparisons")


@dataclass(frozen=True, eq=False)
class KeptModel:
    """A model that was kept: its settings and figures, and what tells its training rows.

    `report` is None where its data are too large to be kept for as long as they may be wanted.
    """

    number: int
    name: str
    settings: TableSettings
    figures: ModelFigures
    rows: bytes
    report: Report | None

    def is_of(self, settings: TableSettings) -> bool:
        """Whether `settings` make the same model: how it is trained is no part of it."""
        return model_key(self.settings) == model_key(settings)


@dataclass(frozen=True, eq=False)
class BesideOthers:
    """One of the models side by side; `change` is what the one on screen changes of it.

    It is None of the one on screen, and where a kept model's data find no room: `refusal` says so.
    """

    name: str
    figures: ModelFigures
    change: Comparison | None = None
    refusal: str = ""


class _Worked(NamedTuple):
    """A comparison, and what it is of: the report is not kept for it."""

    figures: ModelFigures
    made: weakref.ref[Report]
    change: Comparison


def model_key(settings: TableSettings) -> tuple[object, ...]:
    """Return all that the least-squares fit depends on."""
    split = (settings.split, settings.seed) if settings.test_fraction else ()
    return (settings.selection, settings.test_fraction, *split)


def kept_models() -> tuple[KeptModel, ...]:
    """Return the models that are kept, in the order in which they came."""
    found: tuple[KeptModel, ...] = st.session_state.get(_MODELS, ())
    return found


def keep_model(shown: OnScreen) -> None:
    """Keep the model on screen, unless it is kept or there are as many as can be."""
    models, settings = kept_models(), shown.settings
    if len(models) >= MOST_KEPT_MODELS or any(each.is_of(settings) for each in models):
        return
    made = report_of(shown)
    taken = {each.number for each in models}
    number = next(number for number in range(1, MOST_KEPT_MODELS + 1) if number not in taken)
    is_small = made.problem.dataset.X.size <= _REPORT_CELLS
    model = KeptModel(
        number=number,
        name=f"Model {number}",
        settings=settings,
        figures=ModelFigures.of(made),
        rows=rows_digest(made, shown),
        report=made if is_small else None,
    )
    st.session_state[_MODELS] = (*models, model)


def rename_model(number: int, name: str) -> None:
    """Call a kept model otherwise; a name that says nothing is none."""
    name = one_line(name.strip(), MOST_NAME_LETTERS)
    if name:
        models = kept_models()
        st.session_state[_MODELS] = tuple(
            replace(each, name=name) if each.number == number else each for each in models
        )


def remove_model(number: int) -> None:
    """Keep a model no longer."""
    st.session_state[_MODELS] = tuple(each for each in kept_models() if each.number != number)


def open_model(model: KeptModel) -> None:
    """Set the page to a kept model (a callback's work); how pictures are drawn stays."""
    former = current_settings(TableSettings)
    apply(replace(model.settings, keep_going=former.keep_going, **former.pictures))


def rows_digest(made: Report, shown: OnScreen) -> bytes:
    """Return what tells the training rows of a report from others of the same table."""
    rows = shown.chosen.recipe.rows[made.problem.train_rows]
    return hashlib.sha256(rows.tobytes()).digest()


def side_by_side(made: Report, shown: OnScreen) -> list[BesideOthers]:
    """Return the kept models, and the one on screen, of which `made` is the report."""
    columns = [_beside(model, made, shown) for model in kept_models()]
    if not any(model.is_of(shown.settings) for model in kept_models()):
        columns.append(BesideOthers(_NOW, ModelFigures.of(made)))
    return columns


def _beside(model: KeptModel, made: Report, shown: OnScreen) -> BesideOthers:
    if model.is_of(shown.settings):
        return BesideOthers(f"{model.name} (now)", model.figures)
    try:
        return BesideOthers(model.name, model.figures, _comparison(model, made, shown))
    except LinregError as error:
        return BesideOthers(model.name, model.figures, refusal=str(error))


def _comparison(model: KeptModel, made: Report, shown: OnScreen) -> Comparison:
    """Return what the report on screen changes of a kept model, worked out once."""
    known: dict[int, _Worked] = st.session_state.setdefault(_COMPARISONS, {})
    former = known.get(model.number)
    if former is None or former.figures is not model.figures or former.made() is not made:
        before = model.report or _report_anew(model, shown)
        is_same = model.rows == rows_digest(made, shown)
        change = compare_models(before, made, has_same_rows=is_same)
        known[model.number] = former = _Worked(model.figures, weakref.ref(made), change)
    return former.change


def _report_anew(model: KeptModel, shown: OnScreen) -> Report:
    """Return a kept model's report, with the standard errors that it was kept with."""
    settings, table = model.settings, shown.chosen.table
    check_memory(choices_of(table), settings, has_report=True)
    with memory_for((settings.n_samples, settings.n_features)):
        prepared = prepare(table, settings.selection)
        problem = settings.problem_spec.build({settings.data.fingerprint: prepared.dataset})
        return report(problem, covariance=covariance_of(settings, table, prepared.rows))
