"""The presenter's page under Streamlit's AppTest: what its component is given."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.presets import T1
from dashboard.room.component import keep_key
from dashboard.room.join_qr import join_qr
from dashboard.room.room_server import room_server
from dashboard.room.rooms import Rooms
from dashboard.room.tasks import TASKS
from dashboard.settings import make_settings
from dashboard.store.database import Store
from linreg_core import ConfigError
from tests.dashboard.pages import components_of, opened, query_of, quiet, toasts_of

PAGE = "pages/room.py"


@pytest.fixture
def own_rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rooms]:
    """The rooms of this process, in a database of the test's own."""
    store = Store(f"sqlite:///{tmp_path / 'rooms.db'}")
    rooms = Rooms(store)
    monkeypatch.setattr(room_server(), "rooms", rooms)
    yield rooms
    store.dispose()


def given(page: Any) -> dict[str, Any]:
    """What the presenter's component is given."""
    return next(data for data in components_of(page) if "tasks" in data)


def test_a_rooms_page_has_what_its_modules_need() -> None:
    data = given(opened({}, PAGE))
    assert data["code"] == "" and data["key"] is None and data["base"] == ""
    assert data["module"].endswith("/room/static/present.js")
    assert data["style"].endswith("/room/static/present.css")
    assert [task["kind"] for task in data["tasks"]] == list(TASKS)


def test_a_stranger_gets_no_key() -> None:
    assert given(opened({"room": "ABCDEF"}, PAGE))["key"] is None


@pytest.mark.parametrize("code", ["<script>", "x" * 10_000, "🏠"])
def test_a_code_is_the_browsers_business(code: str) -> None:
    assert given(quiet(opened({"room": code}, PAGE)))["code"] == code


def test_the_session_that_started_a_room_has_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    session: dict[str, Any] = {}
    monkeypatch.setattr("dashboard.room.component.st.session_state", session)
    keep_key("ABCDEF", "a key")
    keep_key("GHJKMN", "another")
    assert list(session.values()) == [{"ABCDEF": "a key", "GHJKMN": "another"}]


@pytest.mark.parametrize(
    "address",
    ["http://192.168.1.20:8501/join/ABCDEF", "https://linreg.example/a/b/join/abc-def"],
)
def test_a_qr_code_is_dark_on_light_with_a_quiet_zone(address: str) -> None:
    picture = join_qr(address).decode()
    assert picture.startswith("<?xml") and 'viewBox="0 0 ' in picture
    assert "#000" in picture and "#fff" in picture


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:alert(1)",
        "http://linreg.example/",
        "http://linreg.example/join/ABCDEF?x=1",
        "http://linreg.example/join/ABCDEF/more",
        "http://linreg.example/join/" + "A" * 11,
        "http://" + "a" * 400 + "/join/ABCDEF",
    ],
)
def test_other_addresses_get_no_picture(address: str) -> None:
    with pytest.raises(ConfigError, match="address"):
        join_qr(address)


def test_a_room_is_one_click_on_the_play_page(own_rooms: Rooms) -> None:
    page = opened(T1.settings.query())
    page = quiet(page.button(key="room").click().run())
    data = given(page)
    assert query_of(page) == {"room": data["code"]}
    assert own_rooms.is_presenter(data["code"], data["key"])
    task = own_rooms.task(data["code"], 1)
    assert task.spec == T1.settings.run_spec
    assert (task.kind, task.free) == ("free_play", ("learning_rate", "batch_size"))


def test_only_what_the_solver_uses_is_free(own_rooms: Rooms) -> None:
    page = opened(make_settings("line", solver="closed_form").query())
    data = given(quiet(page.button(key="room").click().run()))
    assert own_rooms.task(data["code"], 1).free == ()


def test_no_more_rooms_than_there_may_be(own_rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.room.room_rows.MAX_OPEN_ROOMS", 0)
    page = quiet(opened().button(key="room").click().run())
    assert not [data for data in components_of(page) if "tasks" in data]
    assert "room" in toasts_of(page)
