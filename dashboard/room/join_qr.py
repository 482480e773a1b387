"""The QR code of the address at which a room is joined."""

from __future__ import annotations

import re

from dashboard.qr import qr_svg
from linreg_core.checks import broken

_MAX_CHARACTERS = 300
_ADDRESS = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?/join/[A-Za-z0-9-]{1,10}")


def join_qr(address: str) -> bytes:
    """Return the QR code of the address at which a room is joined, as SVG.

    Raises ConfigError for what is no such address: nobody's other links get a picture from us.
    """
    if len(address) > _MAX_CHARACTERS or not _ADDRESS.fullmatch(address):
        raise broken("address", "must be that of a room to join", address[:_MAX_CHARACTERS])
    return qr_svg(address)
