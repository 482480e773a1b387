"""Changes of a run's settings on its way, as plain data: after which epoch, of what, to what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from linreg_core.checks import broken, whole_number
from linreg_core.errors import ConfigError
from linreg_core.limits import MAX_CHANGES, MAX_EPOCHS

CHANGEABLE: Final = ("learning_rate", "momentum", "batch_size", "solver", "weight_decay", "l1")
"""What may change while a run is under way: fields of TrainConfig."""

Change = tuple[int, tuple[tuple[str, Any], ...]]
"""(epoch, ((name, value), ...)): from the next epoch on, updates use these values."""

_FORM: Final = "must be pairs of an epoch and of pairs of a name and a value"


def checked_changes(
    changes: object, n_epochs: int, checks: Mapping[str, Callable[[Any], Any]]
) -> tuple[Change, ...]:
    """Return changes as tuples, their epochs rising, names in the order of CHANGEABLE.

    Each value is what the check of its name returns. Lists, as JSON has them, are taken too.
    Raises ConfigError for anything else, for an epoch at which the run has not begun or is over,
    and for more than 20 of them.
    """
    found = tuple(_checked(change, checks) for change in _sequence(changes))
    if len(found) > MAX_CHANGES:
        raise broken("changes", f"must be at most {MAX_CHANGES}", len(found))
    epochs = [epoch for epoch, _ in found]
    for former, epoch in zip(epochs, epochs[1:], strict=False):
        if epoch <= former:
            raise ConfigError(f"`changes` must have rising epochs. Got {epoch} after {former}.")
    if epochs and epochs[-1] >= n_epochs:
        raise ConfigError(
            f"`changes` must come before the last epoch, {n_epochs:,}. "
            f"Got one at epoch {epochs[-1]:,}: use more epochs or leave it out."
        )
    return found


def _checked(change: object, checks: Mapping[str, Callable[[Any], Any]]) -> Change:
    epoch, pairs = _pair(change)
    epoch = whole_number("epoch", epoch, minimum=1, maximum=MAX_EPOCHS)
    values: dict[str, Any] = {}
    for name, value in map(_pair, _sequence(pairs)):
        if name not in CHANGEABLE:
            raise broken("changes", "must be of " + ", ".join(CHANGEABLE), name)
        if name in values:
            raise broken("changes", "must name a setting once at an epoch", name)
        values[name] = checks[name](value)
    if not values:
        raise broken("changes", "must change something at each epoch", pairs)
    return epoch, tuple((name, values[name]) for name in CHANGEABLE if name in values)


def _sequence(value: object) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise broken("changes", _FORM, value)
    return value


def _pair(value: object) -> tuple[Any, Any]:
    parts = _sequence(value)
    if len(parts) != 2:
        raise broken("changes", _FORM, value)
    return parts[0], parts[1]
