"""Pins as a link tells them: what differs from run to run, packed into letters and digits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dashboard.address import Reader
from dashboard.links import read_query
from dashboard.own_data.settings import TABLE_DEFAULTS, TableSettings, read_table_query
from dashboard.packed import packed, unpacked
from dashboard.pins.pin import Pin, Pins
from dashboard.problem_spec import SentData
from dashboard.run_spec import RunSpec
from dashboard.settings import AnySettings, ModelSettings, Settings
from linreg_core import ConfigError, LinregError

MOST_PINS_BYTES = 60_000
_OWN = "own"  # which data a run on a table needs, by their fingerprint and shape
_UNREADABLE = (
    "The pins of this link can't be read: it was cut off, changed, or made by a newer version."
)


def pins_text(pins: Pins) -> str:
    """Return the pins as a link spells them, "" where there are none."""
    if not pins.pins:
        return ""
    rows, former = [], _first_query(type(pins.pins[0].settings))
    for pin in pins.pins:
        query = _query(pin.settings)
        rows.append([pin.name, pin.color, _change(former, query)])
        former = query
    tree = json.dumps([pins.baseline, rows], separators=(",", ":"), ensure_ascii=False)
    return packed(tree.encode())


def pins_from(text: str, kind: type[ModelSettings]) -> Pins:
    """Return the pins of a page whose settings are of that kind.

    Raises ConfigError when the text was not made for such a page, or a run in it is out of bounds.
    """
    if not text:
        return Pins()
    try:
        baseline, rows = json.loads(unpacked("pins", text, MOST_PINS_BYTES))
        query, pins = _first_query(kind), []
        for name, color, change in rows:
            query = _changed(query, change)
            pins.append(Pin(_checked(name, str), _settings(query, kind), _checked(color, int)))
        return Pins(tuple(pins), None if baseline is None else _checked(baseline, int))
    except LinregError:
        raise
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ConfigError(_UNREADABLE) from None


def with_pins(read: Reader[AnySettings]) -> Reader[AnySettings]:
    """Return a page's reader of links that leaves out pins which can't be read, and says so."""

    def read_both(query: Mapping[str, str]) -> tuple[AnySettings, list[str]]:
        settings, notices = read(query)
        try:
            pins_from(settings.pins, type(settings))
        except ConfigError as error:
            settings = replace(settings, pins="")
            notices = [*notices, f"{error} The link's pins were left out."]
        return settings, notices

    return read_both


def _first_query(kind: type[ModelSettings]) -> dict[str, str]:
    return (TABLE_DEFAULTS if issubclass(kind, TableSettings) else Settings()).query()


def _query(settings: ModelSettings) -> dict[str, str]:
    query = settings.query()
    if isinstance(settings, TableSettings) and settings.sent is not None:
        sent, for_test = settings.sent, settings.n_sent_for_test
        query[_OWN] = f"{sent.fingerprint},{sent.n_samples},{sent.n_features},{for_test}"
    return query


def _change(former: Mapping[str, str], query: Mapping[str, str]) -> dict[str, str | None]:
    """Return what to set in `former` to have `query`; None: to take out."""
    change: dict[str, str | None] = {n: v for n, v in query.items() if former.get(n) != v}
    return change | {name: None for name in former.keys() - query.keys()}


def _changed(former: Mapping[str, str], change: Any) -> dict[str, str]:
    query = {**former, **change}
    return {name: _checked(value, str) for name, value in query.items() if value is not None}


def _settings(query: Mapping[str, str], kind: type[ModelSettings]) -> ModelSettings:
    settings, notices = _read(query, kind)
    if notices:
        raise ConfigError(notices[0])
    RunSpec.from_text(settings.run_spec.to_text())  # also what no control of a page has checked
    return settings


def _read(query: Mapping[str, str], kind: type[ModelSettings]) -> tuple[ModelSettings, list[str]]:
    if not issubclass(kind, TableSettings):
        return read_query(query)
    settings, notices = read_table_query(query)
    fingerprint, *counts = query[_OWN].split(",")
    n_samples, n_features, for_test = map(int, (*counts, "0")[:3])  # earlier links have two of them
    sent = SentData(fingerprint, n_samples, n_features)
    return replace(settings, sent=sent, n_sent_for_test=for_test), notices


def _checked(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError(value)
    return value
