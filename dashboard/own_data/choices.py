"""What the columns of a table can be used for, found out once: a table may have a million rows."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from dashboard.own_data.state import of_table
from linreg_core.tables import (
    AS_CATEGORY,
    CATEGORY,
    Factor,
    Proposal,
    Term,
    kind_of,
    propose,
    read_categories,
    usable_features,
    usable_targets,
    weight_columns,
)
from table_reader import Table

_CHOICES = of_table("choices")


@dataclass(frozen=True, eq=False)
class Choices:
    """The columns that can be target and features, and those that are proposed."""

    table: Table
    targets: tuple[str, ...]
    features: tuple[str, ...]
    proposal: Proposal

    @cached_property
    def weights(self) -> tuple[str, ...]:
        """The columns that may give weights, with any of them as the target."""
        return tuple(weight_columns(self.table))

    @cached_property
    def n_bytes(self) -> int:
        """The memory that the table takes."""
        return int(self.table.frame.memory_usage(deep=True).sum())

    @cached_property
    def _widths(self) -> dict[str, int]:
        series = {name: self.table.frame[name] for name in self.features}
        return {
            name: max(1, values.nunique() - 1) if kind_of(values) == CATEGORY else 1
            for name, values in series.items()
        }

    @cached_property
    def clusters(self) -> tuple[str, ...]:
        """The columns that can say which rows belong together: some values of them repeat."""
        n_rows = len(self.table.frame)
        sizes = {str(name): values.nunique() for name, values in self.table.frame.items()}
        return tuple(name for name, size in sizes.items() if 1 < size < n_rows)

    def kind(self, name: str) -> str:
        """Return what a column holds."""
        return kind_of(self.table.frame[name])

    def levels(self, name: str) -> tuple[str, ...]:
        """Return the different values of a column of text, as the core spells and orders them."""
        if name not in self._levels:
            self._levels[name] = read_categories(self.table.frame[name]).levels
        return self._levels[name]

    @cached_property
    def _levels(self) -> dict[str, tuple[str, ...]]:
        return {}

    def n_features(self, terms: Iterable[Term]) -> int:
        """Return how many columns of X these become: text has one for each value but one."""
        return sum(math.prod(map(self._width, term.factors)) for term in terms)

    def _width(self, factor: Factor) -> int:
        if factor.transform == AS_CATEGORY and factor.column not in self._counted:
            self._counted[factor.column] = int(self.table.frame[factor.column].nunique())
        counted = self._counted.get(factor.column, 2) if factor.transform == AS_CATEGORY else 2
        return max(factor.degree, self._widths.get(factor.column, 1), counted - 1)

    @cached_property
    def _counted(self) -> dict[str, int]:
        return {}


def choices_of(table: Table) -> Choices:
    """Return what a table offers; kept while the session uses it."""
    former: Choices | None = st.session_state.get(_CHOICES)
    if former is not None and former.table is table:
        return former
    choices = Choices(table, usable_targets(table), usable_features(table), propose(table))
    st.session_state[_CHOICES] = choices
    return choices
