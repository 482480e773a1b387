"""The participant's page: HTML of our own, without Streamlit, plotly or a websocket.

All that it does stands in modules of ours, which come as one file (`bundle.py`): over a slow line
they are there after two round trips. Whether there is such a room, the room's routes tell it.
"""

from __future__ import annotations

import base64
import functools
from html import escape
from pathlib import Path
from typing import Final

from dashboard.live.assets import Assets
from dashboard.room.codes import read_code

_DASHBOARD: Final = Path(__file__).parent.parent
ENTRY: Final = "room/static/join.js"
_MOST_SHOWN: Final = 30  # letters of what is no code
STYLES: Final = ("live/static/view.css", "live/static/chart.css", "room/static/join.css")
JOIN_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    ),
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""What the page's answer says beside its HTML: nothing runs on it that is not a file of ours."""

_HTML: Final = """<!doctype html>
<html lang="en" data-base="{prefix}/" data-code="{code}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Linreg Live: join</title>
<link rel="icon" href="data:image/svg+xml;base64,{icon}">
{links}
<script type="module" src="{entry}"></script>
</head>
<body>
<main id="join" class="linreg-live lj-page"><p class="lj-first">Linreg Live</p></main>
<noscript><p class="lj-first">This page needs JavaScript.</p></noscript>
</body>
</html>
"""


def join_page(assets: Assets, prefix: str, code: str) -> str:
    """Return the page for a room's code as somebody typed it, or "" where none is known yet.

    `prefix` is Streamlit's `server.baseUrlPath` with a slash before it, or "".
    """
    asset = f"{prefix}/live/assets"
    styles = [f'<link rel="stylesheet" href="{asset}/{assets.path_of(name)}">' for name in STYLES]
    return _HTML.format(
        prefix=escape(prefix),
        code=read_code(code) or escape(code[:_MOST_SHOWN]),
        icon=_icon(),
        links="\n".join(styles),
        entry=f"{asset}/{assets.bundle_path(ENTRY)}",
    )


@functools.cache
def _icon() -> str:
    return base64.b64encode((_DASHBOARD / "favicon.svg").read_bytes()).decode()
