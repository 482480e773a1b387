"""A participant's run: the task's own, with the free knobs as the participant has set them.

The room hears of it from the trainer: nothing that a browser says is taken for a result.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from dashboard.links import overridden
from dashboard.live.remote_run import RunView
from dashboard.room.channel import Channel
from dashboard.room.errors import RoomError
from dashboard.room.hub import Hub
from dashboard.room.people import Person
from dashboard.room.tasks import Outcome, Task
from dashboard.run_spec import RunSpec
from dashboard.store.errors import StoreIsAway
from linreg_core import TrainConfig
from linreg_core.checks import broken, choice, whole_number

TASK, PREVIEW = "task", "preview"
MOST_AT_ONCE = 6
"""Runs of one person that are under way at once: tabs, and previews between two moves."""
_DIGITS = 9
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wanted:
    """What a participant asks for: a run of a task, or a preview, which is no dot."""

    task: Task
    spec: RunSpec
    is_preview: bool

    @property
    def settings(self) -> dict[str, Any]:
        """The values of the task's free knobs, those that were not moved among them."""
        return {name: getattr(self.spec.config, name) for name in self.task.free}


def number_in(query: Mapping[str, str], name: str) -> int:
    """Return a whole number of a query. Raises ConfigError when it is none."""
    text = query.get(name, "")
    if not (text.isascii() and text.isdigit()) or len(text) > _DIGITS:
        raise broken(name, "must be a whole number", text[:_DIGITS])
    return int(text)


def wanted_run(task: Task, query: dict[str, str]) -> Wanted:
    """Return the run that a query asks for, which holds nothing but free knobs and `preview`.

    Raises ConfigError when a knob is not free, or its value is out of the core's or task's bounds.
    """
    preview = query.pop(PREVIEW, None)
    for name in query:
        choice("a free knob", name, task.free)
    spec = overridden(task.spec, query)
    task.check_settings({name: getattr(spec.config, name) for name in query})
    if preview is None:
        return Wanted(task, spec, is_preview=False)
    n_epochs = whole_number(
        PREVIEW, number_in({PREVIEW: preview}, PREVIEW), minimum=1, maximum=spec.config.n_epochs
    )
    return Wanted(task, _of_fewer_epochs(spec, n_epochs), is_preview=True)


def _of_fewer_epochs(spec: RunSpec, n_epochs: int) -> RunSpec:
    config: TrainConfig = replace(
        spec.config, n_epochs=n_epochs, warmup_epochs=min(spec.config.warmup_epochs, n_epochs - 1)
    )
    return replace(spec, config=config)


async def make_dot(hub: Hub, channel: Channel, person: Person, run: Wanted, view: RunView) -> None:
    """Have a run that is trained become a dot; one that is not trained, or late, is none."""
    result = view.run.result
    if result is None:
        return
    outcome = Outcome(
        run.spec.id,
        run.settings,
        result.status.value,
        result.final_loss,
        result.epochs_to_1_percent,
        result.distance,
    )
    try:
        await hub.ask(hub.rooms.record, channel.code, run.task.number, person.id, outcome)
    except (RoomError, StoreIsAway) as error:  # the task is over, its person removed, say
        _log.info("A run became no dot: %s", error)
        return
    channel.wake()


class Turnstile:
    """Counts what somebody has under way: past a bound there is no more. Event loop only.

    >>> turnstile, ann = Turnstile(most=1), ("CDF346", 1)
    >>> with turnstile.passing(ann):
    ...     turnstile.is_full(ann), turnstile.is_full(("CDF346", 2))
    (True, False)
    >>> turnstile.is_full(ann)
    False
    """

    def __init__(self, most: int = MOST_AT_ONCE) -> None:
        self._most = most
        self._under_way: Counter[tuple[str, int]] = Counter()

    def is_full(self, who: tuple[str, int]) -> bool:
        return self._under_way[who] >= self._most

    @contextmanager
    def passing(self, who: tuple[str, int]) -> Iterator[None]:
        """Count one for the length of a `with` block."""
        self._under_way[who] += 1
        try:
            yield
        finally:
            self._under_way[who] -= 1
            if not self._under_way[who]:
                del self._under_way[who]


class CountedResponse:
    """A response that counts as under way until it is sent, or its client has gone."""

    def __init__(self, response: Response, turnstile: Turnstile, who: tuple[str, int]) -> None:
        self._response, self._turnstile, self._who = response, turnstile, who

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._turnstile.passing(self._who):
            await self._response(scope, receive, send)
