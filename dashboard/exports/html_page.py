"""A self-contained HTML page: plain parts, and pictures that plotly.js draws from within the file.

Nothing is loaded from anywhere. The page's policy runs our two scripts, known by their digests,
and no others, so that text which slipped through the escaping could not run either.

On paper the pictures are redrawn as wide as a page of A4 or Letter; opened with `#print`, a page
prints itself once they are drawn.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from dashboard.escaping import html_text, script_json
from dashboard.theme import LIGHT, PICTURE_HEIGHT

PLOTLY_MARK: Final = "plotly.js stands here"
PAPER_WIDTH: Final = 650
"""How wide a picture is on paper, in CSS pixels: A4 has 680 between our margins, Letter 700."""
_DRAW: Final = f"""
const pictures = JSON.parse(document.getElementById("pictures").textContent);
const config = {{ displaylogo: false, responsive: true }};
const places = [...document.querySelectorAll("[data-picture]")];
const drawn = places.map(async (place) => {{
  const {{ data, layout }} = pictures[Number(place.dataset.picture)];
  await Plotly.newPlot(place, data, layout, config);
  for (const svg of place.querySelectorAll(".main-svg")) svg.ariaHidden = "true";
}});
function setWidth(width) {{
  for (const place of places) Plotly.relayout(place, {{ width, autosize: !width }});
}}
addEventListener("beforeprint", () => setWidth({PAPER_WIDTH}));
addEventListener("afterprint", () => setWidth(null));
const button = document.querySelector(".print");
button.hidden = false;
button.addEventListener("click", () => print());
Promise.all(drawn).then(() => {{
  document.documentElement.dataset.isDrawn = "";
  if (location.hash === "#print") print();
}});
"""
_STYLE: Final = f"""
:root {{ color-scheme: light; }}
body {{ margin: 0; background: {LIGHT.background}; color: {LIGHT.text};
  font: 16px/1.5 {LIGHT.font}; }}
