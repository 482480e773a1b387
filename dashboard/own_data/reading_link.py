"""What a link says of how a file is to be read: only what a person said, as JSON."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from linreg_core import ConfigError
from table_reader import ReadOptions

_NOT_IN_LINKS = ("precedent",)
_NAMES = tuple(field.name for field in fields(ReadOptions) if field.name not in _NOT_IN_LINKS)
_TEXTS = ("delimiter", "decimal", "encoding", "quote", "date_order", "sheet")
_CODES = "missing_codes"


def reading_text(options: ReadOptions) -> str:
    """Return the options as a link spells them, nothing where all is left to the file.

    >>> reading_text(ReadOptions(decimal=",", as_category=("method",)))
    '{"decimal":",","as_category":["method"]}'
    """
    said = {name: getattr(options, name) for name in _NAMES}
    said = {name: value for name, value in said.items() if value != getattr(ReadOptions, name)}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")) if said else ""


def parse_reading(text: str) -> ReadOptions:
    """Return the options that a link spells.

    Raises ConfigError where it spells none.
    """
    try:
        said = json.loads(text or "{}")
        return ReadOptions(**{name: _parsed(name, value) for name, value in said.items()})
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise ConfigError("`reading` must say how a file is to be read, as our links do.") from None


def _parsed(name: str, value: Any) -> Any:
    """Return an option's value, of the type that it must have."""
    if name not in _NAMES:
        raise ValueError(name)
    if name == _CODES:
        return tuple((_checked(column, str), float(code)) for column, code in value)
    if name in _TEXTS:
        return _checked(value, str)
    if isinstance(getattr(ReadOptions, name), tuple):
        return tuple(_checked(column, str) for column in _checked(value, list))
    return _checked(value, int)


def _checked(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise TypeError(value)
    return value
