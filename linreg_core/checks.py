"""The rules that settings are checked with, and the one form of message they break with."""

from __future__ import annotations

import math
from collections.abc import Iterable
from numbers import Integral, Real

from linreg_core.errors import ConfigError
from table_reader.wording import shown


def broken(name: str, rule: str, value: object) -> ConfigError:
    """Return the error that says which rule `name` breaks.

    >>> print(broken("learning_rate", "must be > 0", -0.1))
    `learning_rate` must be > 0. Got -0.1.
    """
    return ConfigError(f"`{name}` {rule}. Got {shown(value)}.")


def finite_number(
    name: str,
    value: object,
    *,
    minimum: float = -math.inf,
    maximum: float = math.inf,
    above: float = -math.inf,
    below: float = math.inf,
) -> float:
    """Return `value` as a finite float between its bounds.

    Raises ConfigError for anything else, booleans and text among them.
    """
    if not isinstance(value, Real) or isinstance(value, bool):
        raise broken(name, "must be a number", value)
    try:
        result = float(value)
    except OverflowError:
        result = math.inf
    if not math.isfinite(result):
        raise broken(name, "must be a finite number", value)
    _check_bounds(name, result, minimum, maximum, above, below, value)
    return result


def whole_number(name: str, value: object, *, minimum: int, maximum: int) -> int:
    """Return `value` as an int between its bounds (both included).

    Raises ConfigError for anything else; 2.0 is not a whole number here.
    """
    if not isinstance(value, Integral) or isinstance(value, bool):
        raise broken(name, "must be a whole number", value)
    result = int(value)
    if result < minimum:
        raise broken(name, f"must be >= {minimum}", value)
    if result > maximum:
        raise broken(name, f"must be <= {maximum}", value)
    return result


def flag(name: str, value: object) -> bool:
    """Return `value` as a bool. Raises ConfigError for what is not one, 0 and 1 among them."""
    if not isinstance(value, bool) and type(value).__name__ != "bool":
        raise broken(name, "must be True or False", value)
    return bool(value)


def choice(name: str, value: object, choices: Iterable[str]) -> str:
    """Return `value`, which must be one of `choices`.

    >>> choice("loss", "mae", ("mse", "l1"))
    Traceback (most recent call last):
        ...
    linreg_core.errors.ConfigError: `loss` must be one of 'mse', 'l1'. Got 'mae'.
    """
    names = tuple(choices)
    if not isinstance(value, str) or value not in names:
        raise broken(name, "must be one of " + ", ".join(map(repr, names)), value)
    return str(value)


def _check_bounds(
    name: str,
    result: float,
    minimum: float,
    maximum: float,
    above: float,
    below: float,
    value: object,
) -> None:
    if result <= above:
        raise broken(name, f"must be > {above:g}", value)
    if result < minimum:
        raise broken(name, f"must be >= {minimum:g}", value)
    if result >= below:
        raise broken(name, f"must be < {below:g}", value)
    if result > maximum:
        raise broken(name, f"must be <= {maximum:g}", value)
