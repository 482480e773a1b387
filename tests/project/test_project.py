"""Project files: what goes in comes out, and nothing else does, whatever a file holds."""

from __future__ import annotations

import io
import json
import pickle
import struct
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dashboard.project import project as project_module
from dashboard.project.project import Project, is_project, project_bytes, read_project
from linreg_core import ConfigError
from tests.library.making import a_run

KEPT = replace(a_run(note="# Notes\n<script>", saved_at=1.7e9), fingerprint="0" * 32)


def parquet() -> bytes:
    out = io.BytesIO()
    pd.DataFrame({"x": [1.0, 2.5], "y": ["a", None]}).to_parquet(out)
    return out.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


GOOD = parts_of(project_bytes(Project(KEPT, parquet())))


def packed(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name) if "\0" in name else name, content, method)
    return out.getvalue()


def manifest(**change: Any) -> dict[str, bytes]:
    return GOOD | {"manifest.json": json.dumps(json.loads(GOOD["manifest.json"]) | change).encode()}


def test_a_project_comes_back_as_it_was() -> None:
    found = read_project(project_bytes(Project(KEPT, parquet())))
    assert found.kept == KEPT and found.table == parquet()
    bare = read_project(project_bytes(Project(a_run(result=None, saved_at=0.0))))
    assert bare.kept == a_run(result=None, saved_at=0.0) and bare.table is None


def test_any_zip_tool_reads_it() -> None:
    assert [*GOOD] == [
        *("manifest.json", "settings.json", "result.json", "notes.md", "table.parquet"),
    ]
    assert json.loads(GOOD["manifest.json"])["format"] == "linreg-live-project"
    assert len(pd.read_parquet(io.BytesIO(GOOD["table.parquet"]))) == 2


def test_a_project_packed_again_by_another_tool_is_read() -> None:
    assert read_project(packed(GOOD, zipfile.ZIP_STORED)).kept == KEPT


class _Run:
    def __reduce__(self) -> Any:
        return pytest.fail, ("a pickle was run",)


def two_of_a_name() -> bytes:
    data = packed(GOOD | {"notes.mx": b"other"})
    return data.replace(b"notes.mx", b"notes.md")


def with_size(size: int) -> bytes:
    """A file whose list says that a part is larger, or smaller, than it is."""
    data = bytearray(packed({**GOOD, "notes.md": bytes(30_000)}))
    at = data.rindex(b"notes.md") - 46
    struct.pack_into("<L", data, at + 24, size)
    return bytes(data)


def changed_byte() -> bytes:
    data = bytearray(packed(GOOD, zipfile.ZIP_STORED))
    data[data.index(b'"dataset"') + 3] ^= 1
    return bytes(data)


def many_members() -> bytes:
    return packed(GOOD | {f"{i}.json": b"{}" for i in range(20)})


def endless_list() -> bytes:
    """A file whose end says that its list of parts is 2 GB long."""
    data = bytearray(packed(GOOD))
    struct.pack_into("<L", data, len(data) - 10, 2**31)
    return bytes(data)


def encrypted() -> bytes:
    data = bytearray(packed(GOOD))
    at = data.rindex(b"notes.md") - 46
    data[at + 8] |= 1
    return bytes(data)


