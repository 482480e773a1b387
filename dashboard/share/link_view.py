"""A link to be copied, and its QR code, which fills the screen when it is clicked."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

import streamlit as st

from dashboard.numbers import count
from dashboard.qr import qr_modules, qr_svg
from linreg_core import ConfigError

METRES_PER_MODULE: Final = 500
"""From so many times a module's size a phone tells modules apart: see docs/sharing.md."""
_MOST_METRES: Final = 10

_HTML: Final = """
<div class="share-link">
  <div class="share-text">
    <input type="text" readonly aria-label="Link">
    <button type="button">Copy</button>
  </div>
  <p class="share-note" role="status"></p>
  <button type="button" class="share-qr" title="Fill the screen">
    <img alt="QR code of the link">
  </button>
</div>
"""
_CSS: Final = """
.share-link { display: grid; gap: 0.5rem; font-family: var(--st-font);
  color: var(--st-text-color); }
.share-text { display: flex; gap: 0.5rem; }
.share-text input { flex: 1; min-width: 0; padding: 0.4rem 0.6rem; font: inherit; color: inherit;
  background: var(--st-secondary-background-color); border: 1px solid var(--st-border-color);
  border-radius: var(--st-base-radius); }
.share-text button { padding: 0.4rem 0.9rem; font: inherit; color: inherit; cursor: pointer;
  background: none; border: 1px solid var(--st-border-color);
  border-radius: var(--st-base-radius); }
.share-text button:hover { color: var(--st-primary-color); border-color: var(--st-primary-color); }
.share-link :focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
.share-note { margin: 0; font-size: 0.875rem; opacity: 0.75; }
.share-qr { justify-self: start; width: min(100%, 16rem); padding: 0; border: 0; background: #fff;
  cursor: zoom-in; line-height: 0; }
.share-qr img { width: 100%; height: 100%; object-fit: contain; image-rendering: pixelated; }
.share-qr:fullscreen { width: 100%; cursor: zoom-out; }
"""
# The first line break matters: Streamlit takes a script of one line with a slash for a path.
_JS: Final = """
export default function ({ parentElement, data }) {
  const find = (selector) => parentElement.querySelector(selector);
  const field = find("input"), copy = find(".share-text button"), code = find(".share-qr");
  field.value = data.link;
  field.onfocus = () => field.select();
  copy.textContent = "Copy";
  copy.onclick = async () => {
    const isDone = await navigator.clipboard?.writeText(data.link).then(() => true, () => false);
    if (!isDone) field.select(); // outside of https there is no clipboard
    copy.textContent = isDone || document.execCommand("copy") ? "Copied" : "Press Ctrl+C";
  };
  find(".share-note").textContent = data.note;
  code.hidden = !data.code;
  find("img").src = data.code || "data:,";
  code.onclick = () =>
    document.fullscreenElement ? document.exitFullscreen() : code.requestFullscreen();
}
"""
_mount = st.components.v2.component(
    "linreg_share_link", html=_HTML, css=_CSS, js=_JS, isolate_styles=False
)


def link_view(link: str) -> None:
    """Draw the link with its Copy button, how long it is, and its QR code where one holds it."""
    letters = f"{count(len(link))} characters."
    try:
        code = f"data:image/svg+xml;base64,{b64encode(qr_svg(link)).decode()}"
        note = f"{letters} {_reach(qr_modules(link))}"
    except ConfigError:
        code, note = "", f"{letters} No QR code holds so many: copy the link instead."
    _mount(key="share_link", data={"link": link, "code": code, "note": note})


def _reach(n_modules: int) -> str:
    """Return from how far a phone reads a code of so many modules in a row."""
    metres = min(_MOST_METRES, METRES_PER_MODULE / n_modules)
    return f"Shown one metre high, a phone reads the code from about {metres:.0f} m."
