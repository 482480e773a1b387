"""What the columns of a table can be used for, found out once: a table may have a million rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from dashboard.own_data.state import of_table
from linreg_core.tables import CATEGORY, Proposal, kind_of, propose, usable_features, usable_targets
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

    def n_features(self, names: Iterable[str]) -> int:
        """Return how many columns of X these become: text has one for each value but one."""
        return sum(self._widths.get(name, 1) for name in names)


def choices_of(table: Table) -> Choices:
    """Return what a table offers; kept while the session uses it."""
    former: Choices | None = st.session_state.get(_CHOICES)
    if former is not None and former.table is table:
        return former
    choices = Choices(table, usable_targets(table), usable_features(table), propose(table))
    st.session_state[_CHOICES] = choices
    return choices
