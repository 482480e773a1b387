"""What all pages share: title, icon, and the styles that give the pictures their room."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from dashboard.live.server import live_server

TITLE = "Linreg Live"
_STYLE = """<style>
html { font-size: clamp(100%, min(100% - 7.1px + 0.474vw, 1.75vh), 150%); }
[data-testid="stHeader"], [data-testid="stToolbar"] { height: 2.7rem; min-height: 2.7rem; }
.stMainBlockContainer { padding: 3.1rem 1.5rem 1rem; max-width: none; }
.stMainBlockContainer > .stVerticalBlock { gap: 0.3rem; }
[data-testid="stSidebarHeader"] { height: 2.2rem; padding-bottom: 0; margin-bottom: 0; }
[data-testid="stSidebarUserContent"] .stVerticalBlock { gap: 0.6rem; }
[data-testid="stSidebarUserContent"] h3 { font-size: 1.05rem; }
.st-key-presets { min-height: 1.8rem; row-gap: 0.6rem; }
.st-key-story { min-height: 2.7rem; }
.st-key-story p { line-height: 1.35; }
.st-key-presets a { border: 1px solid transparent; }
.st-key-presets a:has(strong) { border-color: var(--st-primary-color, #a05000); }
.st-key-presets a:not(:has(strong)) { background: transparent; }
.st-key-presets a:not(:has(strong)) p { font-weight: 400; }
/* As st.columns, without a message for the row and for each column. */
.st-key-story > :first-child { flex: 0 1 calc(80% - 0.5rem); }
.st-key-story > :nth-child(2) { flex: 0 1 calc(20% - 0.5rem); }
.st-key-rate > :first-child { flex: 0 1 calc(60% - 0.5rem); }
.st-key-rate > :last-child { flex: 0 1 calc(40% - 0.5rem); }
[data-testid="stPopoverBody"]:focus { outline: none; } /* its first control comes next */
[data-testid="stMultiSelect"] :has(> [data-testid="stMultiSelectTagsContainer"]) {
  max-height: 14rem; /* Streamlit's own cuts a line of names in half on a large screen */
}
.st-key-term_chips > div { max-height: 14rem; overflow-y: auto; }
.st-key-term_chips button { min-height: 1.7rem; padding-block: 0; }
.st-key-terms_box summary, .st-key-terms_box summary * { /* Streamlit's own grey is too faint */
  color: var(--st-text-color, currentColor); opacity: 1;
}
.st-key-terms_box [data-testid="stAlert"] p { font-size: 0.875rem; }
.st-key-typing details { border: 0; }
.st-key-typing summary { padding-inline: 0; background: none; }
.st-key-typing [data-testid="stExpanderDetails"] { padding: 0; }
.st-key-doubts { padding-bottom: 0.5rem; }
.st-key-goodness { row-gap: 0.3rem; }
[class*="st-key-table_"] button { min-height: 1.5rem; padding-block: 0; }
@media (hover: hover) {
  [class*="st-key-picture_"]:not(:hover) [class*="st-key-table_"]:not(:focus-within) { opacity: 0; }
}
.st-key-room button, .st-key-share button { min-height: 1.8rem; padding-block: 0; }
.st-key-pages, .stElementContainer:has(#enter-popovers, .linreg-drop) { display: none; }
@media (max-width: 768px) { /* where Streamlit puts its links to pages into the closed sidebar */
  .st-key-pages {
    display: flex; position: absolute; top: 0; left: 4rem; z-index: 999991;
    width: auto; height: 2.7rem; align-items: center;
  }
  /* There the open sidebar covers the page, and its button to close it is where they are. */
  :root:has([data-testid="stSidebarCollapseButton"] [aria-expanded="true"]) .st-key-pages {
    display: none;
  }
}
@media (max-width: 640px) { /* their icons alone, so that they need no line of their own */
  :is(.st-key-room, .st-key-share) { margin-block: -0.35rem; }
  :is(.st-key-room, .st-key-share) [data-testid="stMarkdownContainer"],
  :is(.st-key-room, .st-key-share) p {
    position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  }
}
@media (max-width: 400px) { .st-key-pages { left: 3rem; gap: 0.25rem; } }
@media (max-width: 640px) {
  .stMainBlockContainer { padding: 3.1rem 0.8rem 1rem; }
  .st-key-story { min-height: 4.9rem; }
  .st-key-file_line { row-gap: 0.4rem; }
  .st-key-file_line p { margin: 0; }
  .st-key-story { gap: 0.3rem; }
  .st-key-grid > [class*="st-key-grid_"] { min-width: 100%; }
  :is(.st-key-story, .st-key-rate) > * { min-width: 100%; }
  .st-key-story button { min-height: 2rem; padding-block: 0; }
}
.st-key-grid > [class*="st-key-grid_"] { flex: 2 1 14rem; }
@media (max-width: 560px) { .st-key-story { min-height: 6rem; } }
[data-testid="stCaptionContainer"] { opacity: 0.78; }
button[kind="tertiary"]:is(:hover, :active, :focus, [aria-expanded="true"]):enabled {
  color: var(--st-primary-color, currentColor);
}
@media (forced-colors: none) {
  :is([data-tag], [data-testid="stBaseButton-primary"]) * { color: light-dark(#fff, #171614); }
}
@media (forced-colors: active) { /* what Streamlit tells by the colour of a ground alone */
  [data-testid="stSlider"] [role="group"], [data-testid="stCheckbox"] label > div,
  [data-variant="segmented_control"], [data-testid="stTab"] { forced-color-adjust: none; }
  [data-tag] svg { forced-color-adjust: none; color: CanvasText; }
}
:is([data-testid="stPageLink-NavLink"], [data-testid="stTopNavLink"]):focus-visible {
  outline: 2px solid var(--st-primary-color, currentColor);
  outline-offset: 2px;
}
</style>"""

# Streamlit draws what opens at the document's end, a hundred stops of Tab away from its button.
_ENTER_POPOVERS = """<script id="enter-popovers">
if (!window.linregEntersPopovers) {
  window.linregEntersPopovers = true;
  const enter = (nFrames) => {
    const body = document.querySelector("[data-testid=stPopoverBody]");
    if (!body && nFrames > 0) requestAnimationFrame(() => enter(nFrames - 1));
    if (!body) return;
    body.tabIndex = -1;
    body.focus();
  };
  document.addEventListener("keydown", ({ key, target }) => {
    const isOpening = target.closest?.("[data-testid=stPopoverButton][aria-expanded=false]");
    if (isOpening && (key === "Enter" || key === " ")) requestAnimationFrame(() => enter(60));
  });
}
</script>"""

# When a link of Streamlit's to another page was clicked last: components are silent from then on
# (live/served_component.py). Presets lead to the same page; a component tells of its own links.
_TELL_LEAVING = """<script id="tell-leaving">
if (window.linregLeftAt === undefined) {
  window.linregLeftAt = -Infinity;
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-testid$=NavLink]");
    const isInNewTab = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!link || isInNewTab || link.pathname === location.pathname) return;
    window.linregLeftAt = performance.now();
  }, true);
}
</script>"""

# What Streamlit works on at every run of a script: no file to open, no lines to count.
_HEAD = " ".join(f"{_STYLE} {_ENTER_POPOVERS} {_TELL_LEAVING}".split())
_SVG = (Path(__file__).parent / "favicon.svg").read_bytes()
_FAVICON = f"data:image/svg+xml;base64,{b64encode(_SVG).decode()}"


def set_up() -> None:
    """Set the page up, before anything is drawn."""
    live_server().script_runs()
    st.set_page_config(page_title=TITLE, page_icon=_FAVICON, layout="wide")
    st.html(_HEAD, unsafe_allow_javascript=True)


def links_to(pages: Iterable[Page]) -> None:
    """Draw the way between pages on a small screen, where Streamlit's own is on a large one."""
    with st.container(horizontal=True, gap="small", key="pages"):
        for page in pages:
            st.page_link(page)
