"""The bundled tables: what each is, and what of it is worth a look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Example:
    """A bundled table: what it is, and what of it is worth a look."""

    name: str
    label: str
    file: str
    target: str
    features: tuple[str, ...]
    lesson: str


_ALL = (
    Example(
        "condos",
        "Condos",
        "condos.csv",
        "sale_price",
        ("sq_footage",),
        "Prices by floor area: one line, and a scatter that grows with the price.",
    ),
    Example(
        "anscombe",
        "Anscombe's quartet",
        "anscombe.csv",
        "y1",
        ("x1",),
        "Four pairs of columns with one and the same line: why one looks at the pictures.",
    ),
    Example(
        "norris",
        "NIST Norris",
        "norris.csv",
        "y",
        ("x",),
        "A calibration that is all but exact: compare the digits with the certified ones.",
    ),
    Example(
        "longley",
        "NIST Longley",
        "longley.csv",
        "employed",
        ("deflator", "gnp", "unemployed", "armed_forces", "population", "year"),
        "Columns that nearly follow from one another: gradient descent takes long to arrive.",
    ),
)

EXAMPLES: Final[Mapping[str, Example]] = MappingProxyType({each.name: each for each in _ALL})
"""Every bundled table by the name that links have, in the order of the page."""
