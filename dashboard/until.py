"""What a run that was changed on its way was set to before: the page's side of `config.changes`.

The page's controls say what goes on at the end of the run. `Until` says what they said before:
((250, (("learning_rate", 0.1),)),) is a rate of 0.1 until epoch 250, the control's after it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from linreg_core import ConfigError, LinregError, TrainConfig
from linreg_core.changes import CHANGEABLE, Change
from linreg_core.limits import MAX_EPOCHS

Until = tuple[Change, ...]

MOST_LETTERS: Final = 40
_FULL: Final = "full"
_ANY: Final = TrainConfig(n_epochs=MAX_EPOCHS)


def changed_config(last: TrainConfig, until: Until) -> TrainConfig:
    """Return the run that was set to `until` before, and in the end to `last`.

    Raises ConfigError when a change is out of bounds.

    >>> config = changed_config(TrainConfig(momentum=0.5), ((30, (("momentum", 0.9),)),))
    >>> config.momentum, config.changes
    (0.9, ((30, (('momentum', 0.5),)),))
    """
    values = {name: getattr(last, name) for name in CHANGEABLE}
    changes: list[Change] = []
    for epoch, pairs in reversed(until):
        changes.insert(0, (epoch, tuple((name, values[name]) for name, _ in pairs)))
        values |= dict(pairs)
    return replace(last, **values, changes=tuple(changes))


def until_of(config: TrainConfig) -> Until:
    """Return what a run's settings were before each of its changes."""
    return tuple(
        (epoch, tuple((name, getattr(config.at(epoch), name)) for name, _ in pairs))
        for epoch, pairs in config.changes
    )


def until_text(until: Until) -> str:
    """Return it as a link spells it.

    >>> until_text(((250, (("learning_rate", 0.1), ("batch_size", None))),))
    '250:learning_rate=0.1,batch_size=full'
    """
    return ";".join(
        f"{epoch}:" + ",".join(f"{name}={_spelled(value)}" for name, value in pairs)
        for epoch, pairs in until
    )


def parse_until(text: str) -> Until:
    """Return what a link spells.

    Raises ConfigError where it spells nothing that a run could have been set to.
    """
    try:
        parts = [part.split(":") for part in text.split(";")] if text else []
        found = tuple(
            (int(epoch), tuple(_pair(pair) for pair in pairs.split(","))) for epoch, pairs in parts
        )
        return replace(_ANY, changes=found).changes
    except (ValueError, OverflowError, LinregError):
        raise ConfigError(
            "`until` must be epochs and what was set until then, as our links spell it. "
            f"Got {text[:MOST_LETTERS]!r}."
        ) from None


def _pair(text: str) -> tuple[str, Any]:
    name, value = text.split("=")
    if name == "solver":
        return name, value
    if name == "batch_size":
        return name, None if value == _FULL else int(value)
    return name, float(value)


def _spelled(value: Any) -> str:
    return _FULL if value is None else str(value).removesuffix(".0")
