"""Models that statsmodels makes of a formula, and the same as data sets of ours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from statsmodels.formula.api import ols

from linreg_core import Dataset, Problem
from linreg_core.types import TermColumns


def their_fit(formula: str, frame: pd.DataFrame) -> Any:
    """Return statsmodels' least-squares fit."""
    return ols(formula, frame).fit()


def our_problem(theirs: Any) -> Problem:
    """Return the problem of statsmodels' own columns, with its terms."""
    X = np.asarray(theirs.model.exog)
    has_intercept = "Intercept" in theirs.model.exog_names
    first = int(has_intercept)
    terms = []
    for term, where in theirs.model.data.model_spec.term_slices.items():
        if term.factors:
            factors = frozenset(factor.name() for factor in term.factors)
            columns = where.start - first, where.stop - first
            terms.append(TermColumns(term.name(), *columns, factors))
    names = tuple(theirs.model.exog_names[first:])
    y = np.asarray(theirs.model.endog)
    target = str(theirs.model.endog_names)
    dataset = Dataset("theirs", X[:, first:], y, names, target, terms=tuple(terms))
    return Problem.from_dataset(dataset, fit_intercept=has_intercept)


def bundled(name: str) -> pd.DataFrame:
    """Return one of statsmodels' bundled data sets."""
    frame: pd.DataFrame = getattr(sm.datasets, name).load_pandas().data
    return frame


def mixed_frame() -> pd.DataFrame:
    """Return numbers and categories that hang together; one combination has few rows."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "a": rng.normal(5, 1, 80),
            "b": rng.uniform(0, 2, 80),
            "g": rng.choice(list("pqr"), 80),
            "h": rng.choice(list("uv"), 80, p=[0.8, 0.2]),
        }
    )
    frame["b"] += 0.7 * frame["a"]
    frame["y"] = frame.a * (frame.g == "q") + frame.b + (frame.h == "u") + rng.normal(size=80)
    return frame