DEEP = b'{"a":' * 50_000 + b"1" + b"}" * 50_000
BAD = {
    "empty": (b"", "is no ZIP file"),
    "a table": (b"x,y\n1,2\n", "is no ZIP file: choose one whose name ends in .linreg.zip"),
    "cut off": (packed(GOOD)[:-30], "is damaged: it was cut off"),
    "cut to its start": (packed(GOOD)[:40], "is damaged"),
    "something behind": (packed(GOOD) + b"PK\5\6", "is damaged"),
    "a changed byte": (changed_byte(), "is damaged"),
    "another zip": (packed({"data.csv": b"x,y"}), "unknown part, 'data.csv'"),
    "no manifest": (packed({"notes.md": b""}), "has no manifest.json"),
    "no settings": (packed({"manifest.json": GOOD["manifest.json"]}), "has no settings.json"),
    "another format": (packed(manifest(format="x")), "is another kind of ZIP file"),
    "newer": (packed(manifest(version=2)), "made by a newer version .*format 2; .*up to 1"),
    "no version": (packed(manifest(version="1")), "does not say its version"),
    "true version": (packed(manifest(version=True)), "does not say its version"),
    "another page": (packed(manifest(page="../app")), "a page that is not here"),
    "a long name": (packed(manifest(name="x" * 200)), "can't be used. The name of a run"),
    "up": (packed(GOOD | {"../x.json": b""}), "a path in the name of a part"),
    "absolute": (packed(GOOD | {"/etc/passwd": b""}), "a path in the name of a part"),
    "a drive": (packed(GOOD | {"C:x": b""}), "a path in the name of a part"),
    "backslash": (packed(GOOD | {"a\\b": b""}), "a path in the name of a part"),
    "a folder": (packed(GOOD | {"sub/notes.md": b""}), "a path in the name of a part"),
    "hidden": (packed(GOOD | {".bashrc": b""}), "a path in the name of a part"),
    "nul": (
        packed(GOOD | {"note.mdXx": b""}).replace(b"note.mdXx", b"notes.md\0"),
        "a path in the name of a part|damaged",
    ),
    "a pickled model": (packed(GOOD | {"model.pt": pickle.dumps(_Run())}), "holds a model"),
    "a pickle": (packed(GOOD | {"x.pkl": pickle.dumps(_Run())}), "holds a model"),
    "a pickled table": (packed(GOOD | {"table.parquet": pickle.dumps(_Run())}), "no Parquet file"),
    "a pickled result": (packed(GOOD | {"result.json": pickle.dumps(_Run())}), "no JSON of ours"),
    "a program": (packed(GOOD | {"run.py": b""}), "holds a program"),
    "nested": (packed(GOOD | {"in.zip": packed(GOOD)}), "holds another packed file"),
    "twice": (two_of_a_name(), "two parts of the same name|damaged"),
    "many": (many_members(), "at most 16 parts"),
    "an endless list": (endless_list(), "at most 16 parts|damaged"),
    "a bomb": (packed(GOOD | {"table.parquet": bytes(50_000_000)}), "of nothing"),
    "a large note": (packed(GOOD | {"notes.md": b"a" * 50_000}), "must have at most 40,000"),
    "says less": (with_size(100), "is damaged"),
    "says more": (with_size(39_000), "is damaged"),
    "locked": (encrypted(), "locked with a password"),
    "packed oddly": (packed(GOOD, zipfile.ZIP_BZIP2), "packs .* in a way"),
    "nan": (packed(GOOD | {"result.json": b'{"bias": NaN}'}), "no JSON of ours"),
    "infinite": (packed(GOOD | {"result.json": b'{"bias": 1e999}'}), "no JSON of ours"),
    "a long number": (packed(GOOD | {"result.json": b"[" + b"9" * 9000 + b"]"}), "no JSON of ours"),
    "deep": (packed(GOOD | {"settings.json": DEEP[:200_000]}), "no JSON of ours|damaged|nothing"),
    "deep and whole": (packed(GOOD | {"settings.json": b"[" * 9999 + b"]" * 9999}), "no JSON"),
    "a name twice": (packed(GOOD | {"settings.json": b'{"v":"1","v":"2"}'}), "no JSON of ours"),
    "a list": (packed(GOOD | {"settings.json": b"[]"}), "no JSON of ours"),
    "no text": (packed(GOOD | {"settings.json": b"\xff\xfe"}), "no JSON of ours"),
    "a setting of numbers": (packed(GOOD | {"settings.json": b'{"v": 1}'}), "must be text. Got 1"),
    "a false result": (packed(GOOD | {"result.json": b"{}"}), "a run's last numbers"),
}


@pytest.mark.parametrize(("data", "message"), BAD.values(), ids=BAD)
def test_a_bad_file_is_told_in_a_sentence(data: bytes, message: str) -> None:
    with pytest.raises(ConfigError, match=rf"^This project file .*({message})") as refused:
        read_project(data)
    said = str(refused.value)
    assert said.endswith(". Nothing of it was opened.") and "\n" not in said and len(said) < 400


def test_any_cut_and_any_changed_byte_is_refused_or_harmless() -> None:
    data = project_bytes(Project(KEPT))
    for at in range(0, len(data), 7):
        changed = bytearray(data)
        changed[at] ^= 0x55
        for each in (data[:at], bytes(changed)):
            try:
                read_project(each)
            except ConfigError as error:
                assert str(error).startswith("This project file ")


def test_what_is_too_large_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project_module, "MOST_PROJECT_BYTES", 1_000)
    with pytest.raises(ConfigError, match="leave the table out"):
        project_bytes(Project(KEPT, parquet()))


def test_unknown_settings_are_left_out() -> None:
    data = packed(GOOD | {"settings.json": b'{"v":"1","noise":"0.4","__class__":"x","rows":"y"}'})
    assert read_project(data).kept.settings == {"v": "1", "noise": "0.4"}


@pytest.mark.parametrize(
    ("name", "start", "is_one"),
    [
        ("My run.linreg.zip", b"", True),
        ("MY RUN.LINREG.ZIP", b"", True),
        ("renamed.zip", project_bytes(Project(KEPT))[:64], True),
        ("table.zip", packed({"table.csv": b"x"})[:64], False),
        ("table.csv", b"x,y\n", False),
    ],
    ids=["a project", "in capitals", "renamed", "a table that is packed", "a table"],
)
def test_a_project_is_known_by_its_name_or_its_first_part(
    name: str, start: bytes, is_one: bool
) -> None:
    assert is_project(name, start) is is_one


def test_nothing_is_written_to_a_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    read_project(project_bytes(Project(KEPT, parquet())))
    assert [*tmp_path.iterdir()] == []
