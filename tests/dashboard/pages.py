"""What the pages' tests share: opening one, moving its widgets, reading what the view is given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.links import read_query
from dashboard.settings import ModelSettings, Settings
from tests.conftest import ROOT

PATIENCE_SECONDS = 300
KINDS = ("select_slider", "slider", "selectbox", "toggle", "number_input", "button_group")


def opened(query: Mapping[str, str] | None = None, path: str | None = None) -> AppTest:
    """The app, opened by a link, perhaps at one of its pages."""
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_SECONDS)
    for name, value in (query or {}).items():
        page.query_params[name] = value
    page = page.run()
    return quiet(page if path is None else at_page(page, path, query))


def at_page(page: AppTest, path: str, query: Mapping[str, str] | None = None) -> AppTest:
    """The app after a change of page; the browser's address has then lost its parameters."""
    page.query_params.clear()
    for name, value in (query or {}).items():
        page.query_params[name] = value
    return page.switch_page(path).run()


def quiet(page: AppTest) -> AppTest:
    """The page, which must have come through without an exception."""
    assert not page.exception, page.exception[0].value
    return page


def data_of(page: AppTest) -> dict[str, Any]:
    """What the live view is given."""
    return next(given for given in components_of(page) if "runs" in given)


def components_of(page: AppTest) -> list[dict[str, Any]]:
    """What each component of ours is given."""
    texts = [each.proto.json for each in page.get("bidi_component")]
    return [dict(json.loads(text)) for text in texts if text]


def run_of(page: AppTest) -> str:
    return str(data_of(page)["runs"][0]["url"])


def query_of(page: AppTest) -> dict[str, str]:
    """The address bar."""
    pairs = page.query_params.items()
    return {name: value if isinstance(value, str) else value[-1] for name, value in pairs}


def widgets_of(page: AppTest) -> dict[str, Any]:
    """The sidebar's widgets by key."""
    return {widget.key: widget for kind in KINDS for widget in page.sidebar.get(kind)}


def moved(page: AppTest, key: str, value: Any) -> AppTest:
    """The page after one of its widgets was moved."""
    return quiet(widgets_of(page)[key].set_value(value).run())


def toasts_of(page: AppTest) -> str:
    """What pops up, without the signs that escape Markdown."""
    return "\n".join(toast.value for toast in page.toast).replace("\\", "")


def play_settings_of(page: AppTest) -> Settings:
    """What the play page is set to: its address says it, and its controls agree."""
    settings, notices = read_query(query_of(page))
    assert notices == []
    widgets = widgets_of(page)
    for name, value in [*vars(settings).items(), *settings.knobs]:
        if name in widgets:
            assert widgets[name].value == pytest.approx(value), name
    return settings


def follow(page: AppTest, settings: ModelSettings) -> AppTest:
    """The page after a link on it was clicked."""
    page.query_params.clear()
    for name, value in settings.query().items():
        page.query_params[name] = value
    return quiet(page.run())


def first_lines_of(page: AppTest) -> list[tuple[int, str]]:
    """The first lines of a file that could not be read, as they are shown."""
    previews = [given["preview"] for given in components_of(page) if "preview" in given]
    (rows,) = (each["rows"] for each in previews if not each["columns"])
    return [(row["number"], row["text"]) for row in rows]
