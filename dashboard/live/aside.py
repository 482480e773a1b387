"""What a run tells beside its rows: at once where it is cheap, else from another thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor

from dashboard.live.preparing import Job


class Aside:
    """A chunk that a run sends once, as soon as it is ready.

    `encode` makes it. `prepare` computes beforehand what takes long of it; None: nothing does.
    It is sent first where it `goes_first`, else when rows have been.
    """

    def __init__(
        self,
        encode: Callable[[], bytes],
        prepare: Callable[[], object] | None = None,
        goes_first: bool = True,
    ) -> None:
        self.goes_first = goes_first
        self._encode: Callable[[], bytes] | None = encode  # until it is sent
        self._prepare = prepare
        self._job: Job[object] | None = None
        self.is_ready = prepare is None

    @property
    def is_sent(self) -> bool:
        """Whether it was taken to be sent."""
        return self._encode is None

    @property
    def is_due(self) -> bool:
        """Whether it can be sent now."""
        return self.is_ready and not self.is_sent

    def begin(self, executor: Executor, on_done: Callable[[], None]) -> None:
        """Have another thread prepare it, where that takes long; `on_done` is told of the end."""
        prepare, self._prepare = self._prepare, None
        if prepare is None:
            return
        self._job = Job(prepare)

        def end(_: object) -> None:
            self._job = None  # it holds the problem
            on_done()

        self._job.hand_to(executor).add_done_callback(end)

    def give_up(self) -> None:
        """Nobody wants it any more: it would hold the problem until its turn came."""
        if (job := self._job) is not None:
            job.give_up()

    def take(self) -> bytes:
        """Return the chunk, which is due."""
        encode, self._encode = self._encode, None
        assert encode is not None
        return encode()
