"""Who imports whom: without circles, and one way. An import counts wherever it stands in a file."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

ROOT = Path(__file__).parents[2]
LAYERS = ("table_reader", "linreg_core", "dashboard", "pages")
"""From the bottom to the top: each may import those before it."""


def imports(root: Path) -> dict[str, set[str]]:
    """Return what each module imports of ours: at its start, in functions, for types only."""
    files = {
        _name(file.relative_to(root)): file for at in LAYERS for file in (root / at).rglob("*.py")
    }
    return {name: set(_imported(name, file, files)) - {name} for name, file in files.items()}


def _name(file: Path) -> str:
    return ".".join(file.with_suffix("").parts).removesuffix(".__init__")


def _imported(name: str, file: Path, files: dict[str, Path]) -> Iterator[str]:
    """Yield modules. That of `from a import b` is a.b, or a where b is something in it."""
    package = name if file.stem == "__init__" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in files)
        elif isinstance(node, ast.ImportFrom):
            outer = package.split(".")[: -node.level + 1 or None] if node.level else []
            source = ".".join((*outer, *filter(None, (node.module,))))
            for alias in node.names:
                inner = f"{source}.{alias.name}"
                yield from (inner,) if inner in files else {source} & files.keys()


def circles(graph: dict[str, set[str]]) -> list[set[str]]:
    """Return the groups of modules that import one another."""
    names = sorted(graph)
    edges = np.array([[other in graph[name] for other in names] for name in names])
    groups = connected_components(csr_array(edges), connection="strong")[1]
    sizes = Counter(groups)
    return [
        {name for name, group in zip(names, groups, strict=True) if group == one}
        for one in sizes
        if sizes[one] > 1
    ]


@pytest.fixture(scope="module")
def ours() -> dict[str, set[str]]:
    """What our own modules import, read once."""
    return imports(ROOT)


def test_no_modules_import_one_another(ours: dict[str, set[str]]) -> None:
    assert circles(ours) == []


def test_a_layer_imports_only_what_lies_below_it(ours: dict[str, set[str]]) -> None:
    for name, imported in ours.items():
        height = LAYERS.index(name.partition(".")[0])
        above = {other for other in imported if other.partition(".")[0] in LAYERS[height + 1 :]}
        assert not above, f"{name} imports {above}"


def test_nobody_reaches_behind_the_face_of_the_tables(ours: dict[str, set[str]]) -> None:
    for name, imported in ours.items():
        behind = {other for other in imported if other.startswith("linreg_core.tables.")}
        makes_rows = name.startswith(("linreg_core.tables", "linreg_core.sources"))
        assert makes_rows or not behind, f"{name} imports {behind}"


def test_every_kind_of_import_is_seen(tmp_path: Path) -> None:
    core = tmp_path / "linreg_core"
    core.mkdir()
    (core / "__init__.py").write_text("from . import one\n")
    (core / "one.py").write_text("def late():\n    from linreg_core.two import something\n")
    (core / "two.py").write_text("if TYPE_CHECKING:\n    import linreg_core.three\n")
    (core / "three.py").write_text("from .one import late\n")
    (core / "alone.py").write_text("from linreg_core import one, name\nimport numpy\n")
    found = imports(tmp_path)
    assert found["linreg_core.alone"] == {"linreg_core", "linreg_core.one"}
    assert circles(found) == [{"linreg_core.one", "linreg_core.two", "linreg_core.three"}]
