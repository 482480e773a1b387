"""Reading the tables that people have: their bytes, their cells, and what the cells mean."""

from __future__ import annotations

from linreg_core.tables.reading.reader import read_table

__all__ = ["read_table"]
