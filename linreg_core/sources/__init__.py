"""Rows that are stored in files and databases, read in parts: beyond what a table can hold."""

from __future__ import annotations

from linreg_core.sources.opening import open_source
from linreg_core.sources.prepared_source import PreparedSource, prepare_source
from linreg_core.sources.source import Source

__all__ = ["PreparedSource", "Source", "open_source", "prepare_source"]
