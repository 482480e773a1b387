"""Predictions of a logarithm, brought back to the unit of the target itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from linreg_core.arrays import FloatArray, frozen
from linreg_core.checks import choice
from linreg_core.inference.predictions import Predictions

BACK: Final = ("median", "mean")
"""What a prediction of a logarithm may be brought back as."""


def in_target_units(predictions: Predictions, how: str = "median") -> Predictions:
    """Return predictions in the target's own unit; those that are in it already as they are.

    Of a logarithm, exp(mean) is the target's median, since half of its values lie above it.
    `how="mean"` multiplies that by Duan's smearing factor, the mean of exp(residual) over the
    training rows, which asks for no normal residuals. The bounds of both intervals are exp of
    theirs either way: order is kept, so that a new observation lies between them as often as its
    logarithm does, and the confidence interval is one of the median.

    Raises ConfigError when `how` is neither. Source: Duan (1983), Smearing Estimate: A
    Nonparametric Retransformation Method, JASA 78, 605-610.
    """
    choice("how", how, BACK)
    if predictions.target_transform == "identity":
        return predictions
    factor = predictions.smearing if how == "mean" else 1.0
    return replace(
        predictions,
        mean=_exp(predictions.mean, factor),
        low=_exp(predictions.low),
        high=_exp(predictions.high),
        confidence_low=_exp(predictions.confidence_low),
        confidence_high=_exp(predictions.confidence_high),
        target_transform="identity",
        smearing=1.0,
    )


def how_brought_back(predictions: Predictions, how: str = "median") -> str:
    """Return in a sentence how `in_target_units` brings these back, "" where they need not be.

    Raises ConfigError when `how` is neither "median" nor "mean".
    """
    choice("how", how, BACK)
    if predictions.target_transform == "identity":
        return ""
    if how == "median":
        return (
            "The model predicts a logarithm; exp of it is the median in the target's own unit, and "
            "the bounds of the intervals are exp of the logarithm's."
        )
    return (
        f"The model predicts a logarithm; exp of it, times {predictions.smearing:.6g} (the mean of "
        f"exp(residual) over the training rows, Duan's smearing), is the mean in the target's own "
        f"unit. The bounds of the intervals are exp of the logarithm's, without that factor."
    )


def _exp(values: FloatArray, factor: float = 1.0) -> FloatArray:
    with np.errstate(over="ignore"):
        return frozen(np.exp(values) * factor)
