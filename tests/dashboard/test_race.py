"""A race: who runs it, at which rates, and how it is pinned."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from dashboard.live.making import MAKERS
from dashboard.pins.link import pins_from, pins_text
from dashboard.race import race as races
from dashboard.race.race import race, racers
from dashboard.settings import ModelSettings, Settings, make_settings
from linreg_core import SOLVERS, ConfigError, best_rate

LINE = make_settings("line", learning_rate=0.05, n_epochs=100, solver="adam")
ITERATIVE = [name for name, solver in SOLVERS.items() if solver.is_iterative]


@pytest.fixture
def at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """The trainer's maker, without a trainer."""

    def made(settings: ModelSettings, solvers: list[str]) -> dict[str, float | None]:
        problem = settings.problem_spec.build()
        found: dict[str, float | None] = json.loads(
            MAKERS["best_rates"](problem, settings.config(), {"solvers": solvers})
        )
        return found

    monkeypatch.setattr(races, "_best_rates", made)


def test_all_that_take_many_updates_can_race() -> None:
    assert racers(LINE) == ITERATIVE
    assert racers(replace(LINE, loss="l1")) == ITERATIVE


def test_racers_differ_in_solver_and_rate_alone(at_hand: None) -> None:
    start = replace(LINE, until=((5, (("learning_rate", 0.2),)),))
    pins = race(start, ["sgd", "adam"], at_best_rates=True)
    problem = LINE.problem_spec.build()
    for pin, name in zip(pins.pins, ["sgd", "adam"], strict=True):
        rate = best_rate(problem, replace(LINE.config(), solver=name))
        assert rate is not None
        assert pin.name == SOLVERS[name].label
        assert pin.settings == replace(LINE, solver=name, learning_rate=rate).run_key
    assert pins.baseline == 1  # the page's own solver


def test_all_at_the_same_rate_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(races, "_best_rates", None)
    pins = race(LINE, ITERATIVE, at_best_rates=False)
    assert {pin.settings.learning_rate for pin in pins.pins} == {0.05}
    assert [pin.settings.solver for pin in pins.pins] == ITERATIVE
    assert pins_from(pins_text(pins), Settings) == pins


def test_who_has_no_best_rate_has_the_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(races, "_best_rates", lambda *_: {"sgd": None, "adam": 0.2})
    pins = race(LINE, ["sgd", "adam"], at_best_rates=True)
    assert [pin.settings.learning_rate for pin in pins.pins] == [0.05, 0.2]


@pytest.mark.parametrize("solvers", [[], ["sgd"], ["sgd", "closed_form"], ["sgd", "newton"]])
def test_a_race_needs_two_that_can(solvers: list[str]) -> None:
    with pytest.raises(ConfigError, match=r"^A race needs 2 to 8 of sgd, .*\. Got "):
        race(LINE, solvers, at_best_rates=False)
