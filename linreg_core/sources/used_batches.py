"""Which rows of a source a fit uses: those that `choose_rows` would use of a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from linreg_core.arrays import BoolArray, FloatArray
from linreg_core.errors import DataError
from linreg_core.limits import FREQUENCY, LARGEST_WEIGHT, SMALLEST_WEIGHT
from linreg_core.sources.kinds_of_types import cells_of
from linreg_core.sources.source import Source, empty_frame
from linreg_core.tables.domains import OUTSIDE, cannot_take
from linreg_core.tables.kinds import Cells
from linreg_core.tables.prepared_terms import Coding
from linreg_core.tables.row_weights import check_weights_column
from linreg_core.tables.selection import Selection, check_selection
from linreg_core.tables.terms import AS_CATEGORY
from linreg_core.tables.used_rows import MANY_LOST, with_domains
from table_reader import CATEGORY, NUMBER, Table
from table_reader.wording import listed

if TYPE_CHECKING:
    from pyarrow import Array

_EMPTY: Final = "empty"
_NO_VALUE: Final = " has no value where "


@dataclass(frozen=True, eq=False)
class UsedBatch:
    """Used rows: the cells of the features by their coding, the target (n,), the weights."""

    cells: dict[Coding, Cells]
    y: FloatArray
    weights: FloatArray | None


@dataclass
class RowTally:
    """What came of the rows of a part, or of all.

    `left_out` counts rows by the reason, `first` has the place of the first of them, and `missing`
    the empty cells of each column. `target_bits` is the sum of the target's values as whole numbers
    of 64 bits, the same in any order: other values have another one.
    """

    n_rows: int = 0
    n_used: int = 0
    lowest: float = np.inf
    highest: float = -np.inf
    target_bits: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)

    def add(self, other: RowTally) -> None:
        """Add what came of later rows."""
        self.n_rows += other.n_rows
        self.n_used += other.n_used
        self.target_bits = (self.target_bits + other.target_bits) % 2**64
        self.lowest = min(self.lowest, other.lowest)
        self.highest = max(self.highest, other.highest)
        self.left_out.update(other.left_out)
        self.missing.update(other.missing)
        self.first = {**other.first, **self.first}

    @property
    def is_of(self) -> tuple[int, int, int]:
        """What rows that are read again must have in common with these."""
        return self.n_rows, self.n_used, self.target_bits

    def leave_out(self, reason: str, rows: BoolArray, place: str, first_row: int) -> None:
        """Count rows of a batch that a reason leaves out."""
        count = int(np.count_nonzero(rows))
        if count:
            self.left_out[reason] += count
            self.first.setdefault(reason, f"row {first_row + int(np.argmax(rows)) + 1:,} {place}")


def told_of(tallies: Mapping[int, RowTally]) -> dict[str, Any]:
    """Return what came of the rows of some parts, by their numbers, for `tally_of_all`."""
    total = RowTally()
    first: dict[str, Any] = {}
    for part, tally in sorted(tallies.items()):
        total.add(tally)
        for place, reason in enumerate(tally.left_out):
            first.setdefault(reason, (part, place, tally.first.get(reason, "")))
    counts = {reason: (count, *first[reason]) for reason, count in total.left_out.items()}
    return {**vars(total), "left_out": counts, "first": None}


def tally_of_all(told: Sequence[dict[str, Any]]) -> RowTally:
    """Return what came of the rows of all parts, as one rank would have counted them."""
    total = RowTally()
    first: dict[str, Any] = {}
    for each in told:
        rows = {**each, "left_out": Counter(), "first": {}, "missing": Counter(each["missing"])}
        total.add(RowTally(**rows))
        for reason, (count, *place) in each["left_out"].items():
            total.left_out[reason] += count
            first[reason] = min(first.get(reason, place), place)
    order = sorted(first, key=first.__getitem__)
    total.left_out = Counter({reason: total.left_out[reason] for reason in order})
    total.first = {reason: first[reason][-1] for reason in order}
    return total


class UsedBatches:
    """The rows of a source that a selection uses, batch by batch.

    Raises DataError when the selection does not fit the source's columns.
    """

    def __init__(self, source: Source, selection: Selection) -> None:
        self.source, self.selection = source, selection
        if selection.excluded_rows:
            raise DataError(
                f"Rows of a source can't be left out by hand. Got {len(selection.excluded_rows)}: "
                f"leave them out where they are stored."
            )
        if not _is_surely_fit(source, selection):
            _check(source, selection)
        self.codings = tuple(dict.fromkeys(self._codings()))
        every = (*selection.features, selection.target, selection.weights)
        self.columns = tuple(dict.fromkeys(name for name in every if name is not None))

    def read(self, parts: Iterable[int]) -> Iterator[tuple[int, dict[str, Array] | None]]:
        """Yield the rows of these parts as they are stored: the part's number and the columns.

        After the last rows of a part it comes once more, with None. Raises DataError when a part
        can't be read.
        """
        for part in parts:
            for columns in self.source.read(part, self.columns):
                yield part, columns
            yield part, None

    def of_rows(self, part: int, columns: dict[str, Array], tally: RowTally) -> UsedBatch:
        """Return those of a part's next rows that are used, and count into the part's `tally`.

        Raises DataError when a weight is none.
        """
        told = self.source.parts[part]
        place = "" if len(self.source.parts) == 1 else f"of {told.file}"
        return self._used(columns, tally, place.strip(), told.first_row + tally.n_rows)

    def _codings(self) -> Iterator[Coding]:
        kinds = self.source.kinds
        factors = (factor for term in self.selection.every_term for factor in term.factors)
        for factor in factors:
            is_category = CATEGORY in (kinds[factor.column], factor.transform)
            yield factor.column, is_category or factor.transform == AS_CATEGORY

    def _used(
        self, columns: dict[str, Array], tally: RowTally, place: str, first: int
    ) -> UsedBatch:
        selection = self.selection
        own = {name: cells_of(columns[name]) for name in (*selection.features, selection.target)}
        keep = np.ones(len(columns[selection.target]), dtype=np.bool_)
        tally.n_rows += len(keep)
        for name, cells in own.items():
            if cells.infinite is not None:
                reason = f"infinite {name!r}"
                tally.leave_out(reason, cells.infinite, place, first)
            tally.missing[name] += cells.n_missing
        needed = (selection.target,) if selection.missing == "fill" else tuple(own)
        empty = np.logical_or.reduce([_missing(own[name]) for name in needed])
        tally.leave_out(_EMPTY, empty, place, first)
        keep &= ~empty
        for name, transform, label in with_domains(selection):
            bad = keep & cannot_take(transform, own[name].values) & ~_missing(own[name])
            reason = f"{label}{_NO_VALUE}{name!r} is {OUTSIDE[transform]}"
            tally.leave_out(reason, bad, place, first)
            keep &= ~bad
        weights = self._weights(columns, tally, keep, place, first)
        return self._batch(columns, own, keep, weights, tally)

    def _batch(
        self,
        columns: dict[str, Array],
        own: dict[str, Cells],
        keep: BoolArray,
        weights: FloatArray | None,
        tally: RowTally,
    ) -> UsedBatch:
        rows: Any = slice(None) if keep.all() else keep
        y = np.asarray(own[self.selection.target].values[rows], dtype=np.float64)
        tally.n_used += len(y)
        bits = int(y.view(np.uint64).sum(dtype=np.uint64))
        tally.target_bits = (tally.target_bits + bits) % 2**64
        tally.lowest = min(tally.lowest, float(y.min(initial=np.inf)))
        tally.highest = max(tally.highest, float(y.max(initial=-np.inf)))
        cells = {}
        for name, as_category in self.codings:
            coded = own[name]
            if as_category and coded.kind != CATEGORY:
                coded = cells_of(columns[name], as_category=True)
            cells[name, as_category] = coded.take(rows)
        with np.errstate(all="ignore"):
            y = np.log(y) if self.selection.target_transform == "log" else y
        return UsedBatch(cells, y, None if weights is None else weights[rows])

    def _weights(
        self, columns: dict[str, Array], tally: RowTally, keep: BoolArray, place: str, first: int
    ) -> FloatArray | None:
        """Return the rows' weights, and take those without one, or with 0, out of `keep`."""
        name = self.selection.weights
        if name is None:
            return None
        weights = np.asarray(cells_of(columns[name]).values, dtype=np.float64)
        there = keep & np.isfinite(weights)
        self._check_weights(name, weights, there, place, first)
        tally.leave_out(f"without a weight in {name!r}", keep & ~there, place, first)
        tally.leave_out(f"of weight 0 in {name!r}", there & (weights == 0), place, first)
        keep &= there & (weights != 0)
        return weights

    def _check_weights(
        self, name: str, weights: FloatArray, there: BoolArray, place: str, first: int
    ) -> None:
        is_frequency = self.selection.weight_kind == FREQUENCY
        in_range = (weights >= SMALLEST_WEIGHT) & (weights <= LARGEST_WEIGHT)
        with np.errstate(all="ignore"):
            rules = (
                (weights < 0, "must not be negative"),
                ((weights > 0) & ~in_range, f"must be {SMALLEST_WEIGHT:g} to {LARGEST_WEIGHT:g}"),
                (is_frequency & (weights != np.round(weights)), "must be whole frequencies"),
            )
        for wrong, rule in rules:
            if (there & wrong).any():
                row = int(np.argmax(there & wrong))
                where = f"row {first + row + 1:,} {place}".strip()
                raise DataError(
                    f"Weights {rule}. In {name!r}, {where} has {weights[row]:g}: correct it, or "
                    f"choose another column."
                )


