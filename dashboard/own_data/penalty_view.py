"""Ridge and lasso on the report's page: the path, the choice that unseen rows make, its model."""

from __future__ import annotations

from typing import Final

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from dashboard.escaping import markdown_text, one_line
from dashboard.figures.penalty_path import MOST_LINES, MOST_NAMED, PATH_HEIGHT, penalty_path
from dashboard.numbers import number
from dashboard.own_data.figures_table import draw_figures_table
from dashboard.own_data.penalties import PATHS, largest_trained, path_of, train_with
from dashboard.own_data.report_pictures import page_theme
from dashboard.own_data.state import of_table
from dashboard.theme import PLOTLY_CONFIG
from linreg_core import LinregError
from linreg_core.inference import Report
from linreg_core.regularised import PenaltyPath
from table_reader.wording import counted

_LABELS: Final = {"lasso": "Lasso", "ridge": "Ridge"}
_KIND, _AT = "penalty_kind", "penalty_at"
_DRAWN = of_table("penalty_picture")
_MOST_ROWS, _TABLE_HEIGHT = 12, 460
_KIND_HELP = (
    "Both pull the weights of standardised columns towards 0, and predict new rows better where "
    "columns are many or say nearly the same. Lasso pulls some to exactly 0, ridge only shrinks."
)
_TRAIN_HELP = (
    "Sets the run to the loss, coordinates and penalty of this model, so that gradient descent "
    "learns it above. Undo takes it back."
)


def draw_penalties(report: Report) -> None:
    """Draw the place for ridge and lasso, which is closed at first; one weight needs neither."""
    if report.n_features < 2:
        return
    place = st.expander("Ridge and lasso", key="penalties", on_change="rerun")
    if place.open:
        with place:
            _draw(report)


@st.fragment
def _draw(report: Report) -> None:
    """Draw the path; what is moved in it runs nothing else again."""
    kind = st.segmented_control(
        "Penalty on",
        list(PATHS),
        key=_KIND,
        default="lasso",
        required=True,
        format_func=lambda name: _LABELS[name],
        label_visibility="collapsed",
        help=_KIND_HELP,
    )
    try:
        path = path_of(report, str(kind))
    except LinregError as error:
        st.caption(markdown_text(error))
        return
    at = _place(path)
    for note in path.notes:
        st.caption(markdown_text(note))
    st.plotly_chart(
        _figure(path, at),
        height=PATH_HEIGHT,
        theme=None,
        config=PLOTLY_CONFIG,
        key="penalty_path",
        alt=_alt(path),
    )
    st.markdown(markdown_text(_told(path, at, report)))
    _choices(path, at)
    _coefficients(path, at, report)


def _place(path: PenaltyPath) -> int:
    """Draw the slider over the path's penalties and return where it stands.

    On other data it begins anew, at the simplest model.
    """
    key, dataset = f"{_AT}_{path.kind}", path.problem.dataset
    is_of = of_table(f"{key}_is_of")
    if key not in st.session_state or st.session_state.get(is_of) is not dataset:
        st.session_state[key] = path.validation.simplest if path.validation else 0
        st.session_state[is_of] = dataset
    return int(
        st.select_slider(
            "Penalty",
            range(len(path.penalties)),
            key=key,
            format_func=lambda place: number(float(path.penalties[place]), 3),
            help="On the left all weights are next to 0, on the right next to least squares.",
        )
    )


def _figure(path: PenaltyPath, at: int) -> go.Figure:
    """Return the pictures, drawn once for their path and place."""
    of_what = (path, page_theme(), at)
    drawn = st.session_state.get(_DRAWN)
    if drawn is None or drawn[0] != of_what:
        st.session_state[_DRAWN] = drawn = (of_what, penalty_path(*of_what))
    figure: go.Figure = drawn[1]
    return figure


def _alt(path: PenaltyPath) -> str:
    what = f"{_LABELS[path.kind]}: weights against the penalty"
    return f"{what}, and below them the error on unseen rows." if path.validation else f"{what}."


