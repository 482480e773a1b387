"""What the values of a run's knobs do on its data, as the live control shows it."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import Any

from dashboard.live.preparing import Unwanted
from linreg_core import SOLVERS, Problem, TrainConfig
from linreg_core.engines import engine_for_now
from linreg_core.theory import (
    LearningRateZones,
    MomentumZones,
    has_rate_theory,
    learning_rate_zones,
    measured_zones,
    momentum_zones,
)

_COMPILED = "compiled"
_log = logging.getLogger(__name__)


def knob_zones(problem: Problem, config: TrainConfig) -> dict[str, Any]:
    """Return the zones of each knob that has any: `Zones` in `static/zones.js`.

    None where they fail: a run is worth more than what is said of its knobs. Of a run that is
    changed on its way they are those of its last settings.
    """
    try:
        return _zones_of(problem, config.at(config.n_epochs))
    except (Unwanted, MemoryError):
        raise
    except Exception:
        _log.exception("A run's zones failed")
        return {}


def _zones_of(problem: Problem, config: TrainConfig) -> dict[str, Any]:
    solver = SOLVERS[config.solver]
    if not solver.is_iterative:
        return {}
    found: dict[str, LearningRateZones | MomentumZones | None] = {
        "learning_rate": learning_rate_zones(problem, config) or _measured(problem, config)
    }
    if "momentum" in solver.knobs:
        found["momentum"] = momentum_zones(problem, config)
    return {name: _told(zones) for name, zones in found.items() if zones is not None}


def are_known_at_once(problem: Problem, config: TrainConfig) -> bool:
    """Whether theory has them, at the cost of a pass over the rows; else they take some runs."""
    config = config.at(config.n_epochs)
    return not SOLVERS[config.solver].is_iterative or has_rate_theory(problem, config)


def _measured(problem: Problem, config: TrainConfig) -> LearningRateZones | None:
    """Return what quick runs tell; None while there is no engine that is quick."""
    engine, _ = engine_for_now(_COMPILED)
    return measured_zones(problem, config) if engine == _COMPILED else None


def _told(zones: LearningRateZones | MomentumZones) -> dict[str, Any]:
    return {_camel_case(name): value for name, value in asdict(zones).items()}


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)
