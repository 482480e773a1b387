"""What Linux tells about a process; elsewhere nothing is known."""

from __future__ import annotations

import os
from pathlib import Path

_USER_TICKS, _SYSTEM_TICKS = 11, 12  # places behind the process's name in `stat`; see proc(5)


def resident_bytes(pid: int) -> int:
    """Return what a process takes of the machine's memory; 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process has had; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[_USER_TICKS]) + int(fields[_SYSTEM_TICKS])) / os.sysconf("SC_CLK_TCK")
