"""The bounds of what is read."""

from __future__ import annotations

from typing import Final

MAX_FILE_BYTES: Final = 100 * 2**20
"""The largest file that is read, as it is uploaded: 100 MB."""
MAX_UNPACKED_BYTES: Final = 256 * 2**20
"""The most that a compressed file may unpack to."""
MAX_LINE_BYTES: Final = 4 * 2**20
"""The longest row of a text file."""
MAX_TABLE_ROWS: Final = 10_000_000
MAX_TABLE_COLUMNS: Final = 10_000
MAX_TABLE_CELLS: Final = 50_000_000
"""The most cells of a table, rows times columns: 400 MB as float64."""
MAX_SHEET_CELLS: Final = 3_000_000
"""The most cells of a workbook's sheet, whose cells cost more memory while they are read."""
MAX_ARCHIVE_INDEX_BYTES: Final = 2**20
"""The largest list of contents of a zip file or workbook: about 10,000 files."""
