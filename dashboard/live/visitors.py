"""Who looks at runs: each visitor has an unguessable id, and a few places for runs under way."""

from __future__ import annotations

import re
import secrets
import threading
from collections import deque
from collections.abc import Callable, Mapping
from weakref import WeakValueDictionary

from dashboard.live.remote_run import RunView
from dashboard.live.result import RunResult
from dashboard.problem_spec import SentData
from dashboard.run_spec import RunSpec
from dashboard.sweep.spec import Trainable
from linreg_core import ConfigError
from linreg_core.checks import broken, whole_number

N_SLOTS = 10
VISITOR, SLOT = "visitor", "slot"  # as a run's address calls them
FRONT = 0  # the slot of the run that the page is set to
_SLOT_DIGITS = 3
_ID_BYTES = 18
_ID = re.compile("[A-Za-z0-9_-]{16,64}")
_REMEMBERED = 8  # former addresses: about what quick key presses leave under way


class Slot:
    """A visitor's place for one run: the next run in it ends the one before."""

    def __init__(self, stop: Callable[[RunView], None]) -> None:
        self._stop = stop
        self._n_asked = self._attached = 0  # the numbers of requests: the last, and the view's
        self.view: RunView | None = None

    def next_order(self) -> int:
        """Number the requests for this slot. Event loop only, as `attach`."""
        self._n_asked += 1
        return self._n_asked

    def attach(self, view: RunView, order: int) -> bool:
        """Put `view` into the slot and stop the one before it, unless that is the newer one.

        `order` is the request's, of `next_order`. Return whether it is the slot's now.
        """
        if order < self._attached:
            return False
        self.clear()
        self.view, self._attached = view, order
        return True

    def is_past(self, order: int) -> bool:
        """Whether what that request has brought was ended: by the next one, or by the page."""
        return order != self._attached or self.view is None

    def clear(self) -> None:
        """Stop what is under way. Safe from every thread."""
        view, self.view = self.view, None
        if view is not None:
            self._stop(view)


class Visitor:
    """One visitor's runs: the one that the page is set to, and those under way by slot.

    A session's visitor is referred to by the session's own state alone, and goes with it.
    """

    def __init__(self, id: str, stop: Callable[[RunView], None]) -> None:
        self.id = id
        self._stop = stop
        self._slots: dict[int, Slot] = {}
        self.spec: RunSpec | None = None  # what the page is set to
        self.address = ""
        self.pinned: dict[int, tuple[RunSpec, str]] = {}  # by slot: a run, and its address
        self.superseded: deque[str] = deque(maxlen=_REMEMBERED)

    def slot(self, number: int) -> Slot:
        """Return the place of that number, from 0 to `N_SLOTS` - 1."""
        return self._slots.setdefault(number, Slot(self._stop))

    @property
    def result(self) -> RunResult | None:
        """The result of the run that the page is set to, once it is trained."""
        view = self._front
        return view.run.result if view is not None else None

    @property
    def not_again(self) -> str | None:
        """Why the run that the page is set to is not started again by itself, where it is not."""
        view = self._front
        return view.run.not_again if view is not None else None

    @property
    def _front(self) -> RunView | None:
        """The look at the run that the page is set to, and not at one with an override."""
        view = self.slot(FRONT).view
        is_as_set = view is not None and self.spec is not None and view.run.spec.id == self.spec.id
        return view if is_as_set else None

    def message(self, slot: int) -> str:
        """Return what to know of the trainer while a slot's run keeps silent; "": nothing."""
        view = self.slot(slot).view
        return view.run.message if view is not None else ""

    def show(self, spec: RunSpec | None, address: str) -> None:
        """The page is set to another run, or to none; what it has under way of others ends."""
        if address == self.address:
            return
        if self.address:
            self.superseded.append(self.address)
        while address in self.superseded:  # and back again
            self.superseded.remove(address)
        self.spec, self.address = spec, address
        if self._front is None:
            self.slot(FRONT).clear()

    def pin(self, runs: Mapping[int, tuple[RunSpec, str]]) -> None:
        """The page keeps these beside the run in front, by slot, and no others."""
        for slot in self.pinned.keys() - runs.keys():
            self.slot(slot).clear()
        self.pinned = dict(runs)

    def runs(self, prefix: str) -> list[dict[str, str] | None]:
        """Return what the page holds, by slot: each run's name, and where it is fetched.

        `prefix` is what all our routes' paths begin with.
        """
        held = dict(self.pinned)
        if self.spec is not None:
            held[FRONT] = (self.spec, self.address)
        return [self._run(prefix, slot, held.get(slot)) for slot in range(max(held, default=0) + 1)]

    def _run(
        self, prefix: str, slot: int, named: tuple[RunSpec, str] | None
    ) -> dict[str, str] | None:
        if named is None:
            return None
        spec, address = named
        url = f"{prefix}/live/{address}?{VISITOR}={self.id}&{SLOT}={slot}"
        return {"url": url, "id": spec.id}

    def shows(self, path: str) -> bool:
        """Whether a run's path is that of the run that the page is set to."""
        return bool(self.address) and f"/live/{self.address}?" in path

    def may_train(self, spec: Trainable) -> bool:
        """Whether the run is on anybody's data, or on those that this visitor's page has."""
        data = spec.problem.data
        specs = [*(pinned for pinned, _ in self.pinned.values()), *filter(None, [self.spec])]
        is_own = any(data == own.problem.data for own in specs)
        return is_own or not isinstance(data, SentData)


class Visitors:
    """Finds a visitor by the id, for as long as anybody refers to that visitor."""

    def __init__(self, stop: Callable[[RunView], None]) -> None:
        self._stop = stop
        self._lock = threading.Lock()
        self._by_id: WeakValueDictionary[str, Visitor] = WeakValueDictionary()

    def new(self) -> Visitor:
        """Return a visitor that has just come."""
        return self.of(secrets.token_urlsafe(_ID_BYTES))

    def of(self, id: str) -> Visitor:
        """Return the visitor of that id, who may have come to another server first.

        Raises ConfigError when it can't be an id.
        """
        if not _ID.fullmatch(id):
            raise broken("visitor", "must be 16 to 64 letters, digits, - and _", id)
        with self._lock:
            visitor = self._by_id.get(id)
            if visitor is None:
                visitor = self._by_id[id] = Visitor(id, self._stop)
            return visitor

    def known(self, id: str) -> Visitor | None:
        """Return the visitor of that id whose session is here; None for anybody else."""
        with self._lock:
            return self._by_id.get(id)

    def place(self, query: dict[str, str]) -> tuple[Visitor, int]:
        """Take the visitor and the number of the slot out of a run's query.

        Raises ConfigError when they can't be any.
        """
        id, slot = query.pop(VISITOR, None), query.pop(SLOT, str(FRONT))
        visitor = self.of(id) if id is not None else self.new()
        if not slot.isdecimal() or len(slot) > _SLOT_DIGITS:
            raise broken(SLOT, "must be a whole number", slot)
        return visitor, whole_number(SLOT, int(slot), minimum=0, maximum=N_SLOTS - 1)

    def message(self, query: dict[str, str]) -> str:
        """Return what one who waits for a run should know of its trainer; "" for a stranger."""
        try:
            visitor, slot = self.place(query)
        except ConfigError:
            return ""
        return visitor.message(slot)

    def __len__(self) -> int:
        return len(self._by_id)
