"""Which rows of a table a fit uses: those excluded by hand and those with empty cells are not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from linreg_core.arrays import BoolArray, IntArray, frozen
from linreg_core.errors import DataError
from linreg_core.tables.domains import NEEDS, OUTSIDE, cannot_take
from linreg_core.tables.kinds import Cells
from linreg_core.tables.row_weights import weigh_rows
from linreg_core.tables.selection import Selection
from linreg_core.tables.terms import Factor
from table_reader import Table
from table_reader.wording import listed

MANY_LOST: Final = 0.2
"""The part of the rows that may be lost to empty cells without a warning."""


@dataclass(frozen=True, eq=False)
class UsedRows:
    """The positions of the used rows, and what is said about the others."""

    positions: IntArray
    n_rows: int
    notes: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def is_all(self) -> bool:
        """Whether every row is used."""
        return len(self.positions) == self.n_rows

    def of(self, cells: Cells) -> Cells:
        """Return the used rows' cells; they are not copied where every row is used."""
        return cells if self.is_all else cells.take(self.positions)


def choose_rows(table: Table, selection: Selection, cells: Mapping[str, Cells]) -> UsedRows:
    """Return the rows that have a target, a weight if there are weights, and every feature.

    Features may be empty where cells are filled.

    Raises DataError when an excluded row is not in the table, a weight is none, or fewer than 2
    rows are left.
    """
    keep = _not_excluded(table, selection)
    notes = []
    if selection.excluded_rows:
        count = _of_rows(len(selection.excluded_rows), len(keep))
        rows = table.rows_text(selection.excluded_rows)
        notes.append(f"Left out {count} excluded by hand ({rows}).")
    notes += _infinite_notes(table, cells, keep)
    needed = (selection.target,) if selection.missing == "fill" else tuple(cells)
    empty = np.zeros(len(keep), dtype=np.bool_)
    for name in needed:
        missing = cells[name].missing
        if missing is not None:
            empty |= missing
    dropped = np.flatnonzero(keep & empty)
    if len(dropped):
        where = f" in the target {selection.target!r}" if selection.missing == "fill" else ""
        count = _of_rows(len(dropped), len(keep))
        notes.append(f"Left out {count} with an empty cell{where} ({table.rows_text(dropped)}).")
    _check_enough(np.flatnonzero(keep & ~empty), needed, cells, keep)
    warnings = _lost_warnings(len(dropped), needed, cells, keep, selection.target)
    untaken = _untaken_rows(table, selection, cells, keep & ~empty)
    weighed = weigh_rows(table, selection, untaken.keep)
    used = np.flatnonzero(weighed.keep)
    notes += [*untaken.notes, *weighed.notes]
    return UsedRows(frozen(used), len(keep), tuple(notes), (*warnings, *untaken.warnings))


@dataclass(frozen=True, eq=False)
class _Untaken:
    """Which rows are left by transforms that cannot take every number, and what is said of it."""

    keep: BoolArray
    notes: list[str]
    warnings: list[str]


def _untaken_rows(
    table: Table, selection: Selection, cells: Mapping[str, Cells], keep: BoolArray
) -> _Untaken:
    """Leave out the rows with numbers that a logarithm or a square root can't take.

    Raises DataError when fewer than 2 rows are left.
    """
    n_before, notes, warnings = int(np.count_nonzero(keep)), [], []
    for name, transform, label in with_domains(selection):
        bad, missing = keep & cannot_take(transform, cells[name].values), cells[name].missing
        if missing is not None:
            bad &= ~missing
        if not bad.any():
            continue
        count, what = _of_rows(int(np.count_nonzero(bad)), n_before), OUTSIDE[transform]
        rows = table.rows_text(np.flatnonzero(bad))
        notes.append(f"Left out {count}: {label} has no value where {name!r} is {what} ({rows}).")
        warnings.append(
            f"{label} leaves out {count}, where {name!r} is {what}: what is found holds for the "
            f"others alone; take {name!r} without it to keep them."
        )
        keep = keep & ~bad
        if np.count_nonzero(keep) < 2:
            raise DataError(
                f"{label} needs numbers {NEEDS[transform]} in at least 2 rows. "
                f"Got {np.count_nonzero(keep)} of {n_before:,}: take {name!r} without it."
            )
    return _Untaken(keep, notes, warnings)


