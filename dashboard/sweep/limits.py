"""The bounds of a sweep: how fine its grid may be, and how long it may take."""

from __future__ import annotations

from typing import Final

MAX_STEPS: Final = 64
"""The most values of one axis."""
SEEDS_PER_CELL: Final = (1, 4, 16)
"""How many runs a cell may have, each with a seed of its own."""
UNASKED_SECONDS: Final = 60.0
"""A sweep that would take longer says so, and waits until somebody wants it nevertheless."""
LONGEST_SWEEP_SECONDS: Final = 1800.0
"""Beyond, nobody can have it: its grid must be coarser."""
COARSER_SECONDS: Final = 15.0
"""What a grid that is offered in its place may take."""
LONG_SECONDS: Final = 2.0
"""From here a sweep trains where large runs do: small ones wait for nobody's map."""
COSTLY_CELLS: Final = 100_000
"""From so many numbers on, what is computed once for a table takes longer than a slice."""
