"""Sentences on data that leave some directions, or all, without anything to learn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.arrays import rows_at_once
from linreg_core.theory.spectrum import Spectrum

if TYPE_CHECKING:
    from linreg_core.problem import Problem

OUT_OF_RANGE: Final = (
    "The squares of these values are beyond what a number can hold: measure them in larger units."
)
NOTHING_LEARNS: Final = "Every feature is 0 in every row: there is nothing to learn."
MOST_NAMES: Final = 3


def what_does_not_learn(problem: Problem, spectrum: Spectrum) -> str:
    """Return a sentence on the directions that the data leave open, "" where there are none."""
    n_open = int(np.count_nonzero(~spectrum.learns))
    n_open += len(spectrum.vectors) - len(spectrum.values)
    if not n_open:
        return ""
    constant = constant_columns(problem)
    if len(constant) >= n_open:
        names = ", ".join(f"`{name}`" for name in constant[:MOST_NAMES])
        more = f" and {len(constant) - MOST_NAMES} more" if len(constant) > MOST_NAMES else ""
        is_or_are = "is" if len(constant) == 1 else "are"
        return f"{names}{more} {is_or_are} the same in every row and can tell nothing of its own."
    if n_open == 1:
        return "One combination of the weights changes no prediction: the data cannot tell it."
    return f"{n_open} combinations of the weights change no prediction: the data cannot tell them."


def constant_columns(problem: Problem) -> tuple[str, ...]:
    """Return the names of the features that are the same in every training row."""
    X = problem.X_train
    same = np.ones(X.shape[1], dtype=np.bool_)
    for part in rows_at_once(*X.shape):
        same &= (X[part] == X[0]).all(axis=0)
    return tuple(
        name for name, flag in zip(problem.dataset.feature_names, same, strict=True) if flag
    )
