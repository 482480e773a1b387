"""Any file that people have, read into a clean table, with all that was assumed on the way.

It knows nothing of what the table is for. Importing it imports neither pandas nor pyarrow.
"""

from __future__ import annotations

from table_reader.errors import DataError, InputError
from table_reader.files import read_table
from table_reader.table import KEPT_AS_TEXT, SUSPICIOUS, Doubt, Question, ReadOptions, Table

__all__ = [
    "KEPT_AS_TEXT",
    "SUSPICIOUS",
    "DataError",
    "Doubt",
    "InputError",
    "Question",
    "ReadOptions",
    "Table",
    "read_table",
]
