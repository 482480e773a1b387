"""The sidebar's terms, once asked for: the model as a line to type in, and a chip for each term."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import streamlit as st

from dashboard.controls.hidden import is_hidden
from dashboard.controls.widgets import KEPT
from dashboard.escaping import markdown_text, one_line
from dashboard.own_data.choices import Choices
from dashboard.own_data.settings import TableSettings
from dashboard.own_data.state import columns_have_changed, of_table
from dashboard.own_data.term_edits import (
    Terms,
    compared_with,
    multiplied,
    partners_of,
    right_side,
    taken_as,
    with_factor,
)
from linreg_core.tables import (
    AS_CATEGORY,
    CATEGORY,
    YES_NO,
    Factor,
    Formula,
    FormulaError,
    Term,
    columns_of,
    formula_error,
    formula_text,
    parse_formula,
)

BOX: Final = "terms_box"
LINE: Final = "formula_line"
CHIPS: Final = "term_chips"
_POINTERS = "▸◂"  # what the sentence on a formula has around the place that it is about
_WRONG = of_table("formula_wrong")
_CHIP_LETTERS = 30
_MOST_LETTERS = 300  # of a formula that is only told
_TITLE = "Logs, powers, interactions"
_HELP = (
    "What the target is learned from. Type and press Enter: log, sqrt, center and scale of a "
    'column, poly(x, 2), poly(x, 2, raw=True), C(city, base="Oslo"), a:b for an interaction, a*b '
    "for it with both columns, log on the left, and - 1 without an intercept. Or click a chip."
)
TAKEN: Final[Mapping[str, str]] = {
    "identity": "As it is",
    "log": "Logarithm",
    "sqrt": "Square root",
    "poly2": "Polynomial of degree 2 (orthogonal)",
    "poly3": "Polynomial of degree 3 (orthogonal)",
    "raw2": "x, x² (raw polynomial)",
    "raw3": "x, x², x³ (raw polynomial)",
    "center": "Less its mean (centred)",
    "scale": "Standardised",
    AS_CATEGORY: "Categories",
}
_TRANSFORM, _BASELINE, _PARTNER = "term_transform", "term_baseline", "term_partner"


class _Wrong(NamedTuple):
    """What is wrong with a formula that was typed, and the one in whose place it should come."""

    message: str
    instead_of: str


def draw_terms(settings: TableSettings, choices: Choices) -> None:
    """Draw the formula and its chips for whoever opens their place.

    While it is closed, the formula stands there where it says more than the features do. What is
    done with them is done before the next script.
    """
    if is_hidden("formula") or is_hidden("features") or not settings.target:
        return
    fit_intercept = st.session_state["fit_intercept"]  # its switch stands below
    text = formula_text(settings.target, settings.target_transform, settings.terms, fit_intercept)
    box = st.expander(_TITLE, key=BOX, type="compact", on_change="rerun")
    if box.open:
        with box:
            _line(text, choices)
            if settings.terms:
                _chips(settings.terms, choices)
    elif settings.formula:
        st.caption(markdown_text(text, most=_MOST_LETTERS))


def _line(text: str, choices: Choices) -> None:
    wrong: _Wrong | None = st.session_state.get(_WRONG)
    if wrong is None or wrong.instead_of != text:
        st.session_state.pop(_WRONG, None)
        st.session_state[LINE], wrong = text, None
    st.text_input(
        "Formula",
        key=LINE,
        help=_HELP,
        on_change=_take,
        args=(choices, text),
        persist_state=KEPT,
    )
    if wrong is not None:
        st.error(_marked(wrong.message))


def _marked(message: str) -> str:
    """Return a message for Markdown, with a ground of its own for the place that it points at."""
    before, _, rest = message.partition(_POINTERS[0])
    place, _, after = rest.partition(_POINTERS[1])
    if not rest:
        return markdown_text(message)
    around = (_spelled(before), _spelled(after))
    return f":yellow-background[**{markdown_text(place) or '‸'}**]".join(around)


def _spelled(text: str) -> str:
    """Return a part of a sentence for Markdown; a space at either end stays."""
    left, right = " " * (text[:1] == " "), " " * (text[-1:] == " ")
    return f"{left}{markdown_text(text.strip())}{right}"


def _take(choices: Choices, text: str) -> None:
    """Set the page to the formula that was typed; one that is none is told, and changes nothing."""
    typed: str = st.session_state[LINE]
    columns = [str(name) for name in choices.table.frame.columns]
    try:
        formula = parse_formula(typed or text, columns)
        _check(formula, choices, typed)
    except FormulaError as error:
        st.session_state[_WRONG] = _Wrong(str(error), text)
        return
    st.session_state.pop(_WRONG, None)
    if formula.target is not None:
        st.session_state["target"] = formula.target
        st.session_state["target_transform"] = formula.target_transform
    st.session_state["fit_intercept"] = formula.fit_intercept
    _set_terms(formula.terms)


def _check(formula: Formula, choices: Choices, typed: str) -> None:
    """Raise FormulaError where a column is there, but can't be used so."""
    target = formula.target or st.session_state["target"]
    if target not in choices.targets:
        raise _unusable(target, "the target", choices, typed)
    for name in formula.features:
        if name == target:
            raise formula_error(
                typed, f"The target {name!r} can't explain itself", _place(typed, name)
            )
        if name not in choices.features:
            raise _unusable(name, "a feature", choices, typed)


