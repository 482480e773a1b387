"""Which columns could be target and features, and which are proposed to a person: `propose`.

Features are taken in the file's order, never by how well they explain the target: choosing them by
that would make the report's p-values too small.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from linreg_core.tables.collinearity import is_rescaling
from linreg_core.tables.column_facts import ColumnFacts, facts_of
from table_reader import CATEGORY, DATE, NUMBER, Table

MAX_PROPOSED: Final = 20
MAX_PROPOSED_LEVELS: Final = 12
ROWS_PER_PROPOSED: Final = 2
"""Rows that there must be for each proposed feature column."""
COPY_ROWS: Final = 10_000
"""The rows, evenly spaced, in which a copy of the target is recognised."""
_YEARS: Final = (1500, 2200)

TARGET_NAMES: Final = (
    ("target", "label", "response", "outcome"),
    ("price", "value", "cost", "sales", "revenue", "income", "salary", "wage", "rent", "score"),
    ("amount", "total", "yield", "demand", "consumption", "output", "result", "mpg"),
    ("y",),
)
"""Words that name a target, the most telling first."""
IDENTIFIER_NAMES: Final = ("id", "ids", "uuid", "guid", "rowid", "identifier")
COUNTER_NAMES: Final = (
    *("nr", "no", "num", "number", "index", "idx", "key", "row", "record", "serial", "code"),
    *("obs", "observation", "case", "sample", "unnamed"),
)
"""Words that name an identifier where the numbers are whole and all different."""
TIME_NAMES: Final = (
    *("year", "quarter", "month", "week", "day", "hour", "minute", "second", "time", "period"),
    *("t", "x", "age"),
)
"""Words that name a feature although it may count the rows."""
NO_COUNTERS: Final = frozenset(TIME_NAMES).union(*TARGET_NAMES)


@dataclass(frozen=True)
class Proposal:
    """A sensible choice: `target` is None where no column is a number that varies.

    `skipped` has a short reason for each column that is neither target nor feature.
    """

    target: str | None
    features: tuple[str, ...]
    skipped: Mapping[str, str]


def usable_targets(table: Table) -> tuple[str, ...]:
    """Return the columns that can be a target: numbers or yes/no, not constant, not in question."""
    return tuple(
        facts.name
        for facts in facts_of(table)
        if facts.kind not in (CATEGORY, DATE) and facts.unusable is None
    )


def usable_features(table: Table) -> tuple[str, ...]:
    """Return the columns that can be a feature, identifiers and dates among them."""
    return tuple(facts.name for facts in facts_of(table) if facts.unusable is None)


def propose(table: Table) -> Proposal:
    """Return a target and features for a person to start from, and why the others were skipped.

    The target is the column whose name says so, else the last column of numbers. Features are
    numbers, yes/no, and categories with at most 12 levels. Where nothing else is left, a column
    that only counts rows, a date, or a copy of the target is better than none.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"id": [1, 2, 3], "size": [40, 90, 60], "price": [1.0, 2.0, 1.5]})
    >>> proposal = propose(Table(frame))
    >>> proposal.target, proposal.features, dict(proposal.skipped)
    ('price', ('size',), {'id': 'identifier: 1 to 3 in order'})
    """
    every = facts_of(table)
    skipped = {facts.name: reason for facts in every if (reason := _reason(facts))}
    target = _target([facts for facts in every if facts.name not in skipped])
    for facts in every:
        if target and facts.name not in skipped and _copies(facts, target):
            skipped[facts.name] = _leak_reason(facts, target)
    chosen = [facts for facts in every if facts.name not in skipped and facts is not target]
    if target and not chosen:
        chosen = _better_than_none(every, skipped, target)
    features = _limited(chosen, skipped) if target else []
    order = {facts.name: skipped[facts.name] for facts in every if facts.name in skipped}
    return Proposal(target.name if target else None, tuple(features), MappingProxyType(order))


def _reason(facts: ColumnFacts) -> str | None:
    """Return why a column is not proposed, None where it is."""
    if facts.kept_as_text is not None and facts.kind == CATEGORY:
        return facts.kept_as_text.removeprefix(f"Column {facts.name!r} ").removesuffix(".")
    if facts.unusable is not None:
        return facts.unusable
    if 2 * facts.n_filled < facts.n_rows:
        return f"mostly empty: {facts.n_filled:,} of {facts.n_rows:,} cells have a value"
    if facts.kind == DATE:
        return "a date"
    if facts.kind == NUMBER:
        return _identifier_reason(facts)
    if facts.kind == CATEGORY:
        return _text_reason(facts)
    return None


def _text_reason(facts: ColumnFacts) -> str | None:
    if facts.n_levels == facts.n_filled:
        return "identifier: text that differs in every row"
    if facts.n_levels > MAX_PROPOSED_LEVELS:
        return f"text with {facts.n_levels} different values"
    if 2 * facts.n_levels > facts.n_filled:
        return f"text with {facts.n_levels} different values in {facts.n_filled} rows"
    return None


def _identifier_reason(facts: ColumnFacts) -> str | None:
    words = set(facts.words)
    named = not words.isdisjoint(IDENTIFIER_NAMES)
    if _counts_rows(facts) and (named or words.isdisjoint(NO_COUNTERS)):
        first, last = facts.cells.values[0], facts.cells.values[-1]
        return f"identifier: {first:.0f} to {last:.0f} in order"
    if named or (not words.isdisjoint(COUNTER_NAMES) and facts.is_unique_whole()):
        return "identifier by its name"
    return None


def _counts_rows(facts: ColumnFacts) -> bool:
    if not facts.counts_rows():
        return False
    first, last = facts.cells.values[0], facts.cells.values[-1]
    return not (_YEARS[0] <= first and last <= _YEARS[1])


def _target(candidates: list[ColumnFacts]) -> ColumnFacts | None:
    numbers = [facts for facts in candidates if facts.kind == NUMBER]
    for names in TARGET_NAMES:
        whole = [facts for facts in numbers if len(facts.words) == 1 and facts.words[0] in names]
        named = whole or [facts for facts in numbers if not set(names).isdisjoint(facts.words)]
        if named:
            return named[-1]
    outcomes = [facts for facts in numbers if set(facts.words).isdisjoint(TIME_NAMES)]
    return next(reversed(outcomes or numbers), None)


def _copies(facts: ColumnFacts, target: ColumnFacts) -> bool:
    """Return whether a column is the target, perhaps in another unit."""
    if facts is target or facts.kind != NUMBER:
        return False
    step = -(-facts.n_rows // COPY_ROWS)
    x, y = facts.cells.values[::step], target.cells.values[::step]
    both = np.isfinite(x) & np.isfinite(y)
    return int(np.count_nonzero(both)) > 2 and is_rescaling(x[both], y[both])


def _leak_reason(facts: ColumnFacts, target: ColumnFacts) -> str:
    same = np.array_equal(facts.cells.present, target.cells.present)
    return f"{'a copy of' if same else 'a perfect rescaling of'} the target {target.name!r}"


def _better_than_none(
    every: tuple[ColumnFacts, ...], skipped: dict[str, str], target: ColumnFacts
) -> list[ColumnFacts]:
    """Return one skipped column, no longer skipped: what counts rows, a date, or a copy."""
    usable = [facts for facts in every if facts.unusable is None and facts is not target]
    counters = [facts for facts in usable if facts.kind == NUMBER and facts.counts_rows()]
    dates = [facts for facts in usable if facts.kind == DATE]
    copies = [facts for facts in usable if facts.kind == NUMBER and _copies(facts, target)]
    chosen = (counters + dates + copies)[:1]
    for facts in chosen:
        del skipped[facts.name]
    return chosen


def _limited(chosen: list[ColumnFacts], skipped: dict[str, str]) -> list[str]:
    """Return the first columns that the rows carry, at most 20; the others become skipped."""
    features: list[str] = []
    n_columns = 0
    for facts in chosen:
        adds = facts.n_levels - 1 if facts.kind == CATEGORY else 1
        most = facts.n_rows // ROWS_PER_PROPOSED
        if len(features) == MAX_PROPOSED:
            skipped[facts.name] = f"after the first {MAX_PROPOSED}: can be added by hand"
        elif features and n_columns + adds > most:
            skipped[facts.name] = f"{facts.n_rows} rows carry no more features"
        else:
            features.append(facts.name)
            n_columns += adds
    return features
