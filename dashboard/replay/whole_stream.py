"""A run's stream as one piece: what its trainer sends to browsers, compressed as it comes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from dashboard.live.remote_run import RunView, TrainerGone
from dashboard.live.result import RunResult
from dashboard.live.trainers import Trainers
from dashboard.run_spec import RunSpec
from linreg_core import DataError

MOST_STREAM_BYTES: Final = 6_000_000
MOST_TRAINING_SECONDS: Final = 120.0
"""For the training of a run that nobody has kept."""


class TooLargeToKeep(DataError):
    """The run takes more than fits into a file that people send one another."""


@dataclass(frozen=True, eq=False)
class WholeStream:
    """A run from its start to its end, and what came of it."""

    compressed: bytes
    result: RunResult


async def whole_stream(trainers: Trainers, spec: RunSpec, owner: str) -> WholeStream:
    """Return the stream of a run, which is trained unless it is kept.

    Raises what `Trainers.submit` does, TooLargeToKeep, TimeoutError where training takes too long,
    and TrainerGone where the trainer ended before the run.
    """
    async with asyncio.timeout(MOST_TRAINING_SECONDS):
        view = await trainers.submit(spec, lambda _view: None, owner)
        try:
            compressed = await _read(view)
        finally:
            view.close()
    if not view.run.is_whole or view.run.result is None:
        raise TrainerGone
    return WholeStream(compressed, view.run.result)


async def _read(view: RunView) -> bytes:
    parts, size = [], 0
    async for part in view.chunks():
        parts.append(part)
        size += len(part)
        if size > MOST_STREAM_BYTES:
            raise TooLargeToKeep(
                f"A replay can hold {MOST_STREAM_BYTES // 1_000_000} MB of a run at most, and this "
                "one has more. Fewer rows, features or epochs make it smaller."
            )
    return b"".join(parts)
