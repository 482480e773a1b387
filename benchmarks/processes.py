"""What Linux tells about a process: its processor time, memory and threads."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_MEGABYTE = 1e6


def cpu_seconds(pid: int) -> float:
    """Processor time that the process has used, in seconds, all threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_SECOND


def memory_megabytes(pid: int) -> float:
    """Resident memory in MB (1e6 bytes)."""
    return _status(pid, "VmRSS") * 1024 / _MEGABYTE


def n_threads(pid: int) -> int:
    """How many threads the process has now."""
    return _status(pid, "Threads")


def load_average() -> float:
    """Processes that wanted to run during the last minute, this machine's cores included."""
    return os.getloadavg()[0]


def _status(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise LookupError(f"`{name}` is not in /proc/{pid}/status.")
