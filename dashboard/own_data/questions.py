"""What a file leaves open, asked with a button for each answer."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.escaping import markdown_text
from dashboard.own_data.source import Loaded
from table_reader import Question, ReadOptions

_LABEL_LETTERS = 80


def ask(question: Question, file: Loaded, key: str, read: Callable[[ReadOptions], None]) -> None:
    """Draw an ambiguity that only a person can settle.

    `key` begins the buttons' keys. `read` reads the file another way (a callback's work).
    """
    st.warning(markdown_text(question.text), icon=":material/help:")
    with st.container(horizontal=True, gap="small"):
        for value, label in question.choices:
            st.button(
                markdown_text(label, most=_LABEL_LETTERS),
                key=f"{key}_{value}",
                on_click=read,
                args=(file.asked.changed(question.field, value),),
            )
