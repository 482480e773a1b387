"""One file of a page's modules: fetched in one go, over a slow line or by a hundred phones at once.

Each module becomes a function that is called once, those first that others need. That takes
modules as ours are: imports by name or as a whole, exports where something is declared, no circles.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from dashboard.live.modules import module_graph
from linreg_core import LinregError

_IMPORT: Final = re.compile(
    r'^import\s+(?:\{(?P<names>[^}]*)\}|\*\s+as\s+(?P<whole>\w+))\s+from\s+"(?P<path>\.[^"]+)";$',
    re.MULTILINE,
)
_EXPORT: Final = re.compile(
    r"^export (?P<what>(?:async )?function\*?|class|const) (?P<name>\w+)", re.MULTILINE
)
_LEFT: Final = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)
_COMMENTS: Final = re.compile(r"^[ \t]*(?:/\*\*?.*?\*/|//[^\n]*)[ \t]*$", re.MULTILINE | re.DOTALL)


class NotBundled(LinregError):
    """A module says something that a bundle can't."""


def bundled(entry: Path) -> str:
    """Return a module, and all that it imports, as one script.

    Raises NotBundled for imports and exports that are not as ours are, and for modules that import
    one another.
    """
    order = _in_order(entry.resolve())
    names = {module: f"module{i}" for i, module in enumerate(order)}
    parts = [_wrapped(module, names) for module in order]
    return "\n".join(["// The modules of a page in one file: see `bundle.py`.", *parts, ""])


def without_comments(source: str) -> str:
    """Return a module without the comments that have lines of their own: they are half of it."""
    return re.sub(r"\n{2,}", "\n", _COMMENTS.sub("", source)).strip("\n")


def with_empty_comments(source: str) -> str:
    """Return a module whose comments are empty lines: those that an error names stay the same."""
    return _COMMENTS.sub(lambda comment: "\n" * comment[0].count("\n"), source)


def _in_order(entry: Path) -> list[Path]:
    """Return the modules, those first that others need."""
    waiting = {module: _imported(module) for module in module_graph(entry)}
    order: list[Path] = []
    while waiting:
        ready = [module for module, needed in waiting.items() if needed <= set(order)]
        if not ready:
            raise NotBundled(f"{', '.join(path.name for path in waiting)} import one another.")
        order += ready
        waiting = {module: needed for module, needed in waiting.items() if module not in ready}
    return order


def _imported(module: Path) -> set[Path]:
    found = _IMPORT.finditer(module.read_text(encoding="utf-8"))
    return {(module.parent / match["path"]).resolve() for match in found}


def _wrapped(module: Path, names: dict[Path, str]) -> str:
    source = without_comments(module.read_text(encoding="utf-8"))
    exported = [match["name"] for match in _EXPORT.finditer(source)]

    def taken(match: re.Match[str]) -> str:
        other = names[(module.parent / match["path"]).resolve()]
        if match["whole"]:
            return f"const {match['whole']} = {other};"
        return f"const {{{match['names'].replace(' as ', ': ')}}} = {other};"

    body = _EXPORT.sub(r"\g<what> \g<name>", _IMPORT.sub(taken, source))
    if left := _LEFT.search(body):
        raise NotBundled(f"{module.name} can't be bundled. Got {left[0]!r}.")
    result = f"return {{ {', '.join(exported)} }};" if exported else ""
    return f"const {names[module]} = (() => {{\n{body}\n{result}\n}})();"
