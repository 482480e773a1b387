"""Predictions of a fit whose rows are not at hand; a sample of them can say where they lay."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from linreg_core.arrays import frozen
from linreg_core.inference.fit import Fit
from linreg_core.inference.predictions import Predictor
from linreg_core.inference.spread import Spread
from linreg_core.types import Dataset, Params


def unbounded_predictor(fit: Fit, spread: Spread, unit_weight: float) -> Predictor:
    """Return the predictor of a fit of stand-ins, which calls nothing an extrapolation.

    `unit_weight` is what a weight of 1 was before those of the rows got the mean 1.
    """
    unit, nowhere = math.sqrt(unit_weight), np.full(fit.problem.n_features, np.inf)
    whole = Predictor.of(fit, spread)
    return replace(
        whole,
        to_q=whole.to_q / unit,
        deviation=whole.deviation * unit,
        meat=None if whole.meat is None else whole.meat * unit_weight,
        lowest=frozen(-nowhere),
        highest=frozen(nowhere),
        most_leverage=math.inf,
        smearing=1.0,
    )


def bounded_predictor(predictor: Predictor, params: Params, sample: Dataset) -> Predictor:
    """Return a fit's predictor with what `sample`, some of its rows, tells of where they lay.

    Of a logarithm it also tells Duan's factor.
    """
    X = sample.X
    return replace(
        predictor,
        lowest=frozen(X.min(axis=0)),
        highest=frozen(X.max(axis=0)),
        most_leverage=predictor.most_leverage_of(X),
        smearing=_smearing(params, sample),
    )


def _smearing(params: Params, sample: Dataset) -> float:
    if sample.target_transform == "identity":
        return 1.0
    with np.errstate(all="ignore"):
        factors = np.exp(sample.y - params.predict(sample.X))
        return float(np.average(factors, weights=sample.weights))