def _unusable(name: str, what: str, choices: Choices, typed: str) -> FormulaError:
    why = choices.proposal.skipped.get(name, "")
    because = f" ({why})" if why else ""
    text = f"Column {name!r} can't be {what} of this table{because}"
    return formula_error(typed, text, _place(typed, name), "Choose another one")


def _place(typed: str, name: str) -> tuple[int, int]:
    start = max(typed.find(name), 0)
    return start, start + len(name)


def _set_terms(terms: Terms) -> None:
    """Set the page to these terms, and to the columns that they are made of."""
    features = columns_of(terms)
    st.session_state["features"] = list(features)
    st.session_state["formula"] = right_side(terms, features)
    columns_have_changed()


def _chips(terms: Terms, choices: Choices) -> None:
    """Draw a chip for each term, and below them what can be done with the one that is chosen."""
    labels = {term.label: term for term in terms}
    if st.session_state.get(CHIPS) not in labels:
        st.session_state[CHIPS] = None
    chosen = st.pills(
        "Terms",
        list(labels),
        key=CHIPS,
        format_func=lambda label: markdown_text(_chip(labels[label])),
        label_visibility="collapsed",
        help="A click offers what can be done with the term.",
        persist_state=KEPT,
    )
    if chosen is not None:
        with st.container(key="term_offers", gap="small"):
            _offers(labels[chosen], terms, choices)


def _chip(term: Term) -> str:
    """Return a term's name at a chip's length: of a long interaction, a part of each column's."""
    if len(term.label) <= _CHIP_LETTERS:
        return term.label
    most = _CHIP_LETTERS // len(term.factors) - 1
    return ":".join(one_line(factor.label, most) for factor in term.factors)


def _offers(term: Term, terms: Terms, choices: Choices) -> None:
    if len(term.factors) == 1:
        (factor,) = term.factors
        kind = choices.kind(factor.column)
        if kind not in (CATEGORY, YES_NO):
            _transform(factor, terms)
        if kind == CATEGORY or factor.transform == AS_CATEGORY:
            _baseline(factor, terms, choices)
        _partner(factor, terms, choices)
    st.button(
        "Remove this term",
        icon=":material/close:",
        type="tertiary",
        key="remove_term",
        on_click=_remove,
        args=(term, terms),
        help="Leaves the term out of the model; Undo takes it back.",
    )


def _transform(factor: Factor, terms: Terms) -> None:
    st.session_state[_TRANSFORM] = factor.transform
    typed = {} if factor.transform in TAKEN else {factor.transform: factor.label}
    st.selectbox(
        "Taken",
        [*TAKEN, *typed],
        key=_TRANSFORM,
        format_func=lambda name: {**TAKEN, **typed}[name],
        on_change=lambda: _change(terms, factor, taken_as(factor, st.session_state[_TRANSFORM])),
        persist_state=KEPT,
        label_visibility="collapsed",
        help="How the column enters the model, in its interactions as well.",
    )


def _baseline(factor: Factor, terms: Terms, choices: Choices) -> None:
    is_text = choices.kind(factor.column) == CATEGORY
    st.session_state[_BASELINE] = factor.baseline
    st.selectbox(
        "Compared with",
        [None, *choices.levels(factor.column)],
        key=_BASELINE,
        format_func=_compared_with,
        on_change=lambda: _change(
            terms, factor, compared_with(factor, st.session_state[_BASELINE], is_text)
        ),
        persist_state=KEPT,
        label_visibility="collapsed",
        help="The value that the coefficients of the others are differences to.",
    )


def _compared_with(level: str | None) -> str:
    return f"Compared with {'the most frequent' if level is None else one_line(level)}"


def _partner(factor: Factor, terms: Terms, choices: Choices) -> None:
    taken = {factor.column, st.session_state["target"], *partners_of(terms, factor)}
    st.session_state[_PARTNER] = None
    st.selectbox(
        "Times another column",
        [name for name in choices.features if name not in taken],
        key=_PARTNER,
        format_func=one_line,
        on_change=lambda: _set_terms(multiplied(terms, factor, st.session_state[_PARTNER])),
        persist_state=KEPT,
        label_visibility="collapsed",
        placeholder="× another column",
        help="Adds the interaction: the slope of one column then depends on the other.",
    )


def _change(terms: Terms, factor: Factor, instead: Factor) -> None:
    _set_terms(with_factor(terms, factor, instead))
    st.session_state[CHIPS] = Term((instead,)).label


def _remove(term: Term, terms: Terms) -> None:
    _set_terms(tuple(each for each in terms if each != term))
