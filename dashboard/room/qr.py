"""The QR code of a room's address, as phones read it: dark on light in any theme."""

from __future__ import annotations

import io
import re

import segno

from linreg_core.checks import broken

_MAX_CHARACTERS = 300
_ADDRESS = re.compile(r"https?://[^\s/?#]+(/[^\s?#]*)?/join/[A-Za-z0-9-]{1,10}")
_QUIET_ZONE = 4  # modules, as the standard asks


def qr_svg(address: str) -> bytes:
    """Return the QR code of the address at which a room is joined, as SVG.

    Raises ConfigError for what is no such address: nobody's other links get a picture from us.
    """
    if len(address) > _MAX_CHARACTERS or not _ADDRESS.fullmatch(address):
        raise broken("address", "must be that of a room to join", address[:_MAX_CHARACTERS])
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        picture, kind="svg", border=_QUIET_ZONE, dark="#000", light="#fff", omitsize=True
    )
    return picture.getvalue()
