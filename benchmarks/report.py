"""Figures as a small Markdown table, target and measured value side by side."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.processes import load_average


@dataclass(frozen=True)
class Row:
    """One figure. `target` is empty where the figure only explains another."""

    what: str
    measured: str
    target: str = ""


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that `percent` of all values do not exceed; nan where there are none.

    >>> percentile([4.0, 1.0, 3.0, 2.0], 50)
    2.0
    """
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:,.1f} ms" if seconds < 0.1 else f"{seconds * 1e3:,.0f} ms"


def spread(seconds: Sequence[float]) -> str:
    """Median and 95th percentile of durations."""
    median, most = (milliseconds(percentile(seconds, percent)) for percent in (50, 95))
    return f"p50 {median}, p95 {most}"


def print_table(title: str, rows: Iterable[Row]) -> None:
    """Prints the figures, and how busy the machine was beside us."""
    print(f"\n### {title} (load average {load_average():.1f})\n")
    print("| figure | target | measured |\n|---|---|---|")
    for row in rows:
        print(f"| {row.what} | {row.target} | {row.measured} |")
    print(flush=True)
