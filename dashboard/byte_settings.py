"""Bounds on memory, as whoever runs the server has set them: megabytes in environment variables."""

from __future__ import annotations

import logging
import math
import os

MEGABYTE = 1_000_000
_log = logging.getLogger(__name__)


def bytes_set(variable: str, default: int, may_be_none: bool = False) -> int:
    """Return how many bytes a variable allows; `default` where it is not set to such a number.

    `may_be_none` says whether it may be 0.
    """
    text = os.environ.get(variable)
    if text is None:
        return default
    try:
        megabytes = float(text)
    except ValueError:
        megabytes = math.nan
    if 0 < megabytes < math.inf or (may_be_none and megabytes == 0):
        return int(megabytes * MEGABYTE)
    _log.warning("%s must be a number of megabytes. Got %r.", variable, text)
    return default