def _told(path: PenaltyPath, at: int, report: Report) -> str:
    """Return what the penalty has done, in a sentence or two."""
    n_features = path.problem.n_features
    if path.kind == "lasso":
        zeros = n_features - int(path.n_used[at])
        done = f"{zeros} of {counted(n_features, 'weight')} {'is' if zeros == 1 else 'are'} 0"
    else:
        freedom = number(float(path.degrees_of_freedom[at]), 3)
        done = f"the weights are as free as {freedom} of {n_features} would be without it"
    sentence = f"At a penalty of {number(float(path.penalties[at]), 3)}, {done}."
    r_squared = path.cv_r_squared(at)
    if r_squared is None or path.validation is None:
        return sentence
    error = number(float(np.sqrt(path.validation.error[at])))
    target = one_line(path.problem.dataset.target_name, 24)
    known = report.cv_r_squared is not None
    least = f" (least squares {number(report.cv_r_squared)})" if known else ""
    return (
        f"{sentence} On rows that it has not seen its R² is {number(r_squared)}{least} and its "
        f"RMSE {error}, in units of {target}."
    )


def _choices(path: PenaltyPath, at: int) -> None:
    """Draw the buttons that move the slider to a choice, and the one that trains its model."""
    penalty, validation = float(path.penalties[at]), path.validation
    with st.container(horizontal=True, vertical_alignment="center", key="penalty_choices"):
        if validation is not None:
            _jump(path, "Least error", validation.least, at, "The best on unseen rows.")
            _jump(
                path,
                "Simplest as good",
                validation.simplest,
                at,
                "The largest penalty whose error is within one standard error of the least.",
            )
        most = largest_trained(path.kind)
        if st.button(
            "Train this",
            key="train_penalty",
            icon=":material/play_arrow:",
            help=_TRAIN_HELP
            if penalty <= most
            else f"A run here has a penalty of {most:g} at most.",
            disabled=penalty > most,
            on_click=train_with,
            args=(path.kind, penalty),
        ):
            st.rerun()  # the sidebar follows, and the run


def _jump(path: PenaltyPath, label: str, to: int, at: int, help: str) -> None:
    st.button(
        label,
        key=f"penalty_{label.split()[0].lower()}",
        type="tertiary",
        disabled=to == at,
        help=help,
        on_click=_move,
        args=(path.kind, to),
    )


def _move(kind: str, to: int) -> None:
    st.session_state[f"{_AT}_{kind}"] = to


def _coefficients(path: PenaltyPath, at: int, report: Report) -> None:
    rows = [
        {"Column": one_line(name), "Least squares": number(least, 6), _LABELS[path.kind]: own}
        for name, least, own in _lines(path, at, report)
    ]
    draw_figures_table(rows, "penalty_coefficients", _MOST_ROWS, _TABLE_HEIGHT)
    st.caption(_how(path))


def _lines(path: PenaltyPath, at: int, report: Report) -> list[tuple[str, float, str]]:
    """Return name, least squares' and the path's number of each coefficient."""
    own, least = path.params(at), report.params
    names = path.problem.dataset.feature_names
    lines = list(zip(names, least.weights.tolist(), own.weights.tolist(), strict=True))
    if path.problem.fit_intercept:
        lines.insert(0, ("intercept", least.bias, own.bias))
    return [
        (name, first, "0" if second == 0 else number(second, 6)) for name, first, second in lines
    ]


def _how(path: PenaltyPath) -> str:
    """Return how to read pictures and table."""
    n_features = path.problem.n_features
    parts = ["Weights in the picture are those of columns with standard deviation 1; the table's "]
    parts.append("are in the columns' own units.")
    if n_features > MOST_NAMED:
        parts.append(f" The {MOST_NAMED} largest have names")
        parts.append(f", and {MOST_LINES} are drawn." if n_features > MOST_LINES else ".")
    if path.validation is not None:
        parts.append(
            f" RMSE is the root mean squared error on rows left out, each of "
            f"{path.validation.n_folds} parts in turn, within one standard error."
        )
    return "".join(parts)
