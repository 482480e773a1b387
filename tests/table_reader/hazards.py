"""Random tables with what people leave in them: codes, totals, notes, several header rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

NAMES = ("price", "size", "weight", "age")
GROUPS = ("Oslo", "Rome", "New York", "Lima")
TOTALS = ("Total", "Sum", "Summe", "Subtotal", "Suma", "Totale")
CODES = (-999.0, -99.0, 9999.0, -888.0)
DESCRIPTIONS = {
    "units": ("text", "kg", "m", "EUR", "s"),
    "types": ("string", "float", "float", "float", "float"),
    "records": ('{"id":"a"}', '{"id":"b"}', '{"id":"c"}', '{"id":"d"}', '{"id":"e"}'),
    "questions": ("Which city is it?", "How dear is it?", "How large?", "How heavy?", "How old?"),
}
NOTES_ABOVE = ("Figures of the year", "Source: the office")
NOTES_BELOW = ("Source: the office", "Note: some rooms were closed")


@dataclass(frozen=True)
class Hazardous:
    """A file, the columns that must come of it, and those that hold codes for missing values."""

    content: bytes
    groups: Sequence[str]
    columns: dict[str, list[float]]
    coded: frozenset[str]


@st.composite
def hazardous_tables(draw: st.DrawFn) -> Hazardous:
    """Draw a table in groups, some hazards, and a way to write them."""
    names = NAMES[: draw(st.integers(1, 4))]
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    decimal = draw(st.sampled_from([".", ","])) if delimiter != "," else "."
    sizes = draw(st.lists(st.integers(2, 6), min_size=2, max_size=4))
    groups = [group for group, size in zip(GROUPS, sizes, strict=False) for _ in range(size)]
    # No 9.9 or 88, which might be codes.
    number = st.integers(10, 600).filter(lambda value: value % 11 and not 95 < value < 100)
    number = number.map(lambda value: value / 10)
    columns = {
        name: draw(st.lists(number, min_size=len(groups), max_size=len(groups))) for name in names
    }
    coded = frozenset(draw(st.sets(st.sampled_from(names), max_size=1)))
    for name in coded:
        codes = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=2, unique=True))
        for code in codes:
            columns[name][draw(st.integers(2, len(groups) - 1))] = code
    rows = _rows(groups, columns, _totals(draw))
    described = draw(st.sampled_from(["", *DESCRIPTIONS]))
    above = draw(st.sampled_from(["", *NOTES_ABOVE]))
    below = draw(st.sampled_from(["", *NOTES_BELOW]))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    if above:
        text.write(f"{above}\n\n")
    writer.writerow(["city", *names])
    if described:
        writer.writerow(DESCRIPTIONS[described][: len(names) + 1])
    for label, *values in rows:
        writer.writerow([label, *(_written(value, decimal) for value in values)])
    if below:
        text.write(f"\n{below}\n")
    return Hazardous(text.getvalue().encode(), groups, columns, coded)


def _totals(draw: st.DrawFn) -> str:
    return draw(st.sampled_from(["", *TOTALS]))


def _rows(groups: list[str], columns: dict[str, list[float]], word: str) -> list[list[Any]]:
    """Return the rows, with a subtotal below each group and a grand total, if there is a word."""
    rows: list[list[Any]] = []
    start = 0
    for i, group in enumerate(groups):
        rows.append([group, *(values[i] for values in columns.values())])
        is_last = i + 1 == len(groups) or groups[i + 1] != group
        if word and is_last:
            sums = [round(sum(values[start : i + 1]), 1) for values in columns.values()]
            rows.append([f"{word} {group}", *sums])
            start = i + 1
    if word:
        rows.append([word, *(round(sum(values), 1) for values in columns.values())])
    return rows


def _written(value: float, decimal: str) -> str:
    return f"{value:.1f}".replace(".", decimal)
