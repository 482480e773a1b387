"""Any file that people have, read into a clean table, with all that was assumed on the way.

It knows nothing of what the table is for. Importing it imports neither pandas nor pyarrow.
"""

from __future__ import annotations

from table_reader.errors import DataError, InputError
from table_reader.files import read_table
from table_reader.found import Found, Sheet
from table_reader.options import CATEGORY, DATE, NUMBER, TEXT, YES_NO, Precedent, ReadOptions
from table_reader.table import KEPT_AS_TEXT, SUSPICIOUS, Doubt, Question, Remedy, Table

__all__ = [
    "CATEGORY",
    "DATE",
    "KEPT_AS_TEXT",
    "NUMBER",
    "SUSPICIOUS",
    "TEXT",
    "YES_NO",
    "DataError",
    "Doubt",
    "Found",
    "InputError",
    "Precedent",
    "Question",
    "ReadOptions",
    "Remedy",
    "Sheet",
    "Table",
    "read_table",
]
