"""The map is true: what CONTRIBUTING's table and the docs name is there; every room is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("table_reader", "linreg_core", "dashboard", "pages")
SOURCES = (".py", ".js")
FILE = re.compile(r"[\w/]+\.(py|js|css|toml)")
TOLD_FROM = ("", "dashboard", "dashboard/live", "linreg_core", "linreg_core/engines")
"""The folders from which the docs tell paths."""
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def table_of(text: str) -> dict[str, list[str]]:
    """Return what stands in backticks in each row "to add X | touch Y", by the X."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)
    return {what: re.findall(r"`([^`]+)`", where) for what, where in rows if what != "to add"}


def untrue(names: list[str], root: Path) -> Iterator[str]:
    """Yield what is not there: a path, a file beside one of these, a name in one of the files."""
    paths = [root / name for name in names if "/" in name]
    rooms = {root, *(path if path.is_dir() else path.parent for path in paths)}
    beside = {room / name for room in rooms for name in names if "/" not in name}
    files = [file for file in {*paths, *beside} if file.is_file()]
    files += [file for path in paths if path.is_dir() for file in path.iterdir() if file.is_file()]
    texts = [file.read_text(encoding="utf-8") for file in files if file.suffix in SOURCES]
    for name in names:
        if "/" in name:
            is_there = (root / name).exists()
        elif FILE.fullmatch(name):
            is_there = any((room / name).is_file() for room in rooms)
        else:
            word = re.compile(rf"(?<!\w){re.escape(name)}" + (r"\b" if name[-1].isalnum() else ""))
            is_there = any(word.search(text) for text in texts)
        if not is_there:
            yield name


TABLE = table_of((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("names", TABLE.values(), ids=TABLE)
def test_what_the_table_names_is_there(names: list[str]) -> None:
    assert names and not [*untrue(names, ROOT)]


def test_the_table_leads_into_every_room() -> None:
    rooms = {
        file.parent
        for package in PACKAGES
        for suffix in SOURCES
        for file in (ROOT / package).rglob(f"*{suffix}")
    }
    named = {ROOT / name for names in TABLE.values() for name in names if "/" in name}
    entered = {path if path.is_dir() else path.parent for path in named}
    assert {str(room.relative_to(ROOT)) for room in rooms - entered} == set()


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_files_that_the_docs_name_are_there(doc: Path) -> None:
    names = re.findall(r"`([^`\s]+)`", doc.read_text(encoding="utf-8"))
    files = {name for name in names if "/" in name and FILE.fullmatch(name)}
    assert {
        name for name in files if not any((ROOT / at / name).is_file() for at in TOLD_FROM)
    } == set()


def test_what_is_not_there_is_found(tmp_path: Path) -> None:
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "a.py").write_text("class Engine:\n    knobs = 1\n")
    rows = (
        "| to add | touch |\n|---|---|\n| an engine | `room/`, `a.py` with `Engine` and `knobs` |\n"
    )
    assert table_of(rows) == {"an engine": ["room/", "a.py", "Engine", "knobs"]}
    assert [*untrue(["room/", "a.py", "Engine", "knobs"], tmp_path)] == []
    assert [*untrue(["room/", "b.py", "Engin", "gone/", "room/b.py"], tmp_path)] == [
        "b.py",
        "Engin",
        "gone/",
        "room/b.py",
    ]
