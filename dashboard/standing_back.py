"""Processes that leave the processor to others."""

from __future__ import annotations

import os
from contextlib import suppress


def stand_back(niceness: int) -> None:
    """Let this process work when others do not want the processor, where the system can."""
    with suppress(OSError, AttributeError):
        os.nice(niceness)
