"""QR codes as phones read them: dark on light in any theme."""

from __future__ import annotations

import functools
import io
from typing import Final

import segno

from linreg_core import ConfigError

MAX_QR_BYTES: Final = 2_953
"""What the largest code holds, at its lowest level of correction."""
QUIET_ZONE: Final = 4
"""Light modules around a code, as the standard asks."""
_MUCH = 300  # bytes from which on a code has the fewest modules, rather than correction
_ANY_MASK = 2  # to weigh all eight takes most of a second; what is packed looks like noise anyway


@functools.lru_cache(maxsize=32)
def qr_svg(address: str) -> bytes:
    """Return the QR code of an address as SVG, with as much correction as its size allows.

    Raises ConfigError when it is too long for any code.
    """
    picture = io.BytesIO()
    _code(address).save(
        picture, kind="svg", border=QUIET_ZONE, dark="#000", light="#fff", omitsize=True
    )
    return picture.getvalue()


def qr_modules(address: str) -> int:
    """Return how many modules the code of an address has in a row, with its quiet zone.

    Raises ConfigError when it is too long for any code.
    """
    width, _ = _code(address).symbol_size(border=QUIET_ZONE)
    return int(width)


def _code(address: str) -> segno.QRCode:
    n_bytes = len(address.encode())
    if n_bytes > MAX_QR_BYTES:
        raise ConfigError(
            f"An address must have at most {MAX_QR_BYTES:,} bytes to fit into a QR code. "
            f"Got {n_bytes:,}: copy the link instead."
        )
    if n_bytes <= _MUCH:
        return segno.make(address, error="m", micro=False)
    return segno.make(address, error="l", micro=False, mask=_ANY_MASK)
