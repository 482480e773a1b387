"""Which columns of X belong to which term of a model."""

from __future__ import annotations

from collections.abc import Sequence

from linreg_core.tables.matrix import places
from linreg_core.tables.prepared_terms import Coding, PreparedTerm
from linreg_core.types import TermColumns
from table_reader import CATEGORY


def term_columns_of(terms: Sequence[PreparedTerm]) -> tuple[TermColumns, ...]:
    """Return which columns of X are whose; none where each stands for itself."""
    if all(len(term.features) == 1 and term.term.is_plain for term in terms):
        return ()
    labels = _labels(terms)
    return tuple(
        TermColumns(
            term.label,
            place.start,
            place.stop,
            frozenset(labels.get(factor.coding, factor.factor.label) for factor in term.factors),
        )
        for term, place in zip(terms, places(terms), strict=True)
        if term.features
    )


def _labels(terms: Sequence[PreparedTerm]) -> dict[Coding, str]:
    """Return what each category is called, however its uses are spelled: by the first of them."""
    labels: dict[Coding, str] = {}
    for factor in (each for term in terms for each in term.factors):
        if factor.column.kind == CATEGORY:
            labels.setdefault(factor.coding, factor.factor.label)
    return labels
