"""Tables that people bring: reading them, and turning their columns into a Dataset."""

from __future__ import annotations

from linreg_core.tables.reading import read_table
from linreg_core.tables.table import Question, ReadOptions, Table

__all__ = ["Question", "ReadOptions", "Table", "read_table"]
