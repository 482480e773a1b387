"""Small things that travel inside a link: compressed, in letters that addresses may have.

What comes back is a stranger's: it is inflated up to a bound, and never further.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from typing import Final

from linreg_core import ConfigError

MAX_PACKED_CHARACTERS: Final = 8_000
"""What servers and proxies take as an address in any case."""
_LETTERS = re.compile(r"[A-Za-z0-9_-]*")
_LEVEL, _MEMORY = 9, 9


def packed(data: bytes, dictionary: bytes = b"") -> str:
    """Return the data as letters, digits, `-` and `_`, with a checksum inside.

    `dictionary` is what such data often hold; who unpacks them needs the same.

    >>> unpacked("rows", packed(b"1,2"), most=100)
    b'1,2'
    """
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS, _MEMORY, 0, dictionary)
    small = packer.compress(data) + packer.flush()
    return base64.urlsafe_b64encode(small).decode().rstrip("=")


def unpacked(name: str, text: str, most: int, dictionary: bytes = b"") -> bytes:
    """Return what was packed, at most so many bytes; `name` is the link's parameter.

    Raises ConfigError when the text was cut off or changed, or holds more.
    """
    if len(text) > MAX_PACKED_CHARACTERS:
        raise ConfigError(
            f"`{name}` must have at most {MAX_PACKED_CHARACTERS:,} characters in a link. "
            f"Got {len(text):,}."
        )
    if not _LETTERS.fullmatch(text):
        raise _damaged(name)
    try:
        small = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        unpacker = zlib.decompressobj(zlib.MAX_WBITS, dictionary)
        data = unpacker.decompress(small, most + 1)
    except (binascii.Error, zlib.error):
        raise _damaged(name) from None
    if len(data) > most:
        raise ConfigError(
            f"`{name}` of a link must hold at most {most:,} bytes. It was made to hold more: "
            "nothing of it was read."
        )
    if not unpacker.eof or unpacker.unused_data:
        raise _damaged(name)
    return data


def _damaged(name: str) -> ConfigError:
    return ConfigError(
        f"`{name}` of this link was cut off or changed on its way: copy the whole link again."
    )
