"""Samples of stored rows: each drawn once, for all who open it."""

from __future__ import annotations

import contextlib
import logging
import pickle
import subprocess
import threading
import time
import weakref
from collections.abc import Callable
from typing import Final

from dashboard.own_data.messages import Reply, StoredRequest, StoredSample
from dashboard.own_data.reading import last_reply, reader_process
from linreg_core import DataError
from table_reader.wording import shown

STORED_SAMPLE_ROWS: Final = 5_000
"""As many stored rows a page has for everything that it shows of them."""
FRESH_SECONDS: Final = 60.0
"""For this long nobody looks whether what is stored has changed."""
SAMPLING_SECONDS: Final = 900.0
_SEATS: Final = threading.BoundedSemaphore(2)  # samplings at once
_log = logging.getLogger(__name__)


class StoredReading:
    """A sample on its way; when nobody waits for it any more, its process is ended."""

    def __init__(self, name: str, work: _Sampling) -> None:
        self.name, self._work = name, work
        self._thread = threading.Thread(target=work.run, name="sampling", daemon=True)
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
        """Return what was drawn.

        Raises DataError when nothing was: why is told in the server's log, since it may say where
        the rows are.
        """
        if self._work.sample is None:
            raise DataError(
                f"The stored data {shown(self.name)} can't be read now: the reason stands in the "
                f"server's log, for whoever runs it. Drop a file, or try again later."
            )
        return self._work.sample


class StoredSamples:
    """The samples that a server has, by the name and the place of what they are of."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], tuple[StoredSample, float]] = {}
        self._readings: weakref.WeakValueDictionary[tuple[str, str], StoredReading]
        self._readings = weakref.WeakValueDictionary()

    def reading(self, name: str, place: str) -> StoredReading:
        """Return the reading that is on its way, or a new one."""
        key = name, place
        with self._lock:
            found = self._readings.get(key)
            if found is None or found.is_there(0.0):
                known = self._known.get(key)
                found = StoredReading(name, _Sampling(name, place, known, self._keeper(key)))
                self._readings[key] = found
        return found

    def _keeper(self, key: tuple[str, str]) -> Callable[[StoredSample], None]:
        def keep(sample: StoredSample) -> None:
            self._known[key] = sample, time.monotonic()

        return keep


class _Sampling:
    """What a reading's thread does; it knows no session and no page."""

    def __init__(
        self,
        name: str,
        place: str,
        known: tuple[StoredSample, float] | None,
        keep: Callable[[StoredSample], None],
    ) -> None:
        self.part = 0.0
        self.sample: StoredSample | None = None
        self._name, self._place, self._known, self._keep = name, place, known, keep
        self._process: subprocess.Popen[bytes] | None = None
        self._is_abandoned = False

    def abandon(self) -> None:
        """End the sampling."""
        self._is_abandoned = True
        if self._process is not None:
            self._process.kill()

    def run(self) -> None:
        """Draw the sample, or take the one that is known. The thread's target."""
        if self._known is not None and time.monotonic() - self._known[1] < FRESH_SECONDS:
            self.sample = self._known[0]
            return
        reply = self._asked()
        if reply is not None and reply.is_as_known and self._known is not None:
            self.sample = self._known[0]
        elif reply is not None and reply.sample is not None:
            self.sample = reply.sample
        elif not self._is_abandoned:
            why = reply.refusal.message if reply and reply.refusal else "It took too long, or died."
            _log.error("The stored data %r can't be read: %s", self._name, why)
        if self.sample is not None:
            self._keep(self.sample)

    def _asked(self) -> Reply | None:
        """Return the last reply of a process that samples; None where it gave none."""
        known = self._known[0].digest if self._known else ""
        with _SEATS:
            if self._is_abandoned:
                return None
            with reader_process("stored_main") as process:
                request = StoredRequest(self._name, self._place, STORED_SAMPLE_ROWS, known)
                return self._reply(process, request)

    def _reply(self, process: subprocess.Popen[bytes], request: StoredRequest) -> Reply | None:
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
