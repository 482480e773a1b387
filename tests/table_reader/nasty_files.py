"""All the nasty files: one table of file and expected outcome."""

from __future__ import annotations

from tests.table_reader.nasty import Nasty
from tests.table_reader.nasty_damaged import DAMAGED
from tests.table_reader.nasty_dialects import DIALECTS
from tests.table_reader.nasty_kinds import KINDS
from tests.table_reader.nasty_layouts import LAYOUTS
from tests.table_reader.nasty_meanings import MEANINGS
from tests.table_reader.nasty_merged import MERGED_KINDS
from tests.table_reader.nasty_numbers import NUMBERS
from tests.table_reader.nasty_parts import PARTS
from tests.table_reader.nasty_review import REVIEW
from tests.table_reader.nasty_rows import ROWS
from tests.table_reader.nasty_sheet_cells import SHEET_CELLS
from tests.table_reader.nasty_sheets import SHEET_KINDS
from tests.table_reader.nasty_structure import STRUCTURES
from tests.table_reader.nasty_words import WORDS

NASTY_FILES: tuple[Nasty, ...] = (
    *(
        *DIALECTS,
        *LAYOUTS,
        *STRUCTURES,
        *NUMBERS,
        *WORDS,
        *REVIEW,
        *DAMAGED,
        *KINDS,
        *(*SHEET_KINDS, *MERGED_KINDS, *SHEET_CELLS, *PARTS),
        *MEANINGS,
        *ROWS,
    ),
)
