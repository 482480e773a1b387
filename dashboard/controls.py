"""The sidebar: widgets -> `Settings`. Widget keys are the names of the settings and of the link."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard.address import apply, current_settings, follow_link, remember
from dashboard.settings import (
    CUSTOM_INIT,
    LOSS_AXES,
    MAX_PAGE_MOMENTUM,
    MAX_PAGE_TEST_FRACTION,
    MAX_PAGE_WEIGHT_DECAY,
    RESIDUALS,
    Settings,
    make_settings,
)
from linreg_core import DATASETS, LOSSES, SOLVERS, ConfigError, TrainConfig
from linreg_core.limits import DTYPES, INITS, MAX_LEARNING_RATE, MAX_SEED, SAMPLINGS, SPLITS

_RAW_RATE = "_raw_learning_rate"
_FLOAT_DIGITS = 6  # what a slider adds beyond them is noise
_EXACT_RATE = "learning_rate_exact"
_WORKABLE = 20  # a rate this many times off the usual one is of no use on standardised columns

_UNIT_SCALE = ("line", "exact_line", "many_weights")  # raw columns that the usual rates suit

RATE_LADDER = tuple(float(f"{m}e{e}") for e in range(-9, 1) for m in (1, 2, 5)) + (10.0,)
COUNT_LADDER = tuple(m * 10**e for e in range(6) for m in (1, 2, 5))

_LABELS = {
    "shuffle": "Shuffled each pass",
    "sequential": "In file order",
    "replacement": "Drawn with replacement",
    "random": "Random rows",
    "zeros": "Zeros",
    "normal": "Normal, sd 0.01",
    "randn": "Normal, sd 1",
    "torch": "As nn.Linear draws",
    CUSTOM_INIT: "Given values",
    "none": "None",
    "segments": "Segments",
    "squares": "Squares",
    "log": "Log loss",
    "linear": "Linear",
    "log-log": "Log-log",
}


def read_settings(first: Settings) -> Settings:
    """Draws the sidebar and returns what it is set to, in step with the link in both directions.

    Args:
        first: what a visitor without a link sees.
    """
    current = follow_link(first)
    with st.sidebar:
        settings = _model_controls(_data_controls(current))
        settings = _picture_controls(settings)
    remember(settings)
    return settings


def set_learning_rate(rate: object) -> None:
    """Sets the learning rate (a callback's work). What no run could have is ignored."""
    with contextlib.suppress(ConfigError):
        st.session_state["learning_rate"] = TrainConfig(learning_rate=rate).learning_rate  # type: ignore[arg-type]


def _data_controls(settings: Settings) -> Settings:
    st.subheader("Data", divider="gray")
    dataset = st.selectbox(
        "Data set",
        list(DATASETS),
        key="dataset",
        format_func=lambda name: DATASETS[name].label,
        on_change=_start_dataset,
        help="Generated here, or bundled. Every data set has its own knobs.",
    )
    record = DATASETS[dataset]
    main, more = _split_knobs(record.knobs)
    knobs = {knob.name: _knob(knob) for knob in main}
    settings = replace(
        settings,
        dataset=dataset,
        standardize=st.toggle(
            "Standardise",
            key="standardize",
            on_change=_suit_rate,
            help="Train on columns with mean 0 and standard deviation 1. Parameters and losses "
            "are still shown in the data's own units.",
        ),
        test_fraction=round(
            st.slider(
                "Test split",
                0.0,
                MAX_PAGE_TEST_FRACTION,
                step=0.05,
                key="test_fraction",
                help="The part of the rows that is held back from training.",
            ),
            _FLOAT_DIGITS,
        ),
    )
    with st.expander("Seed and more"):
        settings = replace(
            settings,
            seed=st.number_input(
                "Seed",
                0,
                MAX_SEED,
                step=1,
                key="seed",
                help="Draws the data, the split, the start and the batches.",
            ),
            split=_select("Test rows", SPLITS, "split", {"sequential": "The last rows"}),
        )
        knobs |= {knob.name: _knob(knob) for knob in more}
    ordered = tuple((knob.name, knobs[knob.name]) for knob in record.knobs)
    return replace(settings, knobs=ordered)


def _split_knobs(knobs: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """The knobs that stand in sight, and the rest."""
    main = [knob for knob in knobs if knob.name in ("noise", "n_samples", "n_features")]
    return main, [knob for knob in knobs if knob not in main]


def _knob(knob: Any) -> float | int:
    if knob.kind == "int":
        ladder = [n for n in COUNT_LADDER if knob.minimum <= n <= knob.maximum]
        return int(_ladder(knob.label, knob.name, ladder, "{:,}".format, knob.help))
    return float(
        st.slider(
            knob.label,
            float(knob.minimum),
            float(knob.maximum),
            step=float(knob.step),
            key=knob.name,
            help=knob.help or None,
        )
    )


def _model_controls(settings: Settings) -> Settings:
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
        settings = replace(settings, learning_rate=_learning_rate())
        settings = replace(
            settings,
            n_epochs=int(_ladder("Epochs", "n_epochs", COUNT_LADDER, "{:,}".format)),
            batch_size=_batch_size(settings),
        )
    if "momentum" in used:
        settings = replace(
            settings,
            momentum=_hundredths("Momentum", MAX_PAGE_MOMENTUM, "momentum"),
        )
    settings = replace(settings, loss=_select("Loss", losses, "loss", _loss_labels()))
    with st.expander("Start, order and precision"):
        settings = _detail_controls(settings, used)
    return settings


def _detail_controls(settings: Settings, used: Sequence[str]) -> Settings:
    inits = INITS if settings.n_features > 1 else (*INITS, CUSTOM_INIT)
    settings = replace(settings, init=_select("Start from", inits, "init"))
    if settings.init == CUSTOM_INIT:
        settings = replace(
            settings,
            init_weight=st.number_input("Weight at start", key="init_weight", format="%.8g"),
            init_bias=st.number_input("Bias at start", key="init_bias", format="%.8g"),
        )
    if "learning_rate" in used:
        settings = replace(
            settings,
            sampling=_select("Order of rows", SAMPLINGS, "sampling"),
            updates_per_epoch=_select(
                "Batches in an epoch",
                (None, *sorted({1, 10, 100, settings.updates_per_epoch or 1})),
                "updates_per_epoch",
                {None: "All: one pass over the data"},
            ),
        )
    if "weight_decay" in used:
        settings = replace(
            settings,
            weight_decay=_hundredths("Weight decay", MAX_PAGE_WEIGHT_DECAY, "weight_decay"),
        )
    return replace(settings, dtype=_select("Precision", DTYPES, "dtype"))


def _picture_controls(settings: Settings) -> Settings:
    st.subheader("Pictures", divider="gray")
    return replace(
        settings,
        residuals=_pick("Residuals", RESIDUALS, "residuals"),
        loss_axes=_pick("Loss axes", LOSS_AXES, "loss_axes"),
    )


def _hundredths(label: str, high: float, key: str) -> float:
    return round(st.slider(label, 0.0, high, step=0.01, key=key), _FLOAT_DIGITS)


def _pick(label: str, options: Sequence[str], key: str) -> str:
    value = st.segmented_control(
        label, options, key=key, format_func=lambda name: _LABELS[name], required=True
    )
    return str(value)


def _select(
    label: str, options: Sequence[Any], key: str, labels: dict[Any, str] | None = None
) -> Any:
    names = _LABELS | (labels or {})
    if st.session_state.get(key) not in options:
        st.session_state[key] = options[0]
    return st.selectbox(
        label, options, key=key, format_func=lambda option: names.get(option, str(option))
    )


def _loss_labels() -> dict[Any, str]:
    return {name: loss.label for name, loss in LOSSES.items()}


def _ladder(
    label: str,
    key: str,
    ladder: Sequence[Any],
    format_func: Callable[[Any], str],
    help: str | None = None,
) -> Any:
    """A slider over a ladder of values, with a rung of its own for a value set by other means.

    A rung once added stays for the session: taking it away would make Streamlit draw the slider
    anew, under the finger that moves it.
    """
    rungs: set[Any] = st.session_state.setdefault(f"_rungs_{key}", set())
    rungs.add(st.session_state[key])
    options = sorted({*ladder, *rungs})
    return st.select_slider(label, options, key=key, format_func=format_func, help=help or None)


def _learning_rate() -> float:
    slider, exact = st.columns([3, 2], vertical_alignment="bottom")
    with slider:
        rate = float(_ladder("Learning rate", "learning_rate", RATE_LADDER, "{:g}".format))
    st.session_state[_EXACT_RATE] = rate
    with exact:
        st.number_input(
            "Exact learning rate",
            min_value=0.0,
            max_value=MAX_LEARNING_RATE,
            key=_EXACT_RATE,
            format="%.6g",
            label_visibility="collapsed",
            on_change=_take_exact_rate,
        )
    return rate


def _take_exact_rate() -> None:
    set_learning_rate(st.session_state[_EXACT_RATE])


def _batch_size(settings: Settings) -> int | None:
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


def _start_dataset() -> None:
    """A newly chosen data set starts with its own knobs, and trainable."""
    name = st.session_state["dataset"]
    current = current_settings()
    fresh = make_settings(name)
    start = replace(
        current, dataset=name, knobs=fresh.knobs, batch_size=None, updates_per_epoch=None
    )
    if start.init == CUSTOM_INIT:
        start = replace(start, init=Settings.init)
    if name == "many_weights":  # a full batch takes minutes here, small ones do not
        start = replace(
            start, batch_size=64, updates_per_epoch=10, learning_rate=0.01, n_epochs=200
        )
    start = replace(start, standardize=name not in _UNIT_SCALE)
    apply(start)
    if start.standardize:
        _suit_rate()


def usual_rate(batch_size: int | None) -> float:
    """A learning rate that suits standardised columns: smaller steps see fewer rows each."""
    return 0.1 if batch_size is None else 0.001 if batch_size == 1 else 0.01


def _suit_rate() -> None:
    """Standardised columns want another learning rate than raw ones: swap it, and say so."""
    rate, usual = st.session_state["learning_rate"], usual_rate(st.session_state["batch_size"])
    if st.session_state["standardize"]:
        if usual / _WORKABLE <= rate <= usual * _WORKABLE:
            return
        st.session_state[_RAW_RATE] = rate
        new, why = usual, "suits standardised columns"
    else:
        new, why = st.session_state.pop(_RAW_RATE, rate), "is back for the raw columns"
    if new != rate:
        st.session_state["learning_rate"] = new
        st.toast(f"Learning rate {rate:g} → {new:g}, which {why}.")
