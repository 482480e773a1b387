"""The link that takes a run away: as short as it can be, and with what it needs on its way."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from html import escape
from typing import Any, Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from dashboard.address import PROOF
from dashboard.controls.hidden import HIDE, hide_text
from dashboard.links import read_query
from dashboard.own_data.packed_cells import ROWS
from dashboard.own_data.settings import TableSettings, read_table_query
from dashboard.packed import MAX_PACKED_CHARACTERS
from dashboard.settings import ModelSettings
from linreg_core import ConfigError

MAX_LINK_CHARACTERS: Final = MAX_PACKED_CHARACTERS
_ALWAYS: Final = ("v", "dataset", "table")
_FRAME: Final = (
    '<iframe src="{}" title="Linreg Live" width="100%" height="780" style="border: 0" '
    'allow="clipboard-write; fullscreen" loading="lazy"></iframe>'
)


def share_link(
    page: str, settings: ModelSettings, proof: str = "", rows: str = "", hide: Collection[str] = ()
) -> str:
    """Return the link that opens `settings` on the page of this address.

    Raises ConfigError when it would be longer than servers and proxies take.
    """
    query = short_query(settings)
    if rows:
        query.pop("reading", None)  # of the file; the link's own table says how it is to be read
    query |= {PROOF: proof} if proof else {}
    query |= {HIDE: text} if (text := hide_text(hide)) else {}
    query |= {ROWS: rows} if rows else {}  # last: what is cut off is then the table
    scheme, host, path, *_ = urlsplit(page)
    link = urlunsplit((scheme, host, path or "/", urlencode(query, safe=","), ""))
    if len(link) > MAX_LINK_CHARACTERS:
        raise ConfigError(
            f"A link must have at most {MAX_LINK_CHARACTERS:,} characters. Got {len(link):,}: "
            f"take {'the table' if rows else 'what is pinned'} along in a project file."
        )
    return link


def short_query(settings: ModelSettings) -> dict[str, str]:
    """Return the link's parameters without those that stand at what a link means without them."""
    full = settings.query()
    read: Callable[[Mapping[str, str]], tuple[Any, list[str]]] = (
        read_table_query if isinstance(settings, TableSettings) else read_query
    )
    always = {name: full[name] for name in _ALWAYS if full.get(name)}
    meant = read(always)[0].query()
    short = always | {name: text for name, text in full.items() if meant.get(name) != text}
    return short if _plain(read(short)[0]) == _plain(settings) else full


def _plain(settings: Any) -> Any:
    if isinstance(settings, TableSettings):
        return replace(settings, sent=None, n_sent_for_test=0)
    return settings


def embed_code(link: str) -> str:
    """Return the HTML that shows a link's page inside another one, without Streamlit's frame."""
    return _FRAME.format(escape(f"{link}&embed=true"))
