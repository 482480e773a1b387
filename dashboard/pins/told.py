"""What the live view is told of pins: chips, ghosts, and the settings in which runs differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.pins.differences import SetTo, differences
from dashboard.pins.pin import Pins
from dashboard.settings import ModelSettings


def pins_told(pins: Pins, missing: Mapping[int, str]) -> list[dict[str, Any]]:
    """Return the pins in their order. `missing` says, by slot, why there is no run."""
    return [
        {
            "slot": pin.slot,
            "name": pin.name,
            "color": pin.color,
            "isBaseline": i == pins.baseline,
            "id": pin.id,
            "missing": missing.get(pin.slot, ""),
        }
        for i, pin in enumerate(pins.pins)
    ]


def compared(front: ModelSettings, pins: Pins) -> list[dict[str, Any]]:
    """Return a row for each setting that differs: of the run in front, then of the pins."""
    if not pins.pins:
        return []
    rows = differences([front, *(pin.settings for pin in pins.pins)])
    return [_row(name, values) for name, values in rows.items()]


def _row(name: str, values: list[SetTo | None]) -> dict[str, Any]:
    return {
        "name": name,
        "label": next(value.label for value in values if value),
        "values": [value.text if value else None for value in values],
        "spelled": [value.spelled if value else None for value in values],
    }
