"""What all pages share: title, icon, and the styles that give the pictures their room."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from dashboard.live.server import live_server

TITLE = "Linreg Live"
_FAVICON = Path(__file__).parent / "favicon.svg"
_STYLE = """<style>
html { font-size: clamp(100%, min(100% - 7.1px + 0.474vw, 1.75vh), 150%); }
[data-testid="stHeader"], [data-testid="stToolbar"] { height: 2.7rem; min-height: 2.7rem; }
.stMainBlockContainer { padding: 2.8rem 1.5rem 1rem; max-width: none; }
.stMainBlockContainer > .stVerticalBlock { gap: 0.3rem; }
[data-testid="stSidebarHeader"] { height: 2.2rem; padding-bottom: 0; margin-bottom: 0; }
[data-testid="stSidebarUserContent"] .stVerticalBlock { gap: 0.6rem; }
[data-testid="stSidebarUserContent"] h3 { font-size: 1.05rem; }
.st-key-presets { min-height: 2.1rem; padding-bottom: 0.3rem; row-gap: 0.6rem; }
.st-key-story { min-height: 2.7rem; justify-content: center; }
.st-key-story p { line-height: 1.35; }
[class*="st-key-preset_"] a { border: 1px solid transparent; }
[class*="st-key-preset_"][class*="_on"] a { border-color: var(--st-primary-color, #a05000); }
[class*="st-key-preset_"][class*="_off"] a { background: transparent; }
[class*="st-key-preset_"][class*="_off"] a p { font-weight: 400; }
[data-testid="stPopoverBody"]:focus { outline: none; } /* its first control comes next */
[data-testid="stMultiSelect"] :has(> [data-testid="stMultiSelectTagsContainer"]) {
  max-height: 14rem; /* Streamlit's own cuts a line of names in half on a large screen */
}
.st-key-doubts { padding-bottom: 0.5rem; }
.st-key-goodness { row-gap: 0.3rem; }
[class*="st-key-table_"] button { min-height: 1.5rem; padding-block: 0; }
@media (hover: hover) {
  [class*="st-key-picture_"]:not(:hover) [class*="st-key-table_"]:not(:focus-within) { opacity: 0; }
}
.st-key-pages, .st-key-script { display: none; }
@media (max-width: 768px) { /* where Streamlit puts its links to pages into the closed sidebar */
  .st-key-pages {
    display: flex; position: absolute; top: 0; left: 4rem; z-index: 999991;
    width: auto; height: 2.7rem; align-items: center;
  }
}
@media (max-width: 640px) {
  .stMainBlockContainer { padding: 2.8rem 0.8rem 1rem; }
  .st-key-story { min-height: 4.9rem; }
  .st-key-file_line { row-gap: 0.4rem; }
  .st-key-file_line p { margin: 0; }
  .st-key-story [data-testid="stHorizontalBlock"] { gap: 0.3rem; }
  .st-key-story button { min-height: 2rem; padding-block: 0; }
}
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
_ENTER_POPOVERS = """<script>
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


def set_up() -> None:
    """Page set-up, before anything is drawn."""
    live_server().script_runs()
    st.set_page_config(page_title=TITLE, page_icon=str(_FAVICON), layout="wide")
    st.html(_STYLE)
    with st.container(key="script"):
        st.html(_ENTER_POPOVERS, unsafe_allow_javascript=True)


def links_to(pages: Iterable[Page]) -> None:
    """The way between pages on a small screen, where Streamlit's own is on a large one."""
    with st.container(horizontal=True, gap="small", key="pages"):
        for page in pages:
            st.page_link(page)
