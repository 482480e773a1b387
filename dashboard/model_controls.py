"""The part of the sidebar that every page shares: coordinates, split, model, solver, pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from dashboard.learning_rate import learning_rate, suit_rate
from dashboard.settings import (
    CUSTOM_INIT,
    LOSS_AXES,
    MAX_PAGE_MOMENTUM,
    MAX_PAGE_TEST_FRACTION,
    MAX_PAGE_WEIGHT_DECAY,
    RESIDUALS,
    AnySettings,
    ModelSettings,
)
from dashboard.widgets import COUNT_LADDER, hundredths, ladder, pick, select
from linreg_core import ENGINES, LOSSES, SOLVERS
from linreg_core.limits import DTYPES, INITS, MAX_SEED, SAMPLINGS, SPLITS


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
        ),
        test_fraction=hundredths(
            "Test split",
            MAX_PAGE_TEST_FRACTION,
            "test_fraction",
            step=0.05,
            help="The part of the rows that is held back from training.",
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
            help="Draws the data, the split, the start and the batches.",
        ),
        split=select("Test rows", SPLITS, "split", {"sequential": "The last rows"}),
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
    )
    used = SOLVERS[solver].knobs
    losses = [name for name in LOSSES if "learning_rate" in used or LOSSES[name].is_squared]
    settings = replace(settings, solver=solver)
    if "learning_rate" in used:
        settings = replace(
            settings,
            learning_rate=learning_rate(),
            n_epochs=int(ladder("Epochs", "n_epochs", COUNT_LADDER, "{:,}".format)),
            batch_size=_batch_size(settings),
        )
    if "momentum" in used:
        momentum = hundredths("Momentum", MAX_PAGE_MOMENTUM, "momentum")
        settings = replace(settings, momentum=momentum)
    labels = {name: loss.label for name, loss in LOSSES.items()}
    settings = replace(settings, loss=select("Loss", losses, "loss", labels))
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
        residuals=pick("Residuals", RESIDUALS, "residuals"),
        loss_axes=pick("Loss axes", LOSS_AXES, "loss_axes"),
    )


def _detail_controls(settings: AnySettings, used: Sequence[str]) -> AnySettings:
    inits = INITS if settings.n_features > 1 else (*INITS, CUSTOM_INIT)
    settings = replace(settings, init=select("Start from", inits, "init"))
    if settings.init == CUSTOM_INIT:
        settings = replace(
            settings,
            init_weight=st.number_input("Weight at start", key="init_weight", format="%.8g"),
            init_bias=st.number_input("Bias at start", key="init_bias", format="%.8g"),
        )
    if "learning_rate" in used:
        settings = replace(
            settings,
            sampling=select("Order of rows", SAMPLINGS, "sampling"),
            updates_per_epoch=select(
                "Batches in an epoch",
                (None, *sorted({1, 10, 100, settings.updates_per_epoch or 1})),
                "updates_per_epoch",
                {None: "All: one pass over the data"},
            ),
        )
    if "weight_decay" in used:
        decay = hundredths("Weight decay", MAX_PAGE_WEIGHT_DECAY, "weight_decay")
        settings = replace(settings, weight_decay=decay)
    return replace(
        settings,
        dtype=select("Precision", DTYPES, "dtype"),
        fit_intercept=st.toggle(
            "Intercept",
            key="fit_intercept",
            help="Off: the bias stays 0 and the line goes through the origin.",
        ),
    )


def _engine() -> str:
    labels = {name: engine.label for name, engine in ENGINES.items()}
    help = "What computes the updates. They are the same ones; compiled code is the fastest."
    return str(select("Engine", list(ENGINES), "engine", labels, help=help))


def _batch_size(settings: ModelSettings) -> int | None:
    n_train = settings.n_train
    options: list[int | None] = [2**k for k in range(n_train.bit_length()) if 2**k < n_train]
    current = st.session_state["batch_size"]
    if current is not None and current not in options:
        if current < n_train:
            options = sorted([*options, current])
        else:
            st.session_state["batch_size"] = None
    return st.select_slider(
        "Batch size",
        [*options, None],
        key="batch_size",
        format_func=lambda size: "full" if size is None else f"{size:,}",
        help="Rows that each step looks at. Full: all of them.",
    )
