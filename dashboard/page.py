"""What all pages share: title, icon, and the styles that give the pictures their room."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

TITLE = "Linreg Live"
_FAVICON = Path(__file__).parent / "favicon.svg"
_STYLE = """<style>
[data-testid="stHeader"], [data-testid="stToolbar"] { height: 2.7rem; min-height: 2.7rem; }
.stMainBlockContainer { padding: 3rem 1.5rem 1rem; max-width: none; }
.stMainBlockContainer > .stVerticalBlock { gap: 0.4rem; }
[data-testid="stSidebarHeader"] { height: 2.2rem; padding-bottom: 0; margin-bottom: 0; }
[data-testid="stSidebarUserContent"] .stVerticalBlock { gap: 0.6rem; }
[data-testid="stSidebarUserContent"] h3 { font-size: 1.05rem; }
.st-key-story { min-height: 2.9rem; justify-content: center; }
[class*="st-key-preset_"] a { border: 1px solid transparent; }
[class*="st-key-preset_"][class*="_on"] a { border-color: var(--st-primary-color, #b45f06); }
[class*="st-key-preset_"][class*="_off"] a { background: transparent; }
[class*="st-key-preset_"][class*="_off"] a p { font-weight: 400; }
@media (max-width: 640px) { .stMainBlockContainer { padding: 4.2rem 0.8rem 1rem; } }
</style>"""


def set_up() -> None:
    """Page set-up, before anything is drawn."""
    st.set_page_config(page_title=TITLE, page_icon=str(_FAVICON), layout="wide")
    st.html(_STYLE)
