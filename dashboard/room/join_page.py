"""The participant's page: HTML of our own, without Streamlit, plotly or a websocket.

All that it does stands in modules of ours; the page lists them, so that a browser on a slow line
asks for all of them at once. Whether there is such a room it learns from the room's routes.
"""

from __future__ import annotations

import base64
import functools
from html import escape
from pathlib import Path
from typing import Final

from dashboard.live.assets import Assets
from dashboard.live.modules import module_graph
from dashboard.room.codes import read_code

_DASHBOARD: Final = Path(__file__).parent.parent
ENTRY: Final = "room/static/join.js"
_MOST_SHOWN: Final = 30  # letters of what is no code
STYLES: Final = ("live/static/view.css", "room/static/chart.css", "room/static/join.css")
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
    modules = [
        f'<link rel="modulepreload" href="{asset}/{assets.path_of(name)}">'
        for name in page_modules()
    ]
    return _HTML.format(
        prefix=escape(prefix),
        code=read_code(code) or escape(code[:_MOST_SHOWN]),
        icon=_icon(),
        links="\n".join([*styles, *modules]),
        entry=f"{asset}/{assets.path_of(ENTRY)}",
    )


@functools.cache
def page_modules() -> tuple[str, ...]:
    """Return the modules that the page loads, as named below `dashboard/`, the first one first."""
    graph = module_graph(_DASHBOARD / ENTRY)
    return tuple(path.relative_to(_DASHBOARD.resolve()).as_posix() for path in graph)


@functools.cache
def _icon() -> str:
    return base64.b64encode((_DASHBOARD / "favicon.svg").read_bytes()).decode()
