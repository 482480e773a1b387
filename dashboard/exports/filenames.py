"""Names of downloaded files that every file system takes."""

from __future__ import annotations

import re
from typing import Final

from dashboard.escaping import one_line

MOST_STEM: Final = 80
"""Characters of a name before its suffix; file systems count 255 bytes."""
_FORBIDDEN = re.compile(r'[<>:"/\\|?*%$`\'&;#{}~!@^=+,]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


def safe_filename(stem: str, suffix: str) -> str:
    """Return a file name made of `stem`, whatever it holds, and `suffix` (with its dot).

    >>> safe_filename("../../etc/passwd", ".csv")
    'etc_passwd.csv'
    >>> safe_filename("Größe 2024", "-predictions.csv")
    'Größe 2024-predictions.csv'
    >>> safe_filename("", ".html")
    'table.html'
    """
    name = _FORBIDDEN.sub("_", one_line(stem)).strip(" ._-")
    name = name.encode("utf-8")[: 2 * MOST_STEM].decode("utf-8", "ignore")[:MOST_STEM].rstrip(" .")
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    return f"{name or 'table'}{suffix}"
