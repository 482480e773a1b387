"""Reading a ZIP file that anybody may have made: its few members into memory, each within a bound.

Nothing is written to a disk, no name in it is used for anything but to be compared, and sizes are
looked at before anything is inflated.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Final

from linreg_core import ConfigError
from table_reader.wording import shown

MOST_PROJECT_BYTES: Final = 100_000_000
"""Of a whole file."""
_MOST_MEMBERS, _MOST_DIRECTORY_BYTES = 16, 8_000
_MOST_RATIO = 200  # inflated to packed; our own text has about 5
_FREE_BYTES = 200_000  # up to which the ratio does not matter
_END, _END_64_FINDER, _FIRST = b"PK\5\6", b"PK\6\7", b"PK\3\4"
_END_BYTES, _FINDER_BYTES = 22, 20
_ENCRYPTED: Final = 0x1 | 0x40
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_PATH = re.compile(r"[/\\:\0]|^\.")
_MODEL = re.compile(r"\.(pt|pth|ckpt|pkl|pickle|joblib|npy|npz|safetensors|onnx|h5|bin)$", re.I)
_PROGRAM = re.compile(r"\.(py|pyc|js|exe|dll|so|sh|bat|html?|svg)$", re.I)
_ARCHIVE = re.compile(r"\.(zip|gz|tgz|tar|7z|rar|xz|bz2|zst|jar|whl)$", re.I)


def broken_project(what: str) -> ConfigError:
    """Return what is raised for a file of no use; `what` goes on "This project file ..."."""
    return ConfigError(f"This project file {what}. Nothing of it was opened.")


def members_of(data: bytes, most: Mapping[str, int]) -> dict[str, bytes]:
    """Return the members of a ZIP file by name; `most` has those that there may be, and how large.

    Raises ConfigError when it is none, when it holds anything else, and when a member is larger
    than it may be or than it says.
    """
    _check_ends(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            for info in infos:
                _check(info, most)
            names = [info.filename for info in infos]
            if len(set(names)) < len(names):
                raise broken_project("has two parts of the same name")
            return {info.filename: _content(archive, info) for info in infos}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OSError):
        raise broken_project("is damaged: it was cut off, or changed on its way") from None
    except RuntimeError:  # zipfile's for a password
        raise broken_project("is locked with a password") from None


def _check_ends(data: bytes) -> None:
    """Look at what a ZIP file says of itself at its end, before its list of members is read."""
    if len(data) > MOST_PROJECT_BYTES:
        raise broken_project(
            f"must have at most {MOST_PROJECT_BYTES // 1_000_000} MB. It has {len(data) / 1e6:,.0f}"
        )
    if not data.startswith(_FIRST):
        raise broken_project("is no ZIP file: choose one whose name ends in .linreg.zip")
    end = data[-_END_BYTES:]
    if len(end) < _END_BYTES or not end.startswith(_END):
        raise broken_project("is damaged: it was cut off, or something was added to it")
    if data[-_END_BYTES - _FINDER_BYTES : -_END_BYTES].startswith(_END_64_FINDER):
        raise broken_project("is none of ours: it is made for more than 4 GB")
    n_here, n_members, size = struct.unpack("<HHL", end[8:16])
    if max(n_here, n_members) > _MOST_MEMBERS or size > _MOST_DIRECTORY_BYTES:
        raise broken_project(f"must have at most {_MOST_MEMBERS} parts. It has more")


def _check(info: zipfile.ZipInfo, most: Mapping[str, int]) -> None:
    """Raise ConfigError where a member is none that there may be, or too large."""
    name = info.orig_filename
    if name not in most:
        raise broken_project(_why_not(name))
    if info.flag_bits & _ENCRYPTED:
        raise broken_project("is locked with a password")
    if info.compress_type not in _METHODS:
        raise broken_project(f"packs {shown(name)} in a way that we do not unpack")
    size, packed = info.file_size, info.compress_size
    if size > most[name]:
        raise broken_project(
            f"has a part {shown(name)} of {size:,} bytes. It must have at most {most[name]:,}"
        )
    if size > _FREE_BYTES and size > _MOST_RATIO * max(packed, 1):
        raise broken_project(f"has a part {shown(name)} that unpacks to {size:,} bytes of nothing")


def _why_not(name: str) -> str:
    """Return what is wrong with a member of that name."""
    if _PATH.search(name):
        return f"has a path in the name of a part, {shown(name)}: parts have plain names"
    if _MODEL.search(name):
        return f"holds a model, {shown(name)}: such files can run programs, and are not opened"
    if _PROGRAM.search(name):
        return f"holds a program, {shown(name)}"
    if _ARCHIVE.search(name):
        return f"holds another packed file, {shown(name)}"
    return f"has an unknown part, {shown(name)}: it may be from a newer version"


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Return a member's bytes, as many as it says, which are those that it was made of (CRC)."""
    with archive.open(info) as file:
        content = file.read(info.file_size + 1)
    if len(content) != info.file_size:
        raise zipfile.BadZipFile
    return content
