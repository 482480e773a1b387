"""One file, polluted in every place in every way: what becomes of it, in our reader and in pandas.

`python -m benchmarks.pollution`. The ways are those of Vitagliano et al., "Pollock: a data loading
benchmark", 2023; the file and its pollutions are made here.
"""

from __future__ import annotations

import io
import warnings
from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from benchmarks.report import Row, print_table
from table_reader import DataError, read_table

N_ROWS = 40
NAMES = ("id", "day", "price", "amount", "note", "share")
NUMBERS = ("id", "price", "amount", "share")
OUTCOMES = ("exact", "told", "refused", "silent")
"""The right numbers; other ones with a word; none, with a reason; other ones without a word."""

Cells = list[list[str]]
Place = tuple[int, str] | None
Reader = Callable[[bytes], tuple[pd.DataFrame, set[str]]]


def table() -> Cells:
    """The clean table, its header first."""
    generator = np.random.default_rng(0)
    rows = [list(NAMES)]
    for i in range(N_ROWS):
        price, share = generator.uniform(5, 900), generator.uniform(0, 1)
        note = ("plain", '"with, comma"', '"two ""words"""')[i % 3]
        day = f"2023-{1 + i % 12:02d}-{1 + i % 28:02d}"
        amount = str(generator.integers(1, 50))
        rows.append([str(100 + 3 * i), day, f"{price:.2f}", amount, note, f"{share:.3f}"])
    return rows


def text(rows: Cells, delimiter: str = ",", end: str = "\n") -> str:
    """Write a table."""
    return end.join(delimiter.join(row) for row in rows) + end


def polluted() -> Iterator[tuple[str, Place]]:
    """Yield the file in all its pollutions, and where a cell was emptied by it."""
    rows = table()
    lines = [",".join(row) for row in rows]
    yield from ((file, None) for file in _whole_files(rows, lines))
    for i in range(1, len(rows)):
        yield from ((file, None) for file in _one_line(lines, i))
        for j in range(len(NAMES)):
            yield from _one_cell(rows, i, j)


def _whole_files(rows: Cells, lines: list[str]) -> Iterator[str]:
    for delimiter in (";", "\t", "|", " , ", ", "):
        yield text(rows, delimiter)
    for end in ("\r\n", "\r"):
        yield text(rows, end=end)
    body = text(rows)
    yield "\ufeff" + body
    yield body.rstrip("\n")
    yield text(rows[1:])
    yield text([rows[0], *rows])
    yield text([["unit", "d", "EUR", "kg", "", "%"], *rows])
    for n in (1, 3, 9):
        yield "Exported on 2023-05-01\n" * n + "\n" + body
        yield body + "\n" + "Source: the office, see below\n" * n
        yield "\n" * n + body
        yield body + "\n" * n
        yield "\n".join([lines[0], *[""] * n, *lines[1:]]) + "\n"
    yield body.replace('""', '\\"')
    yield body.replace('"', "'")


def _one_line(lines: list[str], i: int) -> Iterator[str]:
    before, line, after = lines[:i], lines[i], lines[i + 1 :]
    for other in (
        *(line + ",", line + ",,", "," + line, line.replace(",", ";"), line + " "),
        *(line.replace(",", ", "), '"' + line, line + '"', line + "\r", line[: len(line) // 2]),
        *(line.replace('"', ""), "# " + line, line + "\n\n"),
    ):
        yield "\n".join([*before, other, *after]) + "\n"


def _one_cell(rows: Cells, i: int, j: int) -> Iterator[tuple[str, Place]]:
    cell = rows[i][j]
    for other in ("", f'"{cell}', f'{cell}"', f" {cell} ", f"{cell},extra", f'"{cell}"', '"', "-"):
        changed = [list(row) for row in rows]
        changed[i][j] = other
        yield text(changed), (i - 1, NAMES[j]) if other in ("", "-") else None


def ours(content: bytes) -> tuple[pd.DataFrame, set[str]]:
    read = read_table(io.BytesIO(content))
    return read.frame, {*read.notes, *(question.text for question in read.questions)}


def pandas_default(content: bytes) -> tuple[pd.DataFrame, set[str]]:
    return pd.read_csv(io.BytesIO(content)), set()


READERS: dict[str, Reader] = {"read_table": ours, "pandas.read_csv": pandas_default}


def outcome(reader: Reader, file: str, emptied: Place, usual: set[str]) -> str:
    """How a reader fares with a file; `usual` is what it says of the clean one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame, said = reader(file.encode())
    except (DataError, ValueError):
        return "refused"
    if all(_is_right(frame, name, emptied) for name in NUMBERS):
        return "exact"
    return "told" if said - usual else "silent"


def _is_right(frame: pd.DataFrame, name: str, emptied: Place) -> bool:
    expected = [float(row[NAMES.index(name)]) for row in table()[1:]]
    if emptied is not None and emptied[1] == name:
        expected[emptied[0]] = np.nan
    if name not in frame.columns or len(frame) != len(expected):
        return False
    found = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return np.array_equal(found, expected, equal_nan=True)


def compared() -> list[Row]:
    """How many of the files each reader reads."""
    files = list(polluted())
    rows = []
    for name, reader in READERS.items():
        usual = reader(text(table()).encode())[1]
        counts = Counter(outcome(reader, file, emptied, usual) for file, emptied in files)
        said = ", ".join(f"{counts[one]} {one}" for one in OUTCOMES)
        rows.append(Row(f"{name}: {len(files)} polluted files", said, ""))
    return rows


def main() -> None:
    print_table("One file, polluted", compared())


if __name__ == "__main__":
    main()
