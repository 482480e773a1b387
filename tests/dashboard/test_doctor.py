"""The doctor's route: what is said of a run, and that a run without a word is no error."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dashboard.controls.declared import CONTROLS
from dashboard.live import doctor, trainer_main
from dashboard.settings import Settings, make_settings
from tests.dashboard.serving import TINY, LocalServer, address_of, got, shown

SICK = make_settings("line", learning_rate=5.0, n_epochs=100)


def said_of(server: LocalServer, settings: Settings, query: str = "") -> Any:
    address = address_of(shown(server, settings)).replace("?", "/diagnosis?")
    answer = got(server, f"{address}{query}")
    assert answer.status in (200, 204)
    return json.loads(answer.body) if answer.status == 200 else None


def test_a_sick_run_gets_a_sentence_and_a_cure(server: LocalServer) -> None:
    said = said_of(server, SICK)
    assert said["kind"] == "diverged" and said["sentence"].endswith(".")
    cure = said["cures"][0]
    assert cure["label"]
    for name, text in cure["changes"].items():
        CONTROLS[name].parse(text)


def test_the_query_is_heeded(server: LocalServer) -> None:
    assert said_of(server, SICK, "&learning_rate=0.1&n_epochs=1000")["kind"] == "healthy"


@pytest.mark.parametrize("query", ["&learning_rate=-1", "&nothing=1", "&slot=99"])
def test_of_what_would_be_refused_nothing_is_said(server: LocalServer, query: str) -> None:
    assert said_of(server, TINY, query) is None


def test_a_foreign_address_is_told_nothing(server: LocalServer) -> None:
    assert got(server, "/live/abc/diagnosis?visitor=x").status == 204


def test_it_is_diagnosed_once(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    diagnosis_of = trainer_main.diagnosis_of
    monkeypatch.setattr(
        trainer_main,
        "diagnosis_of",
        lambda problem, config: asked.append(config) or diagnosis_of(problem, config),
    )
    assert said_of(server, SICK) == said_of(server, SICK)
    assert len(asked) == 1


def test_of_a_run_that_takes_long_nothing_is_said(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "_RUN_SECONDS", -1.0)
    monkeypatch.setattr(doctor, "_SLICE_SECONDS", 0.0)
    assert said_of(server, SICK) is None


def test_nobody_waits_behind_many(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer_main, "MOST_WAITING", 0)
    assert said_of(server, SICK) is None


def test_a_fault_is_logged_and_nothing_is_said(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(trainer_main, "diagnosis_of", fail)
    assert said_of(server, SICK) is None
