"""Reading a file beside the script, in sight of the visitor."""

from __future__ import annotations

import io
import threading
import weakref

import streamlit as st

from dashboard.own_data.messages import Refusal
from dashboard.own_data.reading import UNREADABLE, read_upload
from linreg_core import DataError, LinregError
from table_reader import ReadOptions, Table

_BUSY = "Reading the file"
_LOOK_SECONDS = 0.1


class Reading:
    """A file that is being read by a thread of its own.

    Streamlit ends a script as soon as anything else happens on its page (a slider, the end of a
    run). The file would be lost with it: so the session holds this, and the next script waits on.
    When the session lets go of it, the reading ends.
    """

    def __init__(self, name: str, file: io.BytesIO, options: ReadOptions) -> None:
        self.name, self.options = name, options
        self._work = _Work()
        self._thread = threading.Thread(
            target=self._work.run, args=(name, file, options), name="reading", daemon=True
        )
        weakref.finalize(self, self._work.abandon)
        self._thread.start()

    @property
    def is_going_on(self) -> bool:
        return self._thread.is_alive()

    def wait(self) -> Table:
        """Return the table, once it is read; until then a bar shows how far that has come.

        Raises DataError as `read_upload`.
        """
        bar = st.empty()
        while self.is_going_on:
            bar.progress(self._work.part, _BUSY)
            self._thread.join(_LOOK_SECONDS)
        bar.empty()
        if self._work.table is None:
            raise (self._work.refusal or Refusal(UNREADABLE)).as_error()
        return self._work.table


class _Work:
    """What a reading's thread has done so far; it knows no session and no page."""

    def __init__(self) -> None:
        self.part = 0.0
        self.table: Table | None = None
        self.refusal: Refusal | None = None
        self._is_abandoned = False

    def abandon(self) -> None:
        """End the reading at its next step."""
        self._is_abandoned = True

    def run(self, name: str, file: io.BytesIO, options: ReadOptions) -> None:
        """Read the file. The thread's target."""
        try:
            self.table = read_upload(name, file, options, self._note)
        except LinregError as error:
            self.refusal = Refusal.of(error)

    def _note(self, part: float) -> None:
        if self._is_abandoned:
            raise DataError("Nobody waits for this file any more.")
        self.part = min(part, 1.0)
