"""Zones on the wire: of theory at once, measured ones when they are there, or none."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.live.zones import are_known_at_once, knob_zones
from dashboard.settings import Settings, make_settings
from linreg_core import SOLVERS, stable_learning_rate
from tests.dashboard.serving import LocalServer, read_all, submit, within_patience
from tests.dashboard.streams import Received

LINE = make_settings("line", n_epochs=200)
FIELDS = {"slowBelow", "best", "oscillatesAbove", "limit", "source", "note"}


def run_of(server: LocalServer, settings: Settings) -> Received:
    async def scenario() -> Received:
        return await read_all(submit(server, settings), server.service)

    result: Received = within_patience(scenario())
    return result


def zones_in(result: Received) -> dict[str, Any]:
    zones: dict[str, Any] = result.the("zones").fields["of"]
    return zones


def test_theorys_zones_come_behind_what_is_seen(server: LocalServer) -> None:
    result = run_of(server, LINE)
    kinds = [chunk.kind for chunk in result.chunks]
    assert kinds[-2:] == ["end", "zones"]
    assert result.the("zones").fields["nEpochs"] == 200
    (rate,) = zones_in(result).values()
    assert set(rate) == FIELDS and rate["source"] == "theory"
    problem = LINE.problem_spec.build()
    assert rate["limit"] == pytest.approx(stable_learning_rate(problem, LINE.config()))


@pytest.mark.parametrize("solver", ["adam", "rmsprop", "lbfgs"])
def test_zones_that_are_measured_come_when_they_are_there(server: LocalServer, solver: str) -> None:
    settings = make_settings("line", n_epochs=50, solver=solver)
    assert not are_known_at_once(settings.problem_spec.build(), settings.config())
    rate = zones_in(run_of(server, settings)).get("learning_rate")
    assert rate is None or rate["source"] == "measured"


def test_momentum_has_zones_of_its_own(server: LocalServer) -> None:
    settings = make_settings("line", n_epochs=200, solver="momentum")
    zones = zones_in(run_of(server, settings))
    assert set(zones) == {"learning_rate", "momentum"}
    assert set(zones["momentum"]) == FIELDS | {"stableAbove"}


def test_what_takes_no_steps_has_none(server: LocalServer) -> None:
    settings = make_settings("line", solver="closed_form")
    assert zones_in(run_of(server, settings)) == {}


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("loss", ["mse", "l1"])
def test_every_solver_says_something_or_nothing(solver: str, loss: str) -> None:
    if not SOLVERS[solver].is_iterative:
        return
    settings = make_settings("line", n_epochs=20, solver=solver, loss=loss)
    for name, zones in knob_zones(settings.problem_spec.build(), settings.config()).items():
        rates = [zones[key] for key in ("slowBelow", "best", "oscillatesAbove", "limit")]
        assert all(rate is None or 0 <= rate < 1e13 for rate in rates), name


def test_zones_that_fail_do_not_end_the_run(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise FloatingPointError("zones")

    monkeypatch.setattr("dashboard.live.zones.learning_rate_zones", fail)
    result = run_of(server, LINE)
    assert zones_in(result) == {}
    assert result.the("end").fields["status"] == "finished"
