"""The bounds of everything that can be set: one place for the core, the page and the routes."""

from __future__ import annotations

from typing import Final

MAX_LEARNING_RATE: Final = 1e12
MAX_EPOCHS: Final = 1_000_000
MAX_UPDATES_PER_EPOCH: Final = 1_000_000
MAX_UPDATES: Final = 100_000_000
"""The most updates of one whole run, all its epochs together."""
MAX_WEIGHT_DECAY: Final = 1e3
MAX_SEED: Final = 2**32 - 1

MAX_ROWS: Final = 10_000_000
MAX_FEATURES: Final = 10_000
MAX_CELLS: Final = 100_000_000
"""The most numbers in `X`, rows times features: 800 MB as float64."""
MAX_TEST_FRACTION: Final = 0.9

MAX_FILE_BYTES: Final = 100 * 2**20
"""The largest file that is read, as it is uploaded: 100 MB."""
MAX_UNPACKED_BYTES: Final = 256 * 2**20
"""The most that a compressed file may unpack to."""
MAX_LINE_BYTES: Final = 4 * 2**20
"""The longest row of a text file."""
MAX_TABLE_CELLS: Final = 50_000_000
"""The most cells of a table that is read, rows times columns: 400 MB as float64."""
MAX_SHEET_CELLS: Final = 3_000_000
"""The most cells of a workbook's sheet, whose cells cost more memory while they are read."""
MAX_ARCHIVE_INDEX_BYTES: Final = 2**20
"""The largest list of contents of a zip file or workbook: about 10,000 files."""

DIVERGED_FACTOR: Final = 1e6
"""A run has diverged when its loss exceeds this many times its starting loss."""
CONVERGED_FACTOR: Final = 1e-6
"""A run has converged when its gradient is at most this part of its first gradient."""

DTYPES: Final = ("float32", "float64")
ENGINE_NAMES: Final = ("compiled", "torch")
"""The names of ENGINES, for a config, which is checked without them."""
SAMPLINGS: Final = ("shuffle", "sequential", "replacement")
SPLITS: Final = ("random", "sequential")
INITS: Final = ("zeros", "normal", "torch", "randn")
