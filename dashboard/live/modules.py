"""Which of our ES modules a page loads: those that its first one imports, and what these import."""

from __future__ import annotations

import re
from pathlib import Path

_IMPORT = re.compile(
    r'^(?:import|export)\b(?:[^;"]*?\bfrom)?\s*"(\.[^"]+)"', re.MULTILINE
)  # at a line's start: what comments import are types


def module_graph(entry: Path) -> list[Path]:
    """Return a module and all that it imports, directly or not; each one once, itself first."""
    found: list[Path] = []
    waiting = [entry.resolve()]
    while waiting:
        module = waiting.pop(0)
        if module in found:
            continue
        found.append(module)
        waiting += [
            (module.parent / name).resolve() for name in _IMPORT.findall(module.read_text())
        ]
    return found
