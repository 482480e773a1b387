"""What is said of a run's losses, compiled: since when they are near, and where they settle."""

from __future__ import annotations

import numpy as np

from linreg_core.engines.compiled.decorators import loop


@loop
def first_lasting_place(losses, wanted, window):
    """Return the first place of a loss up to `wanted` that lasts, -1 without any.

    All but one of the `window` losses from it on are, too; behind the last they are like it. The
    same is told of flags by `linreg_core.theory.lasting.first_lasting`.
    """
    n_losses, n_near = len(losses), 0
    last = losses[n_losses - 1] <= wanted
    for i in range(n_losses + window - 1):
        n_near += losses[i] <= wanted if i < n_losses else last
        first = i - window + 1
        if first < 0:
            continue
        if losses[first] <= wanted:
            if n_near >= window - 1:
                return first
            n_near -= 1
    return -1


@loop
def median_of_last(losses, part):
    """Return the median of the last `part` of `losses`, which are put into another order."""
    n_losses = len(losses)
    count = max(1, int(np.ceil(part * n_losses)))
    last, middle = losses[n_losses - count :], count // 2
    _select(last, middle)
    if count % 2:
        return last[middle]
    below = last[0]
    for i in range(1, middle):
        below = max(below, last[i])
    return (below + last[middle]) / 2


@loop
def _select(values, place):
    """Put the value that sorting would have at `place` there, smaller ones before it.

    Source: Hoare (1961), Algorithm 65: Find.
    """
    low, high = 0, len(values) - 1
    while low < high:
        pivot, i, j = values[(low + high) // 2], low, high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while pivot < values[j]:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i, j = i + 1, j - 1
        if j < place:
            low = i
        if place < i:
            high = j
