"""The part of the sidebar that every page shares: coordinates, split, model, solver, pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from dashboard.address import apply
from dashboard.history import has_step, step_back
from dashboard.learning_rate import learning_rate, suit_rate
from dashboard.settings import (
    CUSTOM_INIT,
    LOSS_AXES,
    MAX_PAGE_MOMENTUM,
    MAX_PAGE_TEST_FRACTION,
    MAX_PAGE_WEIGHT_DECAY,
    MAX_START,
    RESIDUALS,
    AnySettings,
    ModelSettings,
)
from dashboard.widgets import COUNT_LADDER, KEPT, give_way, hundredths, ladder, pick, select
from linreg_core import ENGINES, LOSSES, SOLVERS
from linreg_core.limits import DTYPES, INITS, MAX_SEED, SAMPLINGS, SPLITS

_EPOCHS = "Passes over the training rows, unless Batches in an epoch says otherwise."
_MOMENTUM = "The part of each step that carries over into the next. 0: none, as plain SGD."
_LOSS = "What training makes as small as it can. Squares weigh large errors most."
_ENGINE = "What computes the updates. All compute the same ones; compiled code is the fastest."
_START = "Weights and bias before the first step. Random ones are drawn by the seed."
_SAMPLING = "How rows are dealt into batches. A full batch always has all of them."
_UPDATES = "How many batches make an epoch. All: one pass over the training rows."
_WEIGHT_DECAY = "Pulls every weight, and the bias, towards 0 at each step. 0: not at all."
_PRECISION = "Digits that training computes with: float64 about 16, float32 about 7."
_RESIDUALS = "Draws each point's error: as a segment up to the line, or as its square."
_LOSS_AXES = (
    "Log: equal distances are equal factors, so that small losses show. Log-log: epochs, too."
)


def take_back_controls(
    kind: type[ModelSettings], reset: Callable[[], None], reset_help: str
) -> None:
    """Undo and reset, in one line on top.

    Args:
        reset: sets the page to its defaults (a callback's work).
        reset_help: which defaults these are.
    """
    with st.container(horizontal=True, gap="small", key="take_back"):
        st.button(
            "Undo",
            icon=":material/undo:",
            type="tertiary",
            key="undo",
            disabled=not has_step(kind),
            on_click=lambda: apply(step_back(kind)),
            help="Takes back the last change.",
        )
        st.button(
            "Reset to defaults",
            icon=":material/restart_alt:",
            type="tertiary",
            key="reset",
            on_click=reset,
            help=f"{reset_help} Undo takes it back.",
        )


def split_controls(
    settings: AnySettings, on_standardize: Callable[[], None] = suit_rate
) -> AnySettings:
    """Standardise and the test split."""
    return replace(
        settings,
        standardize=st.toggle(
            "Standardise",
            key="standardize",
            on_change=on_standardize,
            help="Train on columns with mean 0 and standard deviation 1. Parameters and losses "
            "are still shown in the data's own units.",
            persist_state=KEPT,
        ),
        test_fraction=hundredths(
            "Test split",
            MAX_PAGE_TEST_FRACTION,
            "test_fraction",
            help="The part of the rows that is held back from training.",
            step=0.05,
        ),
    )


def seed_controls(settings: AnySettings) -> AnySettings:
    """The seed and which rows the test takes."""
    return replace(
        settings,
        seed=st.number_input(
            "Seed",
            0,
            MAX_SEED,
            step=1,
            key="seed",
            help="The same seed gives the same random numbers: for the data, the split, the start "
            "and the batches.",
            persist_state=KEPT,
        ),
        split=select(
            "Test rows",
            SPLITS,
            "split",
            "Which rows are held back, where a test split is set.",
            {"sequential": "The last rows"},
        ),
    )


def model_controls(settings: AnySettings) -> AnySettings:
    """Solver, loss and only the knobs that this solver uses."""
    st.subheader("Model and solver", divider="gray")
    solver = st.selectbox(
        "Solver",
        list(SOLVERS),
        key="solver",
        format_func=lambda name: SOLVERS[name].label,
        help="How a gradient becomes a step.",
        persist_state=KEPT,
    )
    used = SOLVERS[solver].knobs
    losses = [name for name in LOSSES if "learning_rate" in used or LOSSES[name].is_squared]
    settings = replace(settings, solver=solver)
    if "learning_rate" in used:
        settings = replace(
            settings,
            learning_rate=learning_rate(),
            n_epochs=int(ladder("Epochs", "n_epochs", COUNT_LADDER, "{:,}".format, _EPOCHS)),
            batch_size=_batch_size(settings),
        )
    if "momentum" in used:
        momentum = hundredths("Momentum", MAX_PAGE_MOMENTUM, "momentum", _MOMENTUM)
        settings = replace(settings, momentum=momentum)
    labels = {name: loss.label for name, loss in LOSSES.items()}
    settings = replace(settings, loss=select("Loss", losses, "loss", _LOSS, labels))
    if "learning_rate" in used:
        settings = replace(settings, engine=_engine())
    with st.expander("Start, order and precision"):
        settings = _detail_controls(settings, used)
    return settings


def picture_controls(settings: AnySettings) -> AnySettings:
    """What the pictures show beside the run."""
    st.subheader("Pictures", divider="gray")
    return replace(
        settings,
        residuals=pick("Residuals", RESIDUALS, "residuals", _RESIDUALS),
        loss_axes=pick("Loss axes", LOSS_AXES, "loss_axes", _LOSS_AXES),
    )


def _detail_controls(settings: AnySettings, used: Sequence[str]) -> AnySettings:
    inits = INITS if settings.n_features > 1 else (*INITS, CUSTOM_INIT)
    settings = replace(settings, init=select("Start from", inits, "init", _START))
    if settings.init == CUSTOM_INIT:
        settings = replace(
            settings,
            init_weight=_start_value("Weight at start", "init_weight"),
            init_bias=_start_value("Bias at start", "init_bias"),
        )
    if "learning_rate" in used:
        updates = ladder(
            "Batches in an epoch", "updates_per_epoch", (1, 10, 100), "{:,}".format, _UPDATES, "all"
        )
        settings = replace(
            settings,
            sampling=select("Order of rows", SAMPLINGS, "sampling", _SAMPLING),
            updates_per_epoch=updates,
        )
    if "weight_decay" in used:
        decay = hundredths("Weight decay", MAX_PAGE_WEIGHT_DECAY, "weight_decay", _WEIGHT_DECAY)
        settings = replace(settings, weight_decay=decay)
    return replace(
        settings,
        dtype=select("Precision", DTYPES, "dtype", _PRECISION),
        fit_intercept=st.toggle(
            "Intercept",
            key="fit_intercept",
            help="Off: the bias stays 0 and the line goes through the origin.",
            persist_state=KEPT,
        ),
    )


def _start_value(label: str, key: str) -> float:
    value = st.number_input(
        label,
        -MAX_START,
        MAX_START,
        key=key,
        format="%.8g",
        help="In the data's own units.",
        persist_state=KEPT,
    )
    return float(value)


def _engine() -> str:
    labels = {name: engine.label for name, engine in ENGINES.items()}
    return str(select("Engine", list(ENGINES), "engine", _ENGINE, labels))


def _batch_size(settings: ModelSettings) -> int | None:
    n_train = settings.n_train
    give_way("batch_size", [None, *range(1, n_train)], None)
    rungs = [2**k for k in range(n_train.bit_length()) if 2**k < n_train]
    current = st.session_state["batch_size"]
    size: int | None = st.select_slider(
        "Batch size",
        [*sorted({*rungs, current} - {None}), None],
        key="batch_size",
        format_func=lambda size: "full" if size is None else f"{size:,}",
        help="Rows that each step looks at. Full: all of them.",
        persist_state=KEPT,
    )
    return size
