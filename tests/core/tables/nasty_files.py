"""All the nasty files: one table of file and expected outcome."""

from __future__ import annotations

from tests.core.tables.nasty import Nasty
from tests.core.tables.nasty_damaged import DAMAGED
from tests.core.tables.nasty_dialects import DIALECTS
from tests.core.tables.nasty_kinds import KINDS
from tests.core.tables.nasty_layouts import LAYOUTS
from tests.core.tables.nasty_numbers import NUMBERS
from tests.core.tables.nasty_review import REVIEW
from tests.core.tables.nasty_structure import STRUCTURES
from tests.core.tables.nasty_words import WORDS

NASTY_FILES: tuple[Nasty, ...] = (
    *(*DIALECTS, *LAYOUTS, *STRUCTURES, *NUMBERS, *WORDS, *REVIEW, *DAMAGED, *KINDS),
)
