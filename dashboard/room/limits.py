"""The bounds of a room: one place for its store, its routes and its pages."""

from __future__ import annotations

from typing import Final

MAX_PEOPLE: Final = 300
"""The most places in a room, unless `LINREG_LIVE_ROOM_PEOPLE` says another number."""
PEOPLE_VARIABLE: Final = "LINREG_LIVE_ROOM_PEOPLE"
MOST_PEOPLE: Final = 3_000
"""The most that this setting may say."""
MAX_OPEN_ROOMS: Final = 1_000
"""The most rooms of one database that have not ended."""
MAX_TASKS: Final = 100
"""The most tasks of a room."""
MAX_RUNS_EACH: Final = 500
"""The most runs of one person at one task that become dots."""
ROOM_SECONDS: Final = 24 * 3600
"""How long a room lasts, and how long what it made can be fetched after its end."""

CODE_LETTERS: Final = "34679CDFGHJKMNPQRTVWXY"
"""No two of them look alike, and without vowels they make no words."""
CODE_LENGTH: Final = 6
MIN_TOKEN: Final = 22
"""So many letters, each of 64, hold 132 bits."""
MAX_TOKEN: Final = 64
MAX_NAME: Final = 30
MAX_TITLE: Final = 80
MAX_TEXT: Final = 500
MIN_SECONDS: Final = 5
MAX_SECONDS: Final = 3 * 3600
"""The shortest and the longest countdown of a task."""
MAX_PLAYHEAD: Final = 6_000
"""The most letters of what is told of the presenter's picture; an address may have 4,000."""
PAGE: Final = 1_000
"""The most changes that are read at once."""
BOARD_ROWS: Final = 10
