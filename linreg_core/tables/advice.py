"""What is doubtful about prepared data, and what to do about it, in whole sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np

from linreg_core.tables.collinearity import MAX_COLUMNS, Combination, examine
from linreg_core.tables.columns import PreparedColumn, number_text
from linreg_core.types import Dataset
from table_reader import CATEGORY, YES_NO
from table_reader.wording import counted, listed

ROWS_PER_FEATURE: Final = 10
SHOWN: Final = 5
"""How many findings of a kind are told; the rest is counted."""
SHOWN_TERMS: Final = 5
NEARLY_CONSTANT: Final = 0.95


def warnings_about(
    dataset: Dataset,
    columns: Sequence[PreparedColumn],
    target_kind: str,
    fit_intercept: bool = True,
    compared: Sequence[PreparedColumn] | None = None,
) -> tuple[str, ...]:
    """Return what is doubtful: too few rows, constant, rare, collinear or leaking columns.

    `compared` are the categories whose levels are compared with one of them (None: all).
    """
    compared = columns if compared is None else compared
    return (
        *_target_warnings(dataset, target_kind),
        *_weight_warnings(dataset, columns),
        *_size_warnings(dataset, len(columns), fit_intercept),
        *_first(_constant_warnings(columns, fit_intercept)),
        *_first(() if fit_intercept else _baseline_warnings(compared)),
        *_first(_rare_warnings(columns)),
        *_collinearity_warnings(dataset, fit_intercept),
    )


def _target_warnings(dataset: Dataset, kind: str) -> Iterator[str]:
    name, y = dataset.target_name, dataset.y
    if kind == YES_NO:
        yield (
            f"The target {name!r} is yes or no, taken as 1 and 0: predictions can leave that "
            f"range, and the intervals assume a target that is a number. Logistic regression is "
            f"made for it."
        )
        return
    middle = float(np.partition(y, len(y) // 2)[len(y) // 2])
    others = int(np.count_nonzero(y != middle))
    if others <= (1 - NEARLY_CONSTANT) * len(y):
        those = "that one" if others == 1 else "those few"
        yield (
            f"The target {name!r} is {number_text(middle)} in all but {others:,} of {len(y):,} "
            f"rows: the fit hangs on {those}."
        )


def _weight_warnings(dataset: Dataset, columns: Sequence[PreparedColumn]) -> Iterator[str]:
    name = dataset.weights_name
    if name and any(column.name == name for column in columns):
        yield (
            f"{name!r} is both a feature and the column of weights: that is fitted as asked; leave "
            f"the feature out unless it is meant to explain the target as well."
        )


def _size_warnings(dataset: Dataset, n_chosen: int, fit_intercept: bool) -> Iterator[str]:
    n_samples, n_features = dataset.n_samples, dataset.n_features
    have = f"{counted(n_samples, 'row')} for {counted(n_features, 'feature column')}"
    if n_samples <= n_features + fit_intercept:
        most = max(1, n_samples // ROWS_PER_FEATURE)
        fewer = f"choose at most {counted(most, 'feature')} or " if n_chosen > most else ""
        yield (
            f"Too few rows: {have}. The line can pass through every point, and no standard errors "
            f"can be had: {fewer}add rows."
        )
    elif n_samples < ROWS_PER_FEATURE * n_features:
        fewer = "; fewer features are safer" if n_chosen > 1 else ""
        yield (
            f"Few rows: {have}, fewer than {ROWS_PER_FEATURE} for each. Expect wide intervals, and "
            f"trust the cross-validated R² more than R²{fewer}."
        )


def _constant_warnings(columns: Iterable[PreparedColumn], fit_intercept: bool) -> Iterator[str]:
    """A constant of its own is as good as an intercept where there is none, unless it is 0."""
    for column in columns:
        is_intercept = not fit_intercept and column.kind != CATEGORY and column.minimum != 0
        if column.is_constant and not is_intercept:
            value = column.shown(column.typical if column.kind == CATEGORY else column.minimum)
            yield (
                f"{column.name!r} has the same value, {value}, in every row used: it explains "
                f"nothing; leave it out."
            )


def _baseline_warnings(columns: Iterable[PreparedColumn]) -> Iterator[str]:
    for column in columns:
        if column.kind == CATEGORY and not column.is_constant:
            yield (
                f"Without an intercept nothing stands for {column.left_out!r} in {column.name!r}: "
                f"its rows are predicted from the other columns alone, and the other levels are "
                f"not compared with it; switch the intercept on."
            )


def _rare_warnings(columns: Iterable[PreparedColumn]) -> Iterator[str]:
    for column in columns:
        rare = [
            level for level, count in zip(column.levels, column.counts, strict=True) if count == 1
        ]
        if rare and not column.is_constant:
            what = "a level" if len(rare) == 1 else f"{len(rare)} levels"
            yield (
                f"{column.name!r} has {what} with a single row ({listed(rare, SHOWN)}): the fit "
                f"passes through such a row whatever it says; exclude it, merge levels in the "
                f"file, or leave the column out."
            )


def _collinearity_warnings(dataset: Dataset, fit_intercept: bool) -> Iterator[str]:
    names = dataset.feature_names
    if len(names) > MAX_COLUMNS:
        yield (
            f"{len(names):,} feature columns are too many to look for collinear ones "
            f"(at most {MAX_COLUMNS:,}): watch the rank that the fit reports."
        )
    found = examine(dataset.X, dataset.y, fit_intercept)
    but = ", up to a constant" if fit_intercept else ""
    yield from _first(_combination_text(each, names, but) for each in found.combinations)
    yield from _first(
        _near_copy_text(names[i], names[j], r, fit_intercept, _powers(dataset, i, j))
        for i, j, r in found.near_copies
    )
    target = dataset.target_name
    yield from _first(_leak_text(names[i], slope, target, but) for i, slope in found.leaks)


def _powers(dataset: Dataset, first: int, second: int) -> str:
    """Return the term whose powers two columns are, "" where they are none."""
    found = (term for term in dataset.terms if term.first <= min(first, second))
    label = next((term.label for term in found if max(first, second) < term.stop), "")
    return label if label.endswith(", raw=True)") and ":" not in label else ""


def _near_copy_text(first: str, second: str, r: float, fit_intercept: bool, powers: str) -> str:
    what = f"nearly the same (correlation {r:.5f})"
    if not fit_intercept:
        what = f"nearly proportional (cosine {r:.5f}) where there is no intercept"
    if powers:
        return (
            f"{first!r} and {second!r} are {what}, so that gradient descent learns them slowly: "
            f"{powers.removesuffix(', raw=True)')}) has the same curves without that."
        )
    return (
        f"{first!r} and {second!r} are {what}: their coefficients can hardly be told apart; leave "
        f"one of them out."
    )


def _leak_text(name: str, slope: float, target: str, but: str) -> str:
    size = number_text(slope)
    what = "the same" if size == "1" else f"{size} times it"
    return (
        f"{name!r} gives the target away ({target!r} is {what}{but}): if it is the target in "
        f"another form, leave it out."
    )


def _combination_text(found: Combination, names: Sequence[str], but: str) -> str:
    """Say what a column is made of; `but` says whether that is up to a constant."""
    column, parents = names[found.column], [names[parent] for parent in found.parents]
    if len(parents) == 1 and number_text(found.weights[0]) == "1":
        what = f"{column!r} and {parents[0]!r} are the same{but}"
    elif len(parents) == 1:
        what = f"{column!r} is {parents[0]!r} in another unit" + _formula(found, names, but)
    elif len(parents) <= SHOWN_TERMS:
        together = ", ".join(map(repr, parents[:-1])) + f" and {parents[-1]!r}"
        what = f"{column!r} is a linear combination of {together}" + _formula(found, names, but)
    else:
        some = ", ".join(map(repr, parents[:SHOWN_TERMS]))
        what = f"{column!r} is a linear combination of {some} and {len(parents) - SHOWN_TERMS} more"
    return (
        f"{what}: no fit can tell their coefficients apart; leave "
        f"{'one of the two' if len(parents) == 1 else 'one of them'} out."
    )


def _formula(found: Combination, names: Sequence[str], but: str) -> str:
    """Return e.g. " ('total' = 'a' + 2 * 'b', up to a constant)"."""
    text = ""
    for parent, weight in zip(found.parents, found.weights, strict=True):
        size = number_text(abs(weight))
        term = repr(names[parent]) if size == "1" else f"{size} * {names[parent]!r}"
        sign = "-" if weight < 0 else "+"
        text += f" {sign} {term}" if text else ("-" if weight < 0 else "") + term
    return f" ({names[found.column]!r} = {text}{but})"


def _first(sentences: Iterable[str]) -> tuple[str, ...]:
    """Return the first few sentences, and one that counts the others."""
    every = tuple(sentences)
    if len(every) <= SHOWN:
        return every
    return (*every[:SHOWN], f"And {counted(len(every) - SHOWN, 'more warning')} of this kind.")