def with_domains(selection: Selection) -> Iterator[tuple[str, str, str]]:
    """Yield column, transform and label of what can't take every number, each once."""
    factors = [factor for term in selection.terms for factor in term.factors]
    target = Factor(selection.target, selection.target_transform)
    for factor in dict.fromkeys((*factors, target)):
        if factor.transform in NEEDS:
            yield factor.column, factor.transform, factor.label


def _not_excluded(table: Table, selection: Selection) -> BoolArray:
    n_rows = len(table.frame)
    for position in selection.excluded_rows:
        if not 0 <= position < n_rows:
            raise DataError(f"Excluded rows must be from 0 to {n_rows - 1}. Got {position}.")
    keep = np.ones(n_rows, dtype=np.bool_)
    keep[list(selection.excluded_rows)] = False
    return keep


def _infinite_notes(table: Table, cells: Mapping[str, Cells], keep: BoolArray) -> list[str]:
    notes = []
    for name, column in cells.items():
        infinite = column.infinite
        if infinite is None:
            continue
        rows = np.flatnonzero(infinite & keep)
        if len(rows):
            values = "1 infinite value" if len(rows) == 1 else f"{len(rows)} infinite values"
            treated = "as an empty cell" if len(rows) == 1 else "as empty cells"
            text = table.rows_text(rows)
            notes.append(f"Treated {values} in {name!r} {treated} ({text}).")
    return notes


def _check_enough(
    used: IntArray, needed: tuple[str, ...], cells: Mapping[str, Cells], keep: BoolArray
) -> None:
    if len(used) > 1:
        return
    columns = "column" if len(needed) == 1 else "each of the columns"
    got = "none" if not len(used) else "1"
    worst, n_missing = _worst(needed, cells, keep)
    remedy = "use more of the rows."
    if n_missing:
        empty = f"{worst!r} is empty in {n_missing:,} of {np.count_nonzero(keep):,} rows"
        do = "choose another target" if worst == needed[-1] else "leave it out or fill it"
        remedy = f"{empty}; {do}."
    raise DataError(
        f"At least 2 rows must have a value in {columns} {listed(needed)}. Got {got}: {remedy}"
    )


def _lost_warnings(
    n_dropped: int,
    needed: tuple[str, ...],
    cells: Mapping[str, Cells],
    keep: BoolArray,
    target: str,
) -> tuple[str, ...]:
    n_kept = int(np.count_nonzero(keep))
    if n_dropped <= MANY_LOST * n_kept:
        return ()
    worst, n_missing = _worst(needed, cells, keep)
    remedy = ": leave that column out, or fill the empty cells."
    if worst == target:
        remedy = ": a row without a target cannot be used."
    lost = _of_rows(n_dropped, n_kept)
    if n_missing == n_dropped:
        return (f"Empty cells in {worst!r} cost {lost}{remedy}",)
    return (f"Empty cells cost {lost}, {n_missing:,} of them in {worst!r}{remedy}",)


def _worst(needed: tuple[str, ...], cells: Mapping[str, Cells], keep: BoolArray) -> tuple[str, int]:
    """Return the column with the most empty cells, and their number."""
    counts = {
        name: 0 if missing is None else int(np.count_nonzero(missing & keep))
        for name in needed
        for missing in (cells[name].missing,)
    }
    worst = max(counts, key=counts.__getitem__)
    return worst, counts[worst]


def _of_rows(count: int, total: int) -> str:
    return f"{count:,} of {total:,} rows"
