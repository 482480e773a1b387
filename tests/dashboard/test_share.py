"""The Share dialog: what it offers while a run trains, once it has ended, and of one too long."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.live.result import RunResult
from dashboard.share.parts import PARTS
from dashboard.share.shared import Shared
from linreg_core import Params, Status
from tests.dashboard.pages import opened, quiet


def ended(seconds: float) -> RunResult:
    losses = np.array([1.0, 0.5])
    return RunResult(
        Params([1.0], 0.0), Status.FINISHED, 1, seconds, np.arange(2), losses, losses, "torch"
    )


def sharing(monkeypatch: pytest.MonkeyPatch, result: RunResult | None) -> AppTest:
    """The play page with the dialog open at the history, once its run has come to that."""
    monkeypatch.setattr(Shared, "result", property(lambda _: result))
    page = opened()
    page.session_state["share_part"] = "History"
    return quiet(page.button(key="share").click().run())


def captions(page: AppTest) -> str:
    return " ".join(each.value for each in page.caption)


def files(page: AppTest) -> list[str]:
    return [each.proto.label for each in page.get("download_button")]


def test_the_dialog_waits_for_the_end_and_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    page = sharing(monkeypatch, None)
    assert "still training" in captions(page) and not files(page)
    monkeypatch.setattr(Shared, "result", property(lambda _: ended(0.01)))
    assert files(quiet(page.run())) == ["CSV", "Parquet", "TensorBoard"]


def test_a_run_too_long_for_a_history_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    page = sharing(monkeypatch, ended(60.0))
    assert "choose fewer epochs" in captions(page) and not files(page)


def test_parts_have_names_of_their_own() -> None:
    assert len({part.label for part in PARTS}) == len(PARTS)
