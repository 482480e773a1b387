"""The data page's sidebar: which columns, then the model as on every page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import streamlit as st

from dashboard.address import apply, apply_whole, current_settings, remember
from dashboard.controls.declared import DTYPE, ENGINE
from dashboard.controls.hidden import is_hidden
from dashboard.controls.keep_going import going_on
from dashboard.controls.learning_rate import suit_rate
from dashboard.controls.model import (
    model_controls,
    picture_controls,
    seed_controls,
    seed_names,
    split_controls,
    take_back_controls,
    take_back_place,
)
from dashboard.controls.widgets import KEPT, draw_control, drawer, select_box
from dashboard.escaping import markdown_text
from dashboard.links import ERROR_NAMES
from dashboard.numbers import plain_number
from dashboard.own_data.all_rows import all_rows_control, all_rows_of, needs_rows
from dashboard.own_data.arriving import take_back_reading
from dashboard.own_data.choices import Choices, choices_of
from dashboard.own_data.chosen import Chosen, choose, choose_all_rows, fit_columns, stable_rate
from dashboard.own_data.declared import MISSING_CELLS, TARGET_TRANSFORM, WEIGHT_KIND
from dashboard.own_data.session_memory import check_memory
from dashboard.own_data.settings import MAX_EXCLUDED, TABLE_DEFAULTS, TableSettings
from dashboard.own_data.source import Loaded
from dashboard.own_data.standard_errors import with_chosen_errors
from dashboard.own_data.state import columns_have_changed, take_columns_are_new
from dashboard.own_data.term_edits import fitted_to, parsed_terms, right_side
from dashboard.own_data.terms_view import draw_terms
from dashboard.race.dialog import race_button
from dashboard.settings import MODEL_FIELDS
from linreg_core import Dataset, LinregError
from linreg_core.tables import YES_NO
from table_reader import Table

_READ_EARLY = (DTYPE.name, ENGINE.name)
"""What memory training takes depends on these; they stand among controls that need the data."""
_IS_LOG = "target_is_log"
_WEIGHTS = ("weights", WEIGHT_KIND.name)
_OFFERED_ROWS = 1_000  # as options of the list of rows; more would only slow the page
_NO_TARGET = (
    "The target must be a column of numbers that are not all the same. This table has none: bring "
    "another file, or read this one another way."
)
_RESET_HELP = "Sets the model to what it starts with; columns and rows stay."


def read_table_settings(
    settings: TableSettings, source: Loaded
) -> tuple[TableSettings, Chosen | None, str]:
    """Draw the sidebar for a table; return settings, chosen columns, and what is wrong with these.

    The columns are None, and the message tells why, where no fit can be made of them; it is empty
    where a question about the file has to be answered first, or stored rows are on their way.
    """
    table = source.table
    choices = choices_of(table)
    settings = with_chosen_errors(_fitted(settings, choices))
    with st.sidebar:
        top = take_back_place()
        settings = _column_controls(settings, choices)
        settings = all_rows_control(settings, source)
        settings = split_controls(settings, _coordinates_have_changed)
        names = (MISSING_CELLS.name, "excluded_rows", *_WEIGHTS, *seed_names())
        with drawer("Rows, gaps and seed", names):
            settings = _weight_controls(_row_controls(settings, table), choices)
            settings = seed_controls(settings)
        chosen, dataset, message = _choose(settings, choices, source)
        if chosen is not None:
            settings = _with_sent(settings, chosen)
            dataset = chosen.learned if dataset is None else dataset
        if dataset is not None and take_columns_are_new():
            _steady(settings, dataset)
        settings = going_on(picture_controls(model_controls(settings, race_button)))
    remember(settings)
    if chosen is not None and (why_not := needs_rows(settings)):
        chosen, message = None, why_not
    # Last, when it is known whether anything has changed.
    take_back_controls(top, TableSettings, _reset, _RESET_HELP, _take_back)
    return settings, chosen, message


def _with_sent(settings: TableSettings, chosen: Chosen) -> TableSettings:
    """Return the settings with what names the data at the trainer."""
    for_test = 0 if chosen.all_rows is None else chosen.all_rows.n_test
    return replace(settings, sent=chosen.held.spec, n_sent_for_test=for_test)


def _take_back(settings: TableSettings) -> None:
    """Set the page to what it was, and the reading of its file."""
    apply_whole(settings)
    take_back_reading(settings)


def _reset() -> None:
    """Set the model's defaults; the columns and rows stay."""
    defaults = {name: getattr(TABLE_DEFAULTS, name) for name in (*MODEL_FIELDS, *ERROR_NAMES)}
    apply(replace(current_settings(TableSettings), **defaults))
    columns_have_changed()


