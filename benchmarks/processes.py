"""What Linux tells about a process and its children: processor time, memory and threads."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from dashboard.live.vitals import processor_seconds


def family(pid: int) -> list[int]:
    """The process and all that it has started, directly or not, as far as they still run."""
    running = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    parents = {process: _entry(process, "status", "PPid") for process in running}
    members = [pid]
    for member in members:  # grows while we read it
        members += [process for process, parent in parents.items() if parent == member]
    return members


def child_running(module: str, pid: int, *arguments: str) -> int:
    """The process below `pid` that runs a Python module, with these arguments first."""
    command = "\0".join(("", "-m", module, *arguments, ""))
    return next(member for member in family(pid) if command in _command(member))


def _command(pid: int) -> str:
    with suppress(OSError):  # it has ended meanwhile
        return Path(f"/proc/{pid}/cmdline").read_text()
    return ""


def cpu_seconds(pid: int) -> float:
    """Processor time that the process and its children have used, in seconds."""
    return sum(processor_seconds(member) for member in family(pid))


def memory_megabytes(pid: int) -> float:
    """Memory of the process and its children in MB (1e6 bytes); what they share counts once."""
    return sum(_entry(member, "smaps_rollup", "Pss") for member in family(pid)) * 1024 / 1e6


def own_megabytes(pid: int) -> float:
    """Memory without files, in MB: of libraries a process has less the more others use them."""
    kinds = ("RssAnon", "RssShmem")
    return sum(_entry(each, "status", kind) for each in family(pid) for kind in kinds) * 1024 / 1e6


def quick_megabytes(pids: Iterable[int]) -> float:
    """About the same for these processes without children, at next to no cost to them."""
    pids = list(pids)
    own = sum(_entry(pid, "status", "RssAnon") for pid in pids)
    return (own + max(_entry(pid, "status", "RssFile") for pid in pids)) * 1024 / 1e6


def n_threads(pid: int) -> int:
    """How many threads the process and its children have now."""
    return sum(_entry(member, "status", "Threads") for member in family(pid))


def is_running(pid: int) -> bool:
    """Whether there is such a process, and it has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def load_average() -> float:
    """Processes that wanted to run during the last minute, this machine's cores included."""
    return os.getloadavg()[0]


def _entry(pid: int, file: str, name: str) -> int:
    """A whole number out of one of the process's tables; 0 where it has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/{file}").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1])
    return 0
