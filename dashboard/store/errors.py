"""Why the database did not do what it was asked, in words for people."""

from __future__ import annotations

from typing import Final

from linreg_core import LinregError

_REASONS: Final = (
    ("locked", "another program keeps it locked"),
    ("full", "its disk is full"),
    ("no space", "its disk is full"),
    ("readonly", "it can only be read"),
    ("read-only", "it can only be read"),
    ("unable to open", "its file cannot be opened"),
    ("malformed", "its file is damaged"),
    ("not a database", "its file is damaged"),
    ("disk i/o", "its disk reports an error"),
)
"""What a database's own message holds, and what it means."""
_UNKNOWN = "it does not answer"


class StoreIsAway(LinregError):
    """The database can't be used, for now: it is locked, full, gone, damaged, or down."""

    def __init__(self, reason: str = _UNKNOWN) -> None:
        super().__init__(
            f"The database of this server cannot be reached just now: {reason}. Try again soon."
        )


def reason_of(error: BaseException) -> str:
    """Return what a database's error means.

    >>> reason_of(OSError("database is locked")), reason_of(OSError("connection refused"))
    ('another program keeps it locked', 'it does not answer')
    """
    said = str(error).lower()
    return next((reason for part, reason in _REASONS if part in said), _UNKNOWN)
