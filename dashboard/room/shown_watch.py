"""A run from elsewhere that a presenter shows: held for the class, which sees the next one, too.

The class is told where the run can be looked at, never the token that may send.
"""

from __future__ import annotations

from typing import Any, Final

from dashboard.watch.watches import Watch, Watches

_FROM_ITS_START: Final = {"row": 0, "isPlaying": True}
_OF_PLAYING: Final = ("address", "isPlaying", "speed")


class ShownWatch:
    """The watch that a room's playhead names, there as long as this refers to it."""

    def __init__(self, watches: Watches) -> None:
        self._watches = watches
        self._watch: Watch | None = None
        self._told = ""  # the newest address of a run of its that the class knows
        self._begun: dict[str, Any] | None = None  # what the class was told before its presenter

    def let_go(self) -> None:
        """The class has no more use for it."""
        self._watch = None

    @property
    def has_next(self) -> bool:
        """Whether its run is another one now than the class was told of, or has gone on."""
        return self._watch is not None and self._watch.run_path != self._told

    def told(self, playhead: dict[str, Any], now: float) -> dict[str, Any] | None:
        """Return what the class is told of a playhead; None where it knows more already.

        A presenter's page may show for some seconds, or while nobody looks at it, the run before.
        `now` is the server's clock.
        """
        address = str(playhead.get("address"))
        self._watch = self._watches.of_run_path(address)
        if self._watch is None or self._watch.run_path == address:
            if self._plays_already(playhead):
                return None
            self._told, self._begun = address, None
            return playhead
        if not self.has_next:
            return None
        self._told = self._watch.run_path
        self._begun = {**playhead, **_FROM_ITS_START, "address": self._told, "at": now}
        return self._begun

    def _plays_already(self, playhead: dict[str, Any]) -> bool:
        """Whether the class is ahead of a presenter's page that has just begun the same run."""
        begun = self._begun or {}
        return all(begun.get(name) == playhead.get(name) for name in _OF_PLAYING)
