"""What Linux tells about a process and its children: processor time, memory and threads."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_MEGABYTE = 1e6


def cpu_seconds(pid: int) -> float:
    """Processor time that the process and its children have used, in seconds, all threads."""
    return sum(_own_cpu_seconds(each) for each in family(pid))


def memory_megabytes(pid: int) -> float:
    """Resident memory of the process and its children in MB (1e6 bytes)."""
    return sum(_status(each, "VmRSS") for each in family(pid)) * 1024 / _MEGABYTE


def n_threads(pid: int) -> int:
    """How many threads the process and its children have now."""
    return sum(_status(each, "Threads") for each in family(pid))


def family(pid: int) -> list[int]:
    """The process and its living children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(int(child) for child in children)]


def load_average() -> float:
    """Processes that wanted to run during the last minute, this machine's cores included."""
    return os.getloadavg()[0]


def _own_cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_SECOND


def _status(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise LookupError(f"`{name}` is not in /proc/{pid}/status.")
