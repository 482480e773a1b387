"""One public name, one thing: what two modules define is found by whoever looks for the other."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("table_reader", "linreg_core", "dashboard", "pages")
MIGRATIONS = "dashboard/store/migrations/versions"
"""alembic finds what is in them by the same names in each."""


def defined_in(source: str) -> Iterator[str]:
    """Yield the public functions, classes and constants of a module."""
    for node in ast.parse(source).body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names = [node.name]
            case ast.Assign(targets=targets):
                names = [target.id for target in targets if isinstance(target, ast.Name)]
            case ast.AnnAssign(target=ast.Name(id=name)):
                names = [name]
            case _:
                names = []
        yield from (name for name in names if not name.startswith("_"))


def test_a_public_name_stands_in_one_module() -> None:
    places = defaultdict(set)
    for file in (file for package in PACKAGES for file in (ROOT / package).rglob("*.py")):
        if MIGRATIONS in file.as_posix():
            continue
        for name in defined_in(file.read_text(encoding="utf-8")):
            places[name].add(str(file.relative_to(ROOT)))
    twice = {name: files for name, files in places.items() if len(files) > 1}
    assert not twice


def test_every_kind_of_definition_is_seen() -> None:
    source = (
        "A = 1\nB: int = 2\n_C = 3\ndef d(): e = 4\nclass F: g = 5\nimport h\nasync def i(): pass\n"
    )
    assert [*defined_in(source)] == ["A", "B", "d", "F", "i"]
