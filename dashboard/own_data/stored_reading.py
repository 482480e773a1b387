"""Work on stored rows in processes of their own, each done once for all who wait for it."""

from __future__ import annotations

import contextlib
import logging
import math
import pickle
import subprocess
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any, Final

import streamlit as st

from dashboard.own_data.messages import (
    AllRows,
    AllRowsRequest,
    Reply,
    StoredRequest,
    StoredSample,
)
from dashboard.own_data.reading import last_reply, reader_process
from linreg_core import DataError
from table_reader.wording import shown

STORED_SAMPLE_ROWS: Final = 5_000
"""As many stored rows a page has for everything that it shows of them."""
FRESH_SECONDS: Final = 60.0
"""For this long nobody looks whether what is stored has changed."""
SAMPLING_SECONDS: Final = 900.0
_THREADS: Final = 2  # one decodes while the other sums up; it stands back behind pages and runs
_SEATS: Final = threading.BoundedSemaphore(2)  # processes at once
_MOST_KEPT = 16  # of what all rows tell, each with a sample
_log = logging.getLogger(__name__)


class StoredReading:
    """Work that is on its way; when nobody waits for it any more, its process is ended."""

    def __init__(self, name: str, work: _Sampling | _Learning) -> None:
        self.name, self._work = name, work
        self._thread = threading.Thread(target=work.run, name="stored rows", daemon=True)
        weakref.finalize(self, work.abandon)
        self._thread.start()

    @property
    def part(self) -> float:
        """How far it has come, 0 to 1."""
        return self._work.part

    def is_there(self, seconds: float) -> bool:
        """Whether it has ended, after a wait of so long at most."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def sample(self) -> StoredSample:
        """Return the sample that was drawn.

        Raises DataError when none was.
        """
        if not isinstance(self._work, _Sampling) or self._work.sample is None:
            raise _unreadable(self.name)
        return self._work.sample

    def all_rows(self) -> AllRows:
        """Return what all rows tell.

        Raises DataError when there is none; what says nothing of where the rows are, in its words.
        """
        reply = self._work.reply
        if reply is not None and reply.all_rows is not None:
            return reply.all_rows
        refusal = reply.refusal if reply is not None else None
        if refusal is None or refusal.is_private:
            raise _unreadable(self.name)
        raise refusal.as_error()


def _unreadable(name: str) -> DataError:
    """Return what visitors are told: why, which may say where the rows are, stands in the log."""
    return DataError(
        f"The stored data {shown(name)} can't be read now: the reason stands in the server's log, "
        f"for whoever runs it. Drop a file, or try again later."
    )


class StoredSamples:
    """The samples that a server has, by the name and the place of what they are of, and what all
    rows tell.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], tuple[StoredSample, float]] = {}
        self._all_rows: dict[AllRowsRequest, AllRows] = {}
        self._readings: weakref.WeakValueDictionary[Any, StoredReading]
        self._readings = weakref.WeakValueDictionary()

    def reading(self, name: str, place: str) -> StoredReading:
        """Return the sampling that is on its way, or a new one."""
        key = name, place

        def keep(sample: StoredSample) -> None:
            self._known[key] = sample, time.monotonic()

        return self._started(key, name, lambda: _Sampling(name, place, self._known.get(key), keep))

    def learning(self, request: AllRowsRequest) -> StoredReading:
        """Return the reading of all rows that is on its way, or a new one."""
        return self._started(request, request.name, lambda: _Learning(request, self._keep))

    def known(self, request: AllRowsRequest) -> AllRows | None:
        """Return what all rows tell, where it is known already."""
        return self._all_rows.get(request)

    def _keep(self, request: AllRowsRequest, found: AllRows | None) -> None:
        """Keep what was found; where it is nothing, what was sampled may have changed: it is looked
        at.
        """
        with self._lock:
            if found is None:
                key = request.name, request.place
                if key in self._known:
                    self._known[key] = self._known[key][0], -math.inf
                return
            self._all_rows[request] = found
            if len(self._all_rows) > _MOST_KEPT:
                del self._all_rows[next(iter(self._all_rows))]

    def _started(
        self, key: object, name: str, make: Callable[[], _Sampling | _Learning]
    ) -> StoredReading:
        with self._lock:
            found = self._readings.get(key)
            if found is None or found.is_there(0.0):
                self._readings[key] = found = StoredReading(name, make())
        return found


@st.cache_resource(show_spinner=False)
def stored_samples() -> StoredSamples:
    """Return what all sessions share."""
    return StoredSamples()


class _Apart:
    """What a process is asked for by a thread; it knows no session and no page."""

    def __init__(self, name: str) -> None:
        self.part = 0.0
        self.reply: Reply | None = None
        self._name = name
        self._process: subprocess.Popen[bytes] | None = None
        self._is_abandoned = False

    def abandon(self) -> None:
        """End the process."""
        self._is_abandoned = True
        if self._process is not None:
            self._process.kill()

    def _ask(self, request: StoredRequest | AllRowsRequest) -> None:
        """Set the last reply of a process; None where it gave none. Why is told in the log."""
        with _SEATS:
            if not self._is_abandoned:
                with reader_process("stored_main", _THREADS) as process:
                    self.reply = self._last_reply(process, request)
        if self._is_abandoned or (self.reply and self.reply.refusal is None):
            return
        why = self.reply.refusal.message if self.reply and self.reply.refusal else "It has died."
        _log.error("The stored data %r can't be read: %s", self._name, why)

    def _last_reply(
        self, process: subprocess.Popen[bytes], request: StoredRequest | AllRowsRequest
    ) -> Reply | None:
        assert process.stdin is not None and process.stdout is not None
        self._process = process
        if self._is_abandoned:  # in the meantime
            return None
        timer = threading.Timer(SAMPLING_SECONDS, process.kill)
        timer.start()
        try:
            with contextlib.suppress(BrokenPipeError):
                pickle.dump(request, process.stdin)
                process.stdin.close()
            return last_reply(process.stdout, self._note)
        finally:
            timer.cancel()

    def _note(self, part: float) -> None:
        self.part = min(part, 1.0)


class _Sampling(_Apart):
    """A sample, drawn anew where what is stored is not what is known."""

    def __init__(
        self,
        name: str,
        place: str,
        known: tuple[StoredSample, float] | None,
        keep: Callable[[StoredSample], None],
    ) -> None:
        super().__init__(name)
        self.sample: StoredSample | None = None
        self._place, self._known, self._keep = place, known, keep

    def run(self) -> None:
        """Draw the sample, or take the one that is known. The thread's target."""
        known, looked = self._known or (None, 0.0)
        if known is not None and time.monotonic() - looked < FRESH_SECONDS:
            self.sample = known
            return
        digest = known.digest if known is not None else ""
        self._ask(StoredRequest(self._name, self._place, STORED_SAMPLE_ROWS, digest))
        if self.reply is not None:
            self.sample = known if self.reply.is_as_known else self.reply.sample
        if self.sample is not None:
            self._keep(self.sample)


class _Learning(_Apart):
    """What all rows tell."""

    def __init__(
        self, request: AllRowsRequest, keep: Callable[[AllRowsRequest, AllRows | None], None]
    ) -> None:
        super().__init__(request.name)
        self._request, self._keep = request, keep

    def run(self) -> None:
        """Learn. The thread's target."""
        self._ask(self._request)
        self._keep(self._request, self.reply.all_rows if self.reply is not None else None)
