"""Hostile files cost neither memory nor time: measured in a process of their own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from table_reader.limits import MAX_FILE_BYTES
from tests.table_reader import packing

MOST_MEGABYTES = 1000
MOST_CPU_SECONDS = 90
"""Its own: a busy machine is no failure, a hang is."""
HANG_SECONDS = 1200
PART_BYTES = 30_000_000
"""Where the largest file would show no more, and take three times as long."""

READ = f"""
import re, resource, sys
resource.setrlimit(resource.RLIMIT_CPU, ({MOST_CPU_SECONDS}, {MOST_CPU_SECONDS}))
from table_reader import DataError, read_table
try:
    shape = read_table(sys.argv[1]).frame.shape
    print("table", *shape)
except DataError as error:
    print("refused", error)
print(int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1000)
"""


def rows_of(row: bytes, n_bytes: int = MAX_FILE_BYTES - 1000, header: bytes = b"") -> bytes:
    return header + row * ((n_bytes - len(header)) // len(row))


HOSTILE = {
    "a gzip bomb": (lambda: packing.gzip_bomb(300), "refused .* must unpack to at most 256 MB"),
    "a zip bomb": (
        lambda: packing.zipped({"a.csv": bytes(400_000_000)}),
        "refused .* must unpack to at most 256 MB",
    ),
    "a workbook bomb": (
        lambda: packing.workbook_of("<row><c><v>1</v></c></row>" * 4_000_000),
        r"refused .* one holds 3,9\d\d,\d\d\d cells",
    ),
    "two cells in opposite corners": (
        lambda: packing.workbook_of(
            '<row r="1"><c r="A1"><v>1</v></c></row>'
            '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        ),
        "refused .* one spans 1,048,576 rows and 16,384 columns",
    ),
    "the most cells": (lambda: rows_of(b"1,2,3,4,5,6\n"), "refused .* at most 50,000,000 cells"),
    "the most rows": (lambda: rows_of(b"1\n"), "refused .* at most 10,000,000 rows"),
    "the most text": (lambda: rows_of(b"ab,cd,ef,4\n", header=b"w,x,y,z\n"), "table 9532417 4"),
    "words among numbers at the very end": (
        lambda: rows_of(b"1.5,2.5,3.5\n", PART_BYTES) + b"x,y,z\n",
        "table 2500001 3",
    ),
    "every second row too short": (
        lambda: rows_of(b"12.5,22.5\n1\n32.5,42.5\n", PART_BYTES),
        "table 2727272 2",
    ),
    "a quote at the beginning": (lambda: b'a,b\n1,"' + rows_of(b"2,3\n"), "must be closed"),
    "one line": (lambda: rows_of(b"1"), "refused .* must have at most 4 MB"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_bounded(name: str, tmp_path: Path) -> None:
    make, outcome = HOSTILE[name]
    (tmp_path / "hostile").write_bytes(make())
    command = [sys.executable, "-c", READ, str(tmp_path / "hostile")]
    result = subprocess.run(command, capture_output=True, text=True, timeout=HANG_SECONDS)
    assert result.returncode == 0, result.stderr
    said, megabytes = result.stdout.splitlines()
    assert re.search(outcome, said), said
    assert int(megabytes) < MOST_MEGABYTES
