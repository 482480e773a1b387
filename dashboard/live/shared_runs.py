"""Runs that are trained once for all who ask: those under way, and the last ones that ended."""

from __future__ import annotations

from collections import OrderedDict

from dashboard.byte_settings import bytes_set
from dashboard.live.remote_run import RemoteRun
from dashboard.problem_spec import SentData

KEPT_VARIABLE = "LINREG_LIVE_KEPT_MB"
"""The environment variable that bounds the streams of ended runs, in megabytes; 0: none is kept."""
DEFAULT_BYTES = 32_000_000


class SharedRuns:
    """Runs by their specs' ids. Event loop only.

    A visitor's own data are not kept beyond their runs, and neither is what another engine has
    trained than the one asked for: the next time it may be there.
    """

    def __init__(self) -> None:
        self._most = bytes_set(KEPT_VARIABLE, DEFAULT_BYTES, may_be_none=True)
        self._under_way: dict[str, RemoteRun] = {}
        self._ended: OrderedDict[str, RemoteRun] = OrderedDict()
        self._n_bytes = 0

    def find(self, id: str) -> RemoteRun | None:
        """Return the run of that id, where one who comes now gets all of it."""
        run = self._under_way.get(id)
        if run is not None:
            return run if run.can_be_joined else None
        if id in self._ended:
            self._ended.move_to_end(id)
        return self._ended.get(id)

    def add(self, run: RemoteRun) -> None:
        """A run has begun."""
        self._under_way[run.spec.id] = run

    def has_ended(self, run: RemoteRun) -> None:
        """Keep a run that is whole, and let the oldest go where there are too many bytes."""
        id = run.spec.id
        if self._under_way.get(id) is run:
            del self._under_way[id]
        if not _is_to_keep(run) or id in self._ended:
            return
        self._ended[id] = run
        self._n_bytes += run.n_bytes
        while self._n_bytes > self._most:
            self._n_bytes -= self._ended.popitem(last=False)[1].n_bytes


def _is_to_keep(run: RemoteRun) -> bool:
    is_as_asked = run.result is not None and run.result.engine == run.spec.config.engine
    is_own = isinstance(run.spec.problem.data, SentData)
    return is_as_asked and run.can_be_joined and not is_own