def notes_of(tally: RowTally, selection: Selection) -> tuple[str, ...]:
    """Return what is said of the rows that were not used, in the order of the reasons."""
    notes = []
    for reason, count in tally.left_out.items():
        first = f"the first is {tally.first[reason]}".strip()
        if reason.startswith("infinite "):
            values = "value" if count == 1 else "values"
            name = reason.removeprefix("infinite ")
            treated = "as an empty cell" if count == 1 else "as empty cells"
            notes.append(f"Treated {count:,} infinite {values} in {name} {treated} ({first}).")
            continue
        of = f"{count:,} of {tally.n_rows:,} rows"
        if reason == _EMPTY:
            filled = selection.missing == "fill"
            where = f" in the target {selection.target!r}" if filled else ""
            notes.append(f"Left out {of} with an empty cell{where} ({first}).")
        elif _NO_VALUE in reason:
            notes.append(f"Left out {of}: {reason} ({first}).")
        else:
            notes.append(f"Left out {of} {reason} ({first}).")
    return tuple(notes)


def warnings_of(tally: RowTally) -> tuple[str, ...]:
    """Return what is doubtful about the rows that were not used."""
    warnings = []
    lost = tally.left_out[_EMPTY]
    if lost > MANY_LOST * tally.n_rows:
        worst = max(tally.missing, key=tally.missing.__getitem__)
        warnings.append(
            f"Empty cells cost {lost:,} of {tally.n_rows:,} rows, {tally.missing[worst]:,} of them "
            f"in {worst!r}: leave that column out, or fill the empty cells."
        )
    for reason, count in tally.left_out.items():
        if _NO_VALUE in reason:
            label, where = reason.split(_NO_VALUE)
            warnings.append(
                f"{label} leaves out {count:,} of {tally.n_rows:,} rows, where {where}: what is "
                f"found holds for the others alone."
            )
    return tuple(warnings)


