"""Where labels beside marked points are written, so that they hide neither marks nor each other."""

from __future__ import annotations

from typing import Final, NamedTuple

from linreg_core.arrays import FloatArray

WIDTH: Final = 270.0
HEIGHT: Final = 250.0
"""The pixels of a phone's picture between its axes."""
_LETTER, _LINE = 6.5, 13.0
_MARK = 9.0
"""Half of a mark's size in pixels, its line included."""
_GAP = 3.0
_SIDES = ("middle right", "middle left", "top center", "bottom center")
NOWHERE: Final = _SIDES[0]
"""What plotly is told of a label that is not written."""
PADDING: Final = "\u00a0\u00a0"
"""Spaces that keep a label off its mark: plotly does not know that diamonds are wide."""


class Box(NamedTuple):
    """A part of a picture, in pixels."""

    left: float
    right: float
    low: float
    high: float

    def meets(self, other: Box) -> bool:
        """Return whether two boxes overlap."""
        across = self.left < other.right and other.left < self.right
        return across and self.low < other.high and other.low < self.high


def sides_of_labels(across: FloatArray, up: FloatArray, labels: list[str]) -> list[str]:
    """Return plotly's `textposition` of each label, "" where there is no room for it.

    `across` and `up` (n,) are the marks' places as parts of the picture, 0 to 1. Earlier labels
    come first; each is written on the inner side where that is free.
    """
    places = list(zip((across * WIDTH).tolist(), (up * HEIGHT).tolist(), strict=True))
    taken = [Box(x - _MARK, x + _MARK, y - _MARK, y + _MARK) for x, y in places]
    sides = []
    for (x, y), label in zip(places, labels, strict=True):
        boxes = {side: _box(side, x, y, len(label) * _LETTER) for side in _sides(x)}
        free = (side for side, box in boxes.items() if _is_free(box, taken))
        side = next(free, "")
        if side:
            taken.append(boxes[side])
        sides.append(side)
    return sides


def padded(label: str, side: str) -> str:
    """Return a label with room between it and its mark, "" where it has no side."""
    if not side:
        return ""
    return {"middle right": PADDING + label, "middle left": label + PADDING}.get(side, label)


def _sides(x: float) -> tuple[str, ...]:
    right, left, *others = _SIDES
    return (right, left, *others) if x <= WIDTH / 2 else (left, right, *others)


def _box(side: str, x: float, y: float, width: float) -> Box:
    off = _MARK + _GAP
    if side == "middle right":
        return Box(x + off, x + off + width, y - _LINE / 2, y + _LINE / 2)
    if side == "middle left":
        return Box(x - off - width, x - off, y - _LINE / 2, y + _LINE / 2)
    low = y + _MARK if side == "top center" else y - _MARK - _LINE
    return Box(x - width / 2, x + width / 2, low, low + _LINE)


def _is_free(box: Box, taken: list[Box]) -> bool:
    is_inside = box.left >= 0 and box.right <= WIDTH and box.low >= 0 and box.high <= HEIGHT
    return is_inside and not any(box.meets(other) for other in taken)
