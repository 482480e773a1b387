"""A project file, `.linreg.zip`: a run with its settings, pins, result, notes, perhaps its table.

Its parts are text and JSON, and a table as Parquet. There is no model in it: its numbers are in the
result, and its settings train it again.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

from dashboard.escaping import one_line
from dashboard.library.kept import (
    MOST_FILE_NAME,
    MOST_NAME,
    MOST_NOTE,
    PAGES,
    KeptRun,
    checked_note,
    checked_result,
    checked_run_name,
    kept_settings,
)
from dashboard.project.archive import MOST_PROJECT_BYTES, broken_project, members_of
from linreg_core import ConfigError
from table_reader.wording import shown

PROJECT_SUFFIX: Final = ".linreg.zip"
PROJECT_FORMAT: Final = "linreg-live-project"
PROJECT_VERSION: Final = 1
"""Of the format: raised when an older version would misread it."""
_MANIFEST, _SETTINGS, _RESULT, _NOTES, _TABLE = (
    *("manifest.json", "settings.json", "result.json", "notes.md", "table.parquet"),
)
_MOST: Final[Mapping[str, int]] = {
    _MANIFEST: 20_000,
    _SETTINGS: 500_000,
    _RESULT: 100_000,
    _NOTES: 4 * MOST_NOTE,
    _TABLE: MOST_PROJECT_BYTES,
}
"""The parts that there may be, and the bytes of each."""
_PARQUET = b"PAR1"
_HEX = set("0123456789abcdef")
_LONGEST_YEAR = 253_402_300_799  # seconds: the end of the year 9999


@dataclass(frozen=True, eq=False)
class Project:
    """What a project file holds: a run as it is kept, and its table as Parquet, if it is in it."""

    kept: KeptRun
    table: bytes | None = None


def project_bytes(project: Project) -> bytes:
    """Return a project as a file. Raises ConfigError when it is larger than one that we open."""
    kept, out = project.kept, io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_MANIFEST, _json(_manifest(kept)))  # first: it tells what the file is
        archive.writestr(_SETTINGS, _json(dict(kept.settings)))
        if kept.result is not None:
            archive.writestr(_RESULT, _json(dict(kept.result)))
        if kept.note:
            archive.writestr(_NOTES, kept.note)
        if project.table is not None:
            archive.writestr(_TABLE, project.table, zipfile.ZIP_STORED)  # it is packed itself
    if out.tell() > MOST_PROJECT_BYTES:
        raise ConfigError(
            f"A project file must have at most {MOST_PROJECT_BYTES // 1_000_000} MB. With its "
            f"table this one has {out.tell() / 1e6:,.0f}: leave the table out."
        )
    return out.getvalue()


def is_project(name: str, start: bytes) -> bool:
    """Whether a file of that name, which starts with these bytes, is to be opened as a project."""
    first = len(_MANIFEST)
    is_ours = start[:4] == b"PK\3\4" and start[30 : 30 + first] == _MANIFEST.encode()
    return name.lower().endswith(PROJECT_SUFFIX) or is_ours


def read_project(data: bytes) -> Project:
    """Return what a project file holds, nothing of which is run, and no table of which is read.

    Raises ConfigError when it is none, is damaged, or from a newer version.
    """
    parts = members_of(data, _MOST)
    if _MANIFEST not in parts:
        raise broken_project(f"has no {_MANIFEST}: it is another kind of ZIP file")
    manifest = _object(parts, _MANIFEST)
    _check_version(manifest)
    try:
        kept = _kept(manifest, parts)
    except ConfigError as error:
        if "project file" in str(error):
            raise
        raise broken_project(f"can't be used. {str(error).rstrip('.')}") from None
    table = parts.get(_TABLE)
    if table is not None and not (table.startswith(_PARQUET) and table.endswith(_PARQUET)):
        raise broken_project(f"has a part {shown(_TABLE)} that is no Parquet file")
    return Project(kept, table)


def _manifest(kept: KeptRun) -> dict[str, Any]:
    saved = datetime.fromtimestamp(kept.saved_at, UTC).isoformat(timespec="seconds")
    return {
        "format": PROJECT_FORMAT,
        "version": PROJECT_VERSION,
        "app": kept.version,
        "saved": saved,
        "name": kept.name,
        "page": kept.page,
        "run": kept.run,
        "about": kept.about,
        "file": kept.file_name,
        "fingerprint": kept.fingerprint,
    }


def _json(tree: Any) -> str:
    return json.dumps(tree, indent=1, ensure_ascii=False, allow_nan=False)


def _object(parts: Mapping[str, bytes], name: str) -> dict[str, Any]:
    """Return a part that is a JSON object, without NaN and without names that come twice."""
    try:
        tree = json.loads(
            parts[name].decode("utf-8"),
            parse_constant=_no_number,
            parse_float=_finite,
            object_pairs_hook=_once,
        )
    except (ValueError, RecursionError):
        raise broken_project(f"has a part {shown(name)} that is no JSON of ours") from None
    if not isinstance(tree, dict):
        raise broken_project(f"has a part {shown(name)} that is no JSON of ours")
    return tree


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    tree = dict(pairs)
    if len(tree) < len(pairs):
        raise ValueError("a name comes twice")
    return tree


def _check_version(manifest: Mapping[str, Any]) -> None:
    if manifest.get("format") != PROJECT_FORMAT:
        raise broken_project("is another kind of ZIP file")
    version = manifest.get("version")
    if type(version) is not int or version < 1:
        raise broken_project(f"does not say its version: got {shown(version)}")
    if version > PROJECT_VERSION:
        raise broken_project(
            f"was made by a newer version of Linreg Live (format {version}; this one reads up to "
            f"{PROJECT_VERSION}). Open it there, or have this server updated"
        )


def _kept(manifest: Mapping[str, Any], parts: Mapping[str, bytes]) -> KeptRun:
    if _SETTINGS not in parts:
        raise broken_project(f"has no {_SETTINGS}")
    page = manifest.get("page")
    if not isinstance(page, str) or page not in PAGES:
        raise broken_project(f"is about a page that is not here: {shown(page)}")
    kept = KeptRun(
        name=checked_run_name(manifest.get("name")),
        page=page,
        settings=kept_settings(_object(parts, _SETTINGS)),
        run=_line(manifest, "run", 40),
        about=_line(manifest, "about", 2 * MOST_NAME),
        file_name=_line(manifest, "file", MOST_FILE_NAME) or None,
        fingerprint=_fingerprint(manifest.get("fingerprint")),
        version=_line(manifest, "app", 40),
        saved_at=_moment(manifest.get("saved")),
    )
    if _RESULT in parts:
        kept = replace(kept, result=checked_result(_object(parts, _RESULT)))
    if _NOTES in parts:
        kept = replace(kept, note=checked_note(parts[_NOTES].decode("utf-8", "replace")))
    return kept


def _line(tree: Mapping[str, Any], name: str, most: int) -> str:
    value = tree.get(name)
    return one_line(value, most=most) if isinstance(value, str) else ""


def _fingerprint(value: object) -> str | None:
    is_one = isinstance(value, str) and len(value) == 32 and _HEX.issuperset(value)
    return str(value) if is_one else None


def _moment(value: object) -> float:
    try:
        seconds = datetime.fromisoformat(str(value)).timestamp()
    except (ValueError, OverflowError):
        return 0.0
    return seconds if 0 <= seconds <= _LONGEST_YEAR else 0.0