def check_enough(tally: RowTally, selection: Selection) -> None:
    """Raise DataError when fewer than 2 rows are used, or the target is the same in all of them."""
    if tally.n_used < 2:
        got = "none" if not tally.n_used else "1"
        worst = max(tally.missing, key=tally.missing.__getitem__, default="")
        remedy = (
            f"{worst!r} is empty in {tally.missing[worst]:,} of {tally.n_rows:,} rows"
            if tally.missing[worst]
            else "use more rows"
        )
        raise DataError(
            f"At least 2 rows must have a value in each of the columns "
            f"{listed((*selection.features, selection.target))}. Got {got}: {remedy}."
        )
    if tally.lowest == tally.highest:
        raise DataError(
            f"Column {selection.target!r} has the same value, {tally.lowest:g}, in every row: "
            f"there is nothing to explain; choose another target."
        )


def _is_surely_fit(source: Source, selection: Selection) -> bool:
    """Whether these are different columns of numbers and nothing else, which need no table."""
    chosen = (*selection.features, selection.target)
    return (
        len(set(chosen)) == len(chosen) > 1
        and {source.kinds.get(name) for name in chosen} == {NUMBER}
        and not selection.terms
        and selection.weights is None
    )


def _check(source: Source, selection: Selection) -> None:
    """Raise DataError when a selection does not fit a source's columns."""
    for name in (*selection.features, selection.target, selection.weights):
        if name in source.stored_names and name not in source.kinds:
            stored = source.storage.schema.field(source.stored_names[name]).type
            raise DataError(
                f"Column {name!r} must hold numbers, yes/no, dates or text. Got {stored}: choose "
                f"another, or write it as one of these."
            )
    table = Table(empty_frame(source), name=source.name)
    check_selection(table, selection)
    if selection.weights is not None:
        check_weights_column(table, selection, selection.weights)


def _missing(cells: Cells) -> BoolArray:
    return np.zeros(len(cells.values), np.bool_) if cells.missing is None else cells.missing
