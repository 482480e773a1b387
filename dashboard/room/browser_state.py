"""A room's state as browsers are told it: a task with its knobs and the address of its run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dashboard.controls.knobs import live_knobs
from dashboard.live.addresses import Addresses
from dashboard.room.spec_settings import about, settings_of
from dashboard.room.tasks import FREE_KNOBS
from dashboard.run_spec import RunSpec
from linreg_core import LinregError


def told_by(addresses: Addresses) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return what makes of a stored state what browsers are told; `addresses` signs."""

    def dress(state: dict[str, Any]) -> dict[str, Any]:
        task = dict(state["task"])
        text = task.pop("spec")
        try:
            spec = RunSpec.from_text(text)
            extra = {"address": addresses.address(spec), "about": about(spec)}
            extra["knobs"] = free_knobs(spec, task["free"], task["bounds"])  # type: ignore[assignment]
            extra["offered"] = offered_knobs(spec)  # type: ignore[assignment]
            extra["nEpochs"] = spec.config.n_epochs  # type: ignore[assignment]
        except LinregError:  # by a version with other bounds
            extra = {"address": "", "about": "", "knobs": [], "offered": []}  # type: ignore[dict-item]
        return {**state, "task": {**task, **extra}}

    return dress


def free_knobs(
    spec: RunSpec, free: list[str], bounds: Mapping[str, tuple[float, float]]
) -> list[dict[str, Any]]:
    """Return the knobs that a task leaves free, in its order: see `Knob` in `knob.js`."""
    knobs = {knob["name"]: knob for knob in live_knobs(settings_of(spec))}
    return [_within(knobs[name], bounds.get(name)) for name in free if name in knobs]


def offered_knobs(spec: RunSpec) -> list[dict[str, str]]:
    """Return the names and labels of what a task on this run could leave free."""
    knobs = {knob["name"]: knob for knob in live_knobs(settings_of(spec))}
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
