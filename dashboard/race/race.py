"""A race: several solvers on the same data, from the same start, as pinned runs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from dashboard.live.server import live_server
from dashboard.pins.pin import MAX_PINS, Pin, Pins
from dashboard.settings import ModelSettings
from linreg_core import LOSSES, SOLVERS, ConfigError


def racers(settings: ModelSettings) -> list[str]:
    """Return the solvers that can race on what the page is set to, by name."""
    loss = LOSSES[settings.loss]
    return [name for name, s in SOLVERS.items() if s.is_iterative and s.can_minimize(loss)]


def race(settings: ModelSettings, solvers: Sequence[str], at_best_rates: bool) -> Pins:
    """Return a pin for each of these solvers, in their order; all else is as in `settings`.

    `at_best_rates` gives each the rate with which it is near its goal first (see `best_rate`): the
    trainer finds it, which may take some seconds. Without, or where there is none, all have the
    page's. Changes on the way are left out: everyone starts anew.

    Raises ConfigError for a solver that can't race here, or fewer than two.
    """
    able = racers(settings)
    unable = [name for name in solvers if name not in able]
    if unable or not 2 <= len(solvers) <= MAX_PINS:
        got = ", ".join(solvers) or "none"
        raise ConfigError(f"A race needs 2 to {MAX_PINS} of {', '.join(able)}. Got {got}.")
    start = replace(settings, until=())
    rates = _best_rates(start, solvers) if at_best_rates else {}
    pins = tuple(
        Pin(SOLVERS[name].label, _racer(start, name, rates.get(name)), color)
        for color, name in enumerate(solvers)
    )
    return Pins(pins, solvers.index(settings.solver) if settings.solver in solvers else 0)


def _racer(start: ModelSettings, solver: str, rate: float | None) -> ModelSettings:
    return replace(start, solver=solver, learning_rate=rate or start.learning_rate)


def _best_rates(settings: ModelSettings, solvers: Sequence[str]) -> dict[str, float | None]:
    made = live_server().trainers.made("best_rates", settings.run_spec, solvers=list(solvers))
    found: dict[str, float | None] = json.loads(made)
    return found
