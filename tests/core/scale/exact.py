"""Least squares in rational numbers: what is true of rows, whatever floats make of them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np


def rationals(values: Any) -> list[Fraction]:
    return [Fraction(float(value)) for value in values]


def exact_fit(
    X: np.ndarray, y: np.ndarray, fit_intercept: bool, weights: np.ndarray | None = None
) -> tuple[list[Fraction], Fraction]:
    """Return the coefficients, the intercept's first, and the sum of squared residuals."""
    columns = [rationals(column) for column in X.T]
    if fit_intercept:
        columns.insert(0, rationals(np.ones(len(y))))
    t, w = rationals(y), rationals(np.ones(len(y)) if weights is None else weights)
    table = [[_dot(a, b, w) for b in (*columns, t)] for a in columns]
    for i, pivot in enumerate(table):
        for row in table[:i] + table[i + 1 :]:
            share = row[i] / pivot[i]
            row[:] = [a - share * b for a, b in zip(row, pivot, strict=True)]
    solution = [row[-1] / row[i] for i, row in enumerate(table)]
    fitted = [
        sum(x * a for x, a in zip(solution, row, strict=True)) for row in zip(*columns, strict=True)
    ]
    wrong = [a - b for a, b in zip(t, fitted, strict=True)]
    return solution, _dot(wrong, wrong, w)


def _dot(a: list[Fraction], b: list[Fraction], w: list[Fraction]) -> Fraction:
    return sum((p * q * r for p, q, r in zip(a, b, w, strict=True)), Fraction(0))
