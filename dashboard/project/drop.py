"""A project file that is dropped anywhere on a page: its script opens what the route has taken."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard.escaping import markdown_text
from dashboard.live.component import address_of, base_path, visitor
from dashboard.live.served_component import served_component
from dashboard.live.server import live_server
from dashboard.live.visitors import VISITOR
from dashboard.project.inbox import project_inbox
from dashboard.project.opening import open_project, tell_what_was_opened

_mount = served_component(
    "linreg_drop", '<span class="linreg-drop" hidden></span>', ".linreg-drop", "createDrop"
)


def project_drop() -> None:
    """Watch the page for a project file; where one has come, open it, which ends this script."""
    tell_what_was_opened()
    here = visitor()
    data = {
        "module": address_of(live_server().assets.path_of("project/static/drop.js")),
        "url": f"{base_path()}/project?{VISITOR}={here.id}",
    }
    told = _mount(key="project_drop", data=data, on_dropped_change=lambda: None).dropped
    if not isinstance(told, Mapping):
        return
    if refusal := told.get("refusal"):
        st.toast(markdown_text(refusal, most=500), icon=":material/draft:", duration="long")
    elif (project := project_inbox().take(here)) is not None:
        open_project(project)
