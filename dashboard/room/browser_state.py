"""A room's state as browsers are told it: a task with its knobs and the address of its run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from dashboard.controls.knobs import live_knobs
from dashboard.live.addresses import Addresses
from dashboard.room.spec_settings import about, settings_of
from dashboard.room.tasks import FREE_KNOBS
from dashboard.run_spec import RunSpec
from linreg_core import LinregError

_UNKNOWN: Final[dict[str, Any]] = {"address": "", "about": "", "knobs": [], "offered": []}


def told_by(addresses: Addresses) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return what makes of a stored state what browsers are told; `addresses` signs."""

    def dress(state: dict[str, Any]) -> dict[str, Any]:
        task = dict(state["task"])
        text = task.pop("spec")
        try:
            told = _told(addresses, RunSpec.from_text(text), task)
        except LinregError:  # by a version with other bounds
            told = _UNKNOWN
        return {**state, "task": {**task, **told}}

    return dress


def _told(addresses: Addresses, spec: RunSpec, task: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told of a task's run."""
    knobs = {knob["name"]: knob for knob in live_knobs(settings_of(spec))}
    return {
        "address": addresses.address(spec),
        "about": about(spec),
        "knobs": _free(knobs, task["free"], task["bounds"]),
        "offered": _offered(knobs),
        "nEpochs": spec.config.n_epochs,
    }


def _free(
    knobs: Mapping[str, dict[str, Any]],
    free: list[str],
    bounds: Mapping[str, tuple[float, float]],
) -> list[dict[str, Any]]:
    """Return the knobs that a task leaves free, in its order: see `Knob` in `knob.js`."""
    return [_within(knobs[name], bounds.get(name)) for name in free if name in knobs]


def _offered(knobs: Mapping[str, dict[str, Any]]) -> list[dict[str, str]]:
    """Return the names and labels of what a task on this run could leave free."""
    return [{"name": n, "label": knobs[n]["label"]} for n in FREE_KNOBS if n in knobs]


def _within(knob: dict[str, Any], bound: tuple[float, float] | None) -> dict[str, Any]:
    """Return a knob with the values that lie between two bounds, and its own."""
    if bound is None:
        return knob
    low, high = bound
    if "rungs" not in knob:
        return knob | {"minimum": max(low, knob["minimum"]), "maximum": min(high, knob["maximum"])}
    rungs = [rung for rung in knob["rungs"] if rung is not None and low <= rung <= high]
    return knob | {"rungs": rungs}
