"""Kept models beside the one on screen: what was changed, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import streamlit as st

from dashboard.escaping import markdown_text
from dashboard.numbers import NO_VALUE, alike, count, number, p_value
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
from dashboard.own_data.on_screen import OnScreen
from linreg_core.inference import Report
from linreg_core.inference.comparison import Comparison, ModelFigures
from linreg_core.inference.covariance import CLASSICAL

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
    for note in _notes(columns):
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
    rows = {label: cells for label, cells in _rows(columns) if any(c != NO_VALUE for c in cells)}
    table = {"": [f"**{label}**" for label in rows]}
    for place, column in enumerate(columns):
        name = markdown_text(column.name)
        name = name if name not in table else f"{name} ({place + 1})"
        table[name] = [markdown_text(cells[place]) for cells in rows.values()]
    return table


def _rows(columns: Sequence[BesideOthers]) -> Iterator[tuple[str, list[str]]]:
    every = [column.figures for column in columns]
    if len({figures.target for figures in every}) > 1:
        yield "Target", [figures.target for figures in every]
    yield "Terms", [figures.right_side for figures in every]
    yield "Training rows", [count(figures.n_samples) for figures in every]
    yield "Coefficients", [count(figures.n_coefficients) for figures in every]
    for label, figure in _figures(columns):
        yield label, list(alike([figure(figures) for figures in every]))
    for label, tell in (("Added since", _added), ("Left out since", _removed), ("F test", _test)):
        yield label, [NO_VALUE if c.change is None else tell(c.change) for c in columns]


def _figures(
    columns: Sequence[BesideOthers],
) -> Iterator[tuple[str, Callable[[ModelFigures], float | None]]]:
    yield "R²", lambda figures: figures.r_squared
    yield "Adjusted R²", lambda figures: figures.adjusted_r_squared
    yield "Cross-validated R²", lambda figures: figures.cv_r_squared
    yield "RMSE", lambda figures: figures.rmse
    is_mixed = len({column.figures.target_transform for column in columns}) > 1
    yield "AIC", lambda figures: _in_one_unit(figures.aic, figures, is_mixed)
    yield "BIC", lambda figures: _in_one_unit(figures.bic, figures, is_mixed)


def _in_one_unit(value: float | None, figures: ModelFigures, is_mixed: bool) -> float | None:
    return value + figures.jacobian if value is not None and is_mixed else value


def _added(change: Comparison) -> str:
    return ", ".join(change.added) or "nothing"


def _removed(change: Comparison) -> str:
    return ", ".join(change.removed) or "nothing"


def _test(change: Comparison) -> str:
    """Return the nested test in words."""
    test = change.test
    if test is None:
        return "not nested"
    if not test.df:
        return "the same model"
    if test.f is None:
        return NO_VALUE
    how = "" if test.errors == CLASSICAL.kind else f" ({test.errors})"
    degrees = f"{count(test.df)}, {count(test.df_residual)}"
    return f"F({degrees}) = {number(test.f)}, p {p_value(test.p)}{how}"


def _notes(columns: Sequence[BesideOthers]) -> Iterator[str]:
    """Yield what can't be compared, each sentence once, and what the test is."""
    yield from (column.refusal for column in columns if column.refusal)
    changes = [column.change for column in columns if column.change is not None]
    yield from dict.fromkeys(note for change in changes for note in change.notes)
    if any(change.test is not None and change.test.f is not None for change in changes):
        yield (
            "The F test asks whether what the larger model has beyond the smaller one adds "
            "anything. Cross-validated R² of models with the same rows has the same folds."
        )


def _rename(number: int, key: str) -> None:
    rename_model(number, st.session_state[key])