main {{ max-width: 820px; margin: 0 auto; padding: 1.5rem 1rem 3rem; overflow-wrap: anywhere; }}
h1 {{ font-size: 1.6rem; line-height: 1.25; }}
h2 {{ font-size: 1.2rem; margin: 2rem 0 0.5rem; border-bottom: 1px solid #c8ced6; }}
h3 {{ font-size: 1rem; margin: 1.5rem 0 0; }}
.equation {{ font-size: 1.1rem; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; width: 100%; font-size: 0.85rem; }}
th, td {{ padding: 0.25rem 0.45rem; border-bottom: 1px solid #dde2e8; text-align: right;
  font-variant-numeric: tabular-nums; white-space: nowrap; }}
thead th {{ white-space: normal; overflow-wrap: break-word; vertical-align: bottom; }}
th:first-child {{ text-align: left; min-width: 7rem; white-space: normal; }}
th[scope=row] {{ font-weight: 500; }}
caption {{ text-align: left; font-weight: 600; padding-top: 0.5rem; }}
details {{ margin: -0.5rem 0 1rem; font-size: 0.9rem; }}
.facts td {{ text-align: left; white-space: normal; }}
figure {{ margin: 0 0 1rem; break-inside: avoid; }}
figcaption {{ font-size: 0.9rem; }}
.look {{ border-left: 3px solid {LIGHT.mark}; padding-left: 0.6rem; }}
.fine {{ border-left: 3px solid {LIGHT.reference}; padding-left: 0.6rem; }}
.print {{ float: right; margin: 0.3rem 0 0.5rem 1rem; padding: 0.35rem 0.8rem; font: inherit;
  font-size: 0.9rem; color: inherit; background: none; border: 1px solid #8b95a1;
  border-radius: 0.4rem; cursor: pointer; }}
.print:hover {{ background: #f0f3f6; }}
@page {{ margin: 15mm; @bottom-right {{ content: counter(page) " / " counter(pages);
  font: 8pt {LIGHT.font}; color: #5a6470; }} }}
@media print {{
  body {{ font-size: 10pt; }}
  main {{ max-width: none; padding: 0; }}
  h1 {{ font-size: 16pt; margin-top: 0; }} h2 {{ font-size: 13pt; }} h3 {{ font-size: 10.5pt; }}
  h1, h2, h3, caption {{ break-after: avoid; }}
  p, li {{ orphans: 3; widows: 3; }}
  .print, details:not([open]), .modebar {{ display: none !important; }}
  .wide {{ overflow: visible; }}
  table {{ font-size: 8.5pt; }}
  th, td {{ padding: 0.15rem 0.3rem; }}
  thead {{ display: table-header-group; }}
  tr, .facts {{ break-inside: avoid; }}
  .look, .fine {{ print-color-adjust: exact; }}
}}
"""
PRINT_BUTTON: Final = '<button class="print" type="button" hidden>Print or save as PDF</button>\n'


def html_page(title: str, parts: Iterable[str], figures: Sequence[go.Figure]) -> bytes:
    """Return the page; `title` is text, `parts` are HTML, `picture(i)` places `figures[i]`."""
    plotly_js = get_plotlyjs()
    specs = ",".join(figure.to_json() for figure in figures)
    scripts = " ".join(f"'sha256-{_digest(script)}'" for script in (plotly_js, _DRAW))
    policy = f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; "
    policy += "img-src data: blob:; base-uri 'none'; form-action 'none'"
    page = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html_text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n",
        PRINT_BUTTON,
        *parts,
        "</main>\n<noscript>The pictures of this report need JavaScript.</noscript>\n",
        f'<script id="pictures" type="application/json">{script_json(f"[{specs}]")}</script>\n',
        f"<script>{plotly_js}</script>\n<script>{_DRAW}</script>\n</body>\n</html>\n",
    )
    return "".join(page).encode("utf-8", "replace")


def without_plotly(page: bytes) -> str:
    """Return a page with `PLOTLY_MARK` in the place of plotly.js, which a browser puts back."""
    return page.decode("utf-8").replace(get_plotlyjs(), PLOTLY_MARK, 1)


def heading(text: str, level: int = 2) -> str:
    """Return a heading."""
    return f"<h{level}>{html_text(text)}</h{level}>\n"


def paragraph(text: str, kind: str = "") -> str:
    """Return a paragraph of a CSS class, nothing where there is no text."""
    return f'<p class="{kind}">{html_text(text)}</p>\n' if text else ""


def bullets(sentences: Sequence[str]) -> str:
    """Return a list, nothing where it would be empty."""
    items = "".join(f"<li>{html_text(sentence)}</li>" for sentence in sentences)
    return f"<ul>{items}</ul>\n" if items else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "") -> str:
    """Return a table whose first column names its rows."""
    title = f"<caption>{html_text(caption)}</caption>" if caption else ""
    cells = "".join(f'<th scope="col">{html_text(cell)}</th>' for cell in head)
    lines = "".join(f"<tr>{_cells(row)}</tr>\n" for row in rows)
    head_row = f"<thead><tr>{cells}</tr></thead>"
    whole = f"<table>{title}{head_row}<tbody>\n{lines}</tbody></table>"
    return f'<div class="wide" tabindex="0">{whole}</div>\n'


def fact_table(rows: Iterable[tuple[str, str]]) -> str:
    """Return labels and what there is to say about each, as a table."""
    lines = "".join(f"<tr>{_cells(row)}</tr>\n" for row in rows)
    return f'<table class="facts"><tbody>\n{lines}</tbody></table>\n'


def folded(summary: str, parts: Iterable[str]) -> str:
    """Return HTML that is shown once somebody opens it."""
    return f"<details><summary>{html_text(summary)}</summary>\n{''.join(parts)}</details>\n"


def _cells(row: Sequence[str]) -> str:
    first = f'<th scope="row">{html_text(row[0])}</th>'
    return first + "".join(f"<td>{html_text(cell)}</td>" for cell in row[1:])


def picture(index: int, figure: go.Figure, description: str, caption: str) -> str:
    """Return the place of a picture; `caption` is HTML, `description` for who can't see it."""
    height = int(figure.layout.height or PICTURE_HEIGHT)
    return (
        f'<figure aria-label="{html_text(description)}"><div data-picture="{index}" '
        f'style="height:{height}px"></div>\n<figcaption>{caption}</figcaption></figure>\n'
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