def _coordinates_have_changed() -> None:
    columns_have_changed()
    if st.session_state["standardize"]:
        suit_rate(is_remembered=False)


def exclude_row(position: int) -> None:
    """Leave a row out (a callback's work)."""
    exclude_rows((position,))


def exclude_rows(positions: Iterable[int]) -> None:
    """Leave rows out (a callback's work)."""
    rows = {*st.session_state["excluded_rows"], *positions}
    if len(rows) <= MAX_EXCLUDED:
        st.session_state["excluded_rows"] = sorted(rows)
    else:
        st.toast(f"At most {MAX_EXCLUDED} rows can be left out one by one.")


def include_row(position: int) -> None:
    """Take a row back (a callback's work)."""
    rows = st.session_state["excluded_rows"]
    st.session_state["excluded_rows"] = [row for row in rows if row != position]


def _fitted(settings: TableSettings, choices: Choices) -> TableSettings:
    """Return settings for columns that this table has; widgets follow where a link named others."""
    fitted, notices = fit_columns(settings, choices)
    if not choices.table.questions:  # else these columns may yet come
        for notice in notices:
            st.toast(markdown_text(notice), icon=":material/link_off:", duration="long")
    former = settings.controls()
    for name, value in fitted.controls().items():
        if value != former[name]:
            st.session_state[name] = value
    return fitted


def _column_controls(settings: TableSettings, choices: Choices) -> TableSettings:
    st.subheader("Data", divider="gray")
    skipped = choices.proposal.skipped
    if not choices.targets:
        _why_not("Why is no column offered?", skipped)
        return replace(settings, target="", features=())
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        target = _target(settings, choices)
        transform = _target_transform(choices, target)
    offered = [name for name in choices.features if name != target]
    st.session_state["features"] = [n for n in st.session_state["features"] if n in offered]
    features = tuple(_features(offered))
    settings = replace(
        settings,
        target=target or "",
        target_transform=transform,
        features=features,
        formula=_formula(choices, features),
    )
    unused = {name: why for name, why in skipped.items() if name not in (*features, target)}
    if not is_hidden("features"):
        _why_not("Why not the others?", unused)
    draw_terms(settings, choices)
    return settings


def _target(settings: TableSettings, choices: Choices) -> str:
    if is_hidden("target"):
        return settings.target
    return str(
        select_box(
            "Target",
            choices.targets,
            "target",
            "The column to predict.",
            on_change=_target_has_changed,
        )
    )


def _target_transform(choices: Choices, target: str) -> str:
    """Draw whether the target's logarithm is learned; yes and no have none."""
    name = TARGET_TRANSFORM.name
    if not is_hidden(name) and choices.kind(target) != YES_NO:
        st.session_state[_IS_LOG] = st.session_state[name] == "log"
        st.toggle(
            "Log",
            key=_IS_LOG,
            on_change=_take_transform,
            persist_state=KEPT,
            help="Learns the target's natural logarithm. Predictions and their intervals are "
            "given in the target's own unit all the same.",
        )
    return str(st.session_state[name])


def _take_transform() -> None:
    is_log = st.session_state[_IS_LOG]
    st.session_state[TARGET_TRANSFORM.name] = "log" if is_log else "identity"
    columns_have_changed()


def _target_has_changed() -> None:
    st.session_state[TARGET_TRANSFORM.name] = TARGET_TRANSFORM.default
    columns_have_changed()


