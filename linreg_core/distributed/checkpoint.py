"""What is kept of a run on stored rows, so that it can go on after it has been ended."""

from __future__ import annotations

import hashlib
import io
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from linreg_core.block import COLUMNS, Block
from linreg_core.distributed.ranks import Ranks
from linreg_core.errors import ConfigError
from linreg_core.types import Status

SECONDS_BETWEEN: Final = 5.0
_FORMAT: Final = 1


def run_fingerprint(*parts: object) -> str:
    """Return a text that is another one where any part, as `repr` tells it, is."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True)
class StoppedRun:
    """A run as far as it had come: its epochs, and the state of its training after the last."""

    block: Block
    state: dict[str, Any]


class Checkpoint:
    """A file that rank 0 writes, each time whole or not at all, and all ranks go on from.

    `run` names the run that it is of: its rows and all settings.
    """

    def __init__(self, path: str | Path, run: str, seconds: float = SECONDS_BETWEEN) -> None:
        self._path, self._run, self._seconds = Path(path), run, seconds
        self._written = -np.inf

    def load(self, ranks: Ranks) -> StoppedRun | None:
        """Return what was kept, on all ranks what rank 0 finds; None where there is no file.

        Raises ConfigError when it can't be read, or is of another run.
        """
        there = b""
        if ranks.rank == 0 and (there := self._bytes()) and self._read(there)[0] != self._run:
            raise self._refused("is of a run on other rows, or with other settings")
        length = int(ranks.summed(np.array([float(len(there))]))[0])
        if not length:
            return None
        values = np.zeros(length)
        values[: len(there)] = np.frombuffer(there, dtype=np.uint8)
        return self._read(bytes(ranks.summed(values).astype(np.uint8)))[1]

    def save_when_due(self, blocks: Sequence[Block], state: dict[str, Any]) -> None:
        """Write these epochs and this state, where the last time is long enough ago."""
        now = time.monotonic()
        if blocks[-1].status is Status.RUNNING and now - self._written < self._seconds:
            return
        import torch

        columns = {
            name: torch.from_numpy(np.concatenate([getattr(each, name) for each in blocks]))
            for name in COLUMNS
        }
        kept = {
            "format": _FORMAT,
            "run": self._run,
            "status": blocks[-1].status.value,
            "columns": columns,
            "state": state,
        }
        part = self._path.with_name(f"{self._path.name}.part")
        try:
            with part.open("wb") as file:
                torch.save(kept, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, self._path)
        except OSError as error:
            raise self._refused(f"can't be written ({error.strerror})") from None
        self._written = time.monotonic()

    def _bytes(self) -> bytes:
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise self._refused(f"can't be read ({error.strerror})") from None

    def _read(self, data: bytes) -> tuple[str, StoppedRun]:
        """Return the name of a run, and what was kept of it."""
        import torch

        try:
            kept = torch.load(io.BytesIO(data), weights_only=True)
            is_ours = kept["format"] == _FORMAT
        except Exception:  # whatever the bytes of another file make of it
            is_ours = False
        if not is_ours:
            raise self._refused("is no checkpoint of this program")
        columns = {name: values.numpy() for name, values in kept["columns"].items()}
        found = StoppedRun(Block(**columns, status=Status(kept["status"])), kept["state"])
        return str(kept["run"]), found

    def _refused(self, what: str) -> ConfigError:
        return ConfigError(
            f"The checkpoint must be a file of this run. {self._path.name!r} {what}: name another."
        )
