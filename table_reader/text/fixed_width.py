"""Text whose columns stand at fixed places in their lines, with spaces where a cell is empty."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

Slices = tuple[tuple[int, int], ...]
"""Where each column begins and ends in a line, in characters."""

FEWEST_LINES: Final = 3
GAP: Final = "  "
GAP_SHARE: Final = 0.5
"""So many of the lines have two spaces in a row: else the spaces delimit, wherever they are."""


def find_slices(lines: Sequence[str]) -> Slices | None:
    """Return where the columns stand: between the places that are blank in every line.

    The names may reach beyond their columns. None where there are no such places.
    """
    filled = [line.rstrip() for line in lines if line.strip()]
    if len(filled) < FEWEST_LINES or any("\t" in line for line in filled):
        return None
    if sum(GAP in line.strip() for line in filled) < GAP_SHARE * len(filled):
        return None
    slices = _slices(filled[1:])
    return slices if len(slices) > 1 else None


def cut(line: str, slices: Slices) -> list[str]:
    """Return the cells of a line; one that does not keep to its columns is cut at its spaces."""
    inner = zip(slices, slices[1:], strict=False)
    gaps = [line[end:start] for (_, end), (start, _) in inner]
    if any(gap.strip() for gap in gaps) or line[: slices[0][0]].strip():
        return line.split()
    starts = [0, *(start for start, _ in slices[1:])]
    return [
        line[start:end].strip() for start, end in pairwise([*starts, max(len(line), starts[-1])])
    ]


def _slices(lines: Sequence[str]) -> Slices:
    width = max(map(len, lines))
    is_filled = [False] * width
    for line in lines:
        for place, character in enumerate(line):
            if character != " ":
                is_filled[place] = True
    edges = [i for i in range(width + 1) if _at(is_filled, i - 1) != _at(is_filled, i)]
    return tuple(zip(edges[0::2], edges[1::2], strict=True))


def _at(flags: Sequence[bool], i: int) -> bool:
    return 0 <= i < len(flags) and flags[i]
