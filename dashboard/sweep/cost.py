"""How long a sweep takes, told beforehand by its updates; and a coarser grid that takes less."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import Any, Final

from dashboard.run_spec import RunSpec
from dashboard.sweep.limits import (
    COSTLY_CELLS,
    LONG_SECONDS,
    LONGEST_SWEEP_SECONDS,
    UNASKED_SECONDS,
)
from dashboard.sweep.spec import SweepAxis, SweepSpec
from linreg_core import LOSSES, SOLVERS, ConfigError, LinregError, TrainConfig

_RUN_SECONDS: Final = 60e-6  # what a run takes beside its updates
_UPDATE_SECONDS: Final = 12e-9
_NUMBER_SECONDS: Final = 1.2e-9  # for each number that an update looks at
_EPOCH_SECONDS: Final = 10e-9  # to evaluate an epoch
_PROBLEM_SECONDS: Final = 400e-6  # to make small data
_LBFGS_SECONDS: Final = 300e-6  # of an update, which searches along lines and is not batched
_COSTLY_NAMES: Final = ("solver", "batch_size")  # the axes that a run's length depends on


class SweepTooLong(LinregError):
    """The sweep would take longer than anybody waits unasked; its text says how long."""


def estimated_seconds(spec: SweepSpec) -> float:
    """Return about how long a sweep takes, with nothing else to train beside it."""
    total = _n_problems(spec) * _problem_seconds(spec)
    for values, n_runs in _lengths(spec).items():
        try:
            config = replace(spec.config, **dict(values))
        except ConfigError:  # the two do not go together: no run
            continue
        total += n_runs * run_seconds(spec.base, config)
    return total


def run_seconds(base: RunSpec, config: TrainConfig) -> float:
    """Return about how long one run takes, on data that are there."""
    n_samples, n_features = base.problem.data.shape
    n_train = max(1, n_samples - round(n_samples * base.problem.test_fraction))
    if not SOLVERS[config.solver].is_iterative:
        return _RUN_SECONDS + _NUMBER_SECONDS * n_train * n_features**2
    rows = config.rows_per_update(n_train)
    is_full = config.is_full_batch(n_train) and LOSSES[config.loss].is_squared
    # Squares of all rows go by their second moments, whatever their number.
    looked_at = min(rows * n_features, n_features**2) if is_full else rows * n_features
    overhead = _LBFGS_SECONDS if config.solver == "lbfgs" else _UPDATE_SECONDS
    update = overhead + _NUMBER_SECONDS * looked_at
    evaluation = _EPOCH_SECONDS + _NUMBER_SECONDS * min(n_train * n_features, n_features**2)
    n_updates = config.updates_in_epoch(n_train)
    return _RUN_SECONDS + config.n_epochs * (n_updates * update + evaluation)


def is_large(spec: SweepSpec) -> bool:
    """Whether a sweep trains where large runs do."""
    return spec.problem.n_cells > COSTLY_CELLS or estimated_seconds(spec) > LONG_SECONDS


def check_length(spec: SweepSpec, is_wanted: bool) -> None:
    """Raise SweepTooLong for a sweep that takes longer than anybody waits.

    `is_wanted` says that somebody was told how long, and wants it.
    """
    seconds = estimated_seconds(spec)
    if seconds > (LONGEST_SWEEP_SECONDS if is_wanted else UNASKED_SECONDS):
        raise SweepTooLong(length_text(spec, seconds))


def length_text(spec: SweepSpec, seconds: float) -> str:
    """Return the sentence on how long a sweep would take."""
    n_columns, n_rows, n_seeds = spec.shape
    runs = f"{n_columns} \u00d7 {n_rows}" + (f" \u00d7 {n_seeds} seeds" if n_seeds > 1 else "")
    return (
        f"This map has {runs} = {spec.n_runs:,} runs and would take about {span_text(seconds)}. "
        "A coarser grid, fewer epochs or larger batches take less."
    )


def span_text(seconds: float) -> str:
    """Return a time span as a person says it.

    >>> span_text(3.2), span_text(200.0), span_text(9000.0)
    ('3 seconds', '3 minutes', '2.5 hours')
    """
    for size, unit in ((3600.0, "hour"), (60.0, "minute")):
        if seconds >= 2 * size:
            number = f"{seconds / size:.1f}" if seconds < 10 * 3600 and size > 60 else ""
            return f"{(number or f'{seconds / size:,.0f}').removesuffix('.0')} {unit}s"
    whole = max(1, round(seconds))
    return f"{whole} second" + ("s" if whole > 1 else "")


def coarser(spec: SweepSpec, most_seconds: float) -> SweepSpec | None:
    """Return the same map with fewer runs that takes at most so long; None where none does.

    Seeds go first, then every second value of the longer axis.
    """
    while estimated_seconds(spec) > most_seconds:
        if spec.n_seeds > 1:
            spec = replace(spec, n_seeds=1)
            continue
        x, y = spec.x, spec.y
        if max(len(x.values), len(y.values)) <= 2:
            return None
        if len(x.values) >= len(y.values):
            spec = replace(spec, x=_thinned(x))
        else:
            spec = replace(spec, y=_thinned(y))
    return spec


def _thinned(axis: SweepAxis) -> SweepAxis:
    n = math.ceil(len(axis.values) / 2)
    last = len(axis.values) - 1
    kept = [axis.values[round(i * last / max(1, n - 1))] for i in range(n)]
    return SweepAxis(axis.name, tuple(kept))


def _lengths(spec: SweepSpec) -> Counter[tuple[tuple[str, Any], ...]]:
    """Return how many runs there are of each length, by the values that decide it."""
    counts: Counter[tuple[tuple[str, Any], ...]] = Counter()
    for x, n_x in _telling(spec.x):
        for y, n_y in _telling(spec.y):
            counts[(*x, *y)] += n_x * n_y * spec.n_seeds
    return counts


def _telling(axis: SweepAxis) -> list[tuple[tuple[tuple[str, Any], ...], int]]:
    """Return an axis's values where runs' lengths depend on them, and how many each stands for."""
    if axis.name in _COSTLY_NAMES:
        return [(((axis.name, value),), 1) for value in axis.values]
    return [((), len(axis.values))]


def _n_problems(spec: SweepSpec) -> int:
    each = [len(axis.values) for axis in (spec.x, spec.y) if axis.is_of_problem]
    return math.prod(each) * spec.n_seeds


def _problem_seconds(spec: SweepSpec) -> float:
    n_features = spec.problem.data.shape[1]
    return _PROBLEM_SECONDS + _NUMBER_SECONDS * spec.problem.n_cells * (20 + n_features)
