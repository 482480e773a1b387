"""A run as a page in one file: it plays in any browser, without a server or a network.

The live view's modules draw it (`static/replay.js`), from the bytes that the trainer sent. The
page's policy runs its one script, known by its digest, so that text which slipped through the
escaping could not run.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from dashboard.escaping import html_text, script_json
from dashboard.exports.html_page import fact_table
from dashboard.live.bundle import bundled

MOST_TITLE: Final = 160
_DASHBOARD: Final = Path(__file__).parent.parent
_ENTRY: Final = "replay/static/replay.js"
_STYLES: Final = ("live/static/view.css", "live/static/chart.css", "replay/static/replay.css")
_HTML: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<link rel="icon" href="data:image/svg+xml;base64,{icon}">
<style>{style}</style>
</head>
<body>
<main class="linreg-live lr-page">
<header class="lr-head"><h1>{title}</h1>{link}</header>
<div id="replay"><p>Unpacking the run …</p></div>
<noscript><p>The replay needs JavaScript.</p></noscript>
<details class="lr-settings"><summary>Settings</summary>
{facts}</details>
<p class="lr-foot">A run of linear regression, kept by Linreg Live. This file needs no network.</p>
</main>
<script id="kept" type="application/json">{kept}</script>
<script>{script}</script>
</body>
</html>
"""


@dataclass(frozen=True)
class Told:
    """What a replay says beside the run itself.

    `look` is what pictures need of the page's settings (`Display` in `view.js`), `link` the address
    that opens the run on its page, "" for none, and `sentence` what the doctor says of it.
    """

    title: str
    link: str = ""
    look: Mapping[str, Any] = field(default_factory=dict)
    reference_name: str | None = None
    sentence: str = ""


def replay_page(compressed: bytes, facts: Iterable[tuple[str, str]], told: Told) -> bytes:
    """Return the page for a run's whole stream; `facts` are its settings, by label."""
    script = _script()
    return _HTML.format(
        policy=_policy(script),
        title=html_text(told.title, MOST_TITLE),
        icon=base64.b64encode((_DASHBOARD / "favicon.svg").read_bytes()).decode("ascii"),
        style=_style(),
        link=_link(told.link),
        facts=fact_table(facts),
        kept=script_json(_kept(compressed, told)),
        script=script,
    ).encode("utf-8", "replace")


def _kept(compressed: bytes, told: Told) -> str:
    kept = {
        "stream": base64.b64encode(compressed).decode("ascii"),
        "look": dict(told.look),
        "referenceName": told.reference_name,
        "sentence": told.sentence,
    }
    return json.dumps(kept, separators=(",", ":"))


def _link(link: str) -> str:
    if not link.startswith(("https://", "http://")):
        return ""
    return f'<a href="{html_text(link)}" rel="noopener noreferrer">Open this run</a>'


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


@functools.cache
def _script() -> str:
    script = bundled(_DASHBOARD / _ENTRY)
    if "</script" in script.lower() or "<!--" in script:
        raise ValueError("The replay's modules would end their own script element.")
    return script


@functools.cache
def _style() -> str:
    return "\n".join((_DASHBOARD / name).read_text(encoding="utf-8") for name in _STYLES)