def _formula(choices: Choices, features: tuple[str, ...]) -> str:
    """Return the formula's right side for these features: it follows those that come and go."""
    if not st.session_state["formula"]:
        return ""  # the features in their own order
    terms = parsed_terms(st.session_state["formula"], choices.features)
    formula = right_side(fitted_to(terms, features), features)
    st.session_state["formula"] = formula
    return formula


def _features(offered: list[str]) -> list[str]:
    if is_hidden("features"):
        return list(st.session_state["features"])
    return st.multiselect(
        "Features",
        offered,
        key="features",
        on_change=columns_have_changed,
        persist_state=KEPT,
        placeholder="Choose at least one column",
        help="The columns to predict it from. Text becomes one yes/no column for each value.",
    )


def _why_not(label: str, skipped: Mapping[str, str]) -> None:
    """Tell those who ask why columns were not proposed."""
    if skipped:
        with st.popover(label, type="tertiary"):
            for name, why in skipped.items():
                st.markdown(f"**{markdown_text(name)}**: {markdown_text(why)}")
            st.caption("Read wrongly? Click the word above a column under **Table**.")


def _row_controls(settings: TableSettings, table: Table) -> TableSettings:
    missing = draw_control(MISSING_CELLS)
    n_rows = len(table.frame)
    excluded: list[int] = st.session_state["excluded_rows"]
    if is_hidden("excluded_rows") or settings.all_rows:
        return replace(settings, missing=missing, excluded_rows=tuple(sorted(excluded)))
    rows = st.multiselect(
        "Rows left out",
        range(n_rows) if n_rows <= _OFFERED_ROWS else sorted(excluded),
        key="excluded_rows",
        format_func=lambda position: f"row {table.row_number(position)}",
        max_selections=MAX_EXCLUDED,
        filter_mode="contains",
        persist_state=KEPT,
        select_all=False,  # it would come first: "row 5" and Enter then takes row 15 as well
        help="Click a point in the first picture to leave its row out, or choose it here.",
    )
    return replace(settings, missing=missing, excluded_rows=tuple(sorted(rows)))


def _weight_controls(settings: TableSettings, choices: Choices) -> TableSettings:
    """Draw which column weights the rows and, once one does, what its numbers mean."""
    if is_hidden("weights"):
        return replace(settings, weights=st.session_state["weights"])
    offered = ["", *(name for name in choices.weights if name != settings.target)]
    weights = select_box(
        "Weights",
        offered,
        "weights",
        "A column of positive numbers that say how much each row counts, in training and in the "
        "report.",
        {"": "None: all rows count alike"},
        on_change=columns_have_changed,
    )
    if not weights:
        return replace(settings, weights="")
    return replace(settings, weights=str(weights), weight_kind=draw_control(WEIGHT_KIND))


def _choose(
    settings: TableSettings, choices: Choices, source: Loaded
) -> tuple[Chosen | None, Dataset | None, str]:
    """Return the chosen columns, their data if they are new, and what is wrong with them."""
    table = choices.table
    if not settings.target:
        return None, None, "" if table.questions else _NO_TARGET
    early = {name: st.session_state[name] for name in _READ_EARLY}
    try:
        check_memory(choices, replace(settings, **early))
        if settings.all_rows:
            found = all_rows_of(settings, source)
            return (None, None, "") if found is None else (*choose_all_rows(table, found), "")
        chosen, dataset = choose(table, settings.selection)
    except LinregError as error:
        return None, None, str(error)
    return chosen, dataset, ""


def _steady(settings: TableSettings, dataset: Dataset) -> None:
    """More columns bear a smaller learning rate: one that would diverge gives way, and says so."""
    rate = stable_rate(settings, dataset)
    if rate is not None:
        former = st.session_state["learning_rate"]
        st.session_state["learning_rate"] = rate
        change = f"{plain_number(former)} → {plain_number(rate)}"
        st.toast(f"Learning rate {change}, which is stable on these columns.")
