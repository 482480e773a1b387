"""Files of the data page are made in threads that know no session: all they need is told before."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Callable
from typing import Any, NoReturn

import pytest
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.state import session_state_proxy
from streamlit.testing.v1 import AppTest

from tests.dashboard.pages import opened, quiet
from tests.dashboard.test_data_page import FLATS, dropped

MODELS = "Models side by side (CSV)"
OF_THE_TRAINER = "Model for PyTorch (state_dict)"
"""Made by the trainer's process, which is not there in these tests."""


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], bytes]]:
    """What makes the files of the download buttons that a page draws, by their labels."""
    found: dict[str, Callable[[], bytes]] = {}
    draw = DeltaGenerator.download_button

    def drawn(self: DeltaGenerator, label: str, data: Any, *others: Any, **named: Any) -> bool:
        found[label] = data
        return bool(draw(self, label, data, *others, **named))

    monkeypatch.setattr(DeltaGenerator, "download_button", drawn)
    return found


def with_two_models() -> AppTest:
    """The page of a table with two models kept beside the one on screen, ready to be taken away."""
    page = dropped(opened({}, "pages/data.py"), FLATS)
    page = quiet(page.button(key="keep_model").click().run())
    page = quiet(page.multiselect(key="features").set_value(["area", "rooms"]).run())
    page = quiet(page.button(key="keep_model").click().run())
    page = quiet(page.multiselect(key="features").set_value(["area"]).run())
    page.session_state["tab"] = "Take away"
    return quiet(page.run())


def made_without_a_session(
    make: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> bytes | Exception:
    """What a thread makes, in which asking for session state is a mistake, or its mistake."""
    made: list[bytes | Exception] = []

    def asked() -> NoReturn:
        raise AssertionError("Session state was asked for where there is none.")

    def run() -> None:
        try:
            made.append(make())
        except Exception as error:
            made.append(error)

    with monkeypatch.context() as patch:
        patch.setattr(session_state_proxy, "get_session_state", asked)
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    return made[0]


def test_no_file_asks_for_session_state_where_it_is_made(
    files: dict[str, Callable[[], bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with_two_models()
    del files[OF_THE_TRAINER]
    assert MODELS in files and len(files) > 7
    made = {label: made_without_a_session(make, monkeypatch) for label, make in files.items()}
    assert {label: what for label, what in made.items() if not isinstance(what, bytes)} == {}
    models = made[MODELS]
    assert isinstance(models, bytes)
    rows = list(csv.DictReader(io.StringIO(models.decode("utf-8-sig")), delimiter=";"))
    assert [row["model"] for row in rows] == ["Model 1", "Model 2", "Now"]
    assert [row["terms"] for row in rows] == [
        "area + rooms + city = Bergen",
        "area + rooms",
        "area",
    ]
