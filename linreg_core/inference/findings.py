"""What the diagnostic pictures show, in words, each backed by a named test."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One picture's meaning: what to look for, what was found, and the test that says so.

    `name` is "residuals_against_fitted", "normal_qq", "scale_location", "leverage" or
    "residual_histogram"; `verdict` is "fine" or "look". `rows` are positions among the data
    set's rows (`problem.dataset`). `statistic` and `p` are None where the test has no answer.
    """

    name: str
    title: str
    look_for: str
    found: str
    test: str
    statistic: float | None
    p: float | None
    verdict: str
    rows: tuple[int, ...] = ()
