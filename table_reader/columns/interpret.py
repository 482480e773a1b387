"""What the cells of a table mean: each column becomes numbers, yes/no, dates or text.

Two rounds: first every column by itself; then those whose decimal mark or order of day and
month is open, by what other columns of the file have decided, by the options, or not at all:
then they stay text and a question is asked.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from table_reader.columns.cells import TextCells, written
from table_reader.columns.dates import examine_dates
from table_reader.columns.habits import Habits
from table_reader.columns.look_alikes import several_answers
from table_reader.columns.meaning import Meaning
from table_reader.columns.missing_codes import codes_note, find_codes, without_codes
from table_reader.columns.numbers import examine_numbers
from table_reader.columns.open_columns import OpenColumns
from table_reader.columns.plain_numbers import plain_numbers
from table_reader.columns.yes_no import asked_yes_no, yes_no_values
from table_reader.grid import Grid, PlainNumbers, Progress, is_text, release_arrow_memory
from table_reader.options import CATEGORY, DATE, NUMBER, TEXT, YES_NO, ReadOptions
from table_reader.table import KEPT_AS_TEXT, SUSPICIOUS, Remedy


def interpret(grid: Grid, options: ReadOptions, progress: Progress) -> Meaning:
    """Return what the columns mean, taking them out of the grid so that memory is freed."""
    interpreter = _Interpreter(grid, options)
    interpreter.run(progress)
    return interpreter.meaning


class _Interpreter:
    """What looks at column after column."""

    def __init__(self, grid: Grid, options: ReadOptions) -> None:
        self.grid = grid
        self.options = options
        self.meaning = Meaning(grid, options)
        self._habits = Habits.of(options.precedent)
        self._open = OpenColumns(self.meaning, self._habits)

    def run(self, progress: Progress) -> None:
        """Interpret every column, and then what they left open."""
        columns = self.grid.columns
        for i, name in enumerate(self.grid.names):
            column = [columns[i]]
            columns[i] = None
            is_large_text = is_text(column[0])
            self._examine(i, name, column.pop())
            if is_large_text:
                release_arrow_memory(self.grid.n_rows)
            progress((i + 1) / len(columns))
        self._open.settle_numbers()
        self._open.settle_dates()
        self.meaning.mention_words()
        self._settle_codes()

    def _examine(self, i: int, name: str, column: Any) -> None:
        """Settle what a column means if it tells by itself; else keep it for later."""
        kind = self.options.kind_of(name) or self._habits.kind_of(name)
        if kind not in (None, NUMBER) and not is_text(column):
            column = written(column)
        if isinstance(column, PlainNumbers):
            self.meaning.take_plain(i, column)
            return
        if not is_text(column):
            self.meaning.values[i] = column
            return
        if kind == TEXT:
            self.meaning.keep_text(i, column, is_as_written=name in self.options.as_text)
            return
        cells = TextCells.of(name, column, self.grid.line_numbers)
        del column
        if not cells.n:
            self.meaning.empty.append(name)
            self.meaning.missing += cells.missing
        elif kind in (CATEGORY, DATE, YES_NO):
            self._take_asked(i, cells, kind)
        else:
            self._examine_cells(i, cells, is_number=kind == NUMBER)

    def _take_asked(self, i: int, cells: TextCells, kind: str) -> None:
        """Take a column as a person, or an earlier file, says."""
        if kind == CATEGORY:
            self.meaning.keep_text(i, cells.original)
        elif kind == YES_NO:
            self.meaning.values[i], strays = asked_yes_no(cells)
            self.meaning.mention_strays(cells, strays, "neither yes nor no")
        elif (dates := examine_dates(cells, is_asked=True)) is None:
            note = f"Column {cells.name!r} has no dates that can be read: it was kept as text."
            self.meaning.keep_text(i, cells.original)
            self.meaning.note(note, cells.name, KEPT_AS_TEXT)
        elif dates.order in ("day", "month"):
            self.meaning.take_dates(i, dates, dates.order)
        else:
            self._open.dates[i] = dates

    def _examine_cells(self, i: int, cells: TextCells, is_number: bool) -> None:
        name = cells.name
        if not is_number and (what := several_answers(cells)):
            self.meaning.keep_text(i, cells.original)
            self.meaning.lose(name, f"Column {name!r} {what}: it was kept as text.")
            return
        if self._examine_plain(i, cells):
            return
        if not is_number and self._examine_words(i, cells):
            return
        numbers = examine_numbers(cells, is_number)
        if numbers is None or (numbers.trouble and not is_number):
            self.meaning.keep_text(i, cells.original)
            if numbers is None:
                self.meaning.words.append(name)
            elif numbers.are_codes:
                self.meaning.notes.append(
                    f"Column {name!r} {numbers.trouble}: it was kept as text."
                )
            else:
                self.meaning.lose(name, f"Column {name!r} {numbers.trouble}: it was kept as text.")
        elif numbers.is_open or self._open.is_foreign(numbers):
            self._open.numbers[i] = numbers
        else:
            self.meaning.take_numbers(i, numbers, numbers.decimal or ".")

    def _examine_plain(self, i: int, cells: TextCells) -> bool:
        """Try a column as plain numbers without its words for nothing, also with commas."""
        import pyarrow.compute as pc

        plain, decimal = plain_numbers(cells.text), "."
        has_foreign_commas = self.grid.options.delimiter == ","
        if plain is None and not has_foreign_commas and not cells.contains("."):
            plain, decimal = plain_numbers(pc.replace_substring(cells.text, ",", ".")), ","
        if plain is not None:
            self.meaning.missing += cells.missing
            self.meaning.take_plain(i, plain, decimal)
        return plain is not None

    def _examine_words(self, i: int, cells: TextCells) -> bool:
        """Try a column as yes/no and as dates, and tell whether it is."""
        answers = yes_no_values(cells)
        if answers is not None:
            self.meaning.values[i], yes = answers
            self.meaning.missing += cells.missing
            self.meaning.notes.append(
                f"Column {cells.name!r} was read as yes and no; {yes!r} is yes."
            )
            return True
        dates = examine_dates(cells)
        if dates is None:
            return False
        if dates.order in ("day", "month"):
            self.meaning.take_dates(i, dates, dates.order)
            if dates.is_numeric:
                self.meaning.conventions.add_order(cells.name, dates.order)
        else:
            self._open.dates[i] = dates
        return True

    def _settle_codes(self) -> None:
        """Make the codes that are said missing, and name those that nobody has said."""
        for i, values in self.meaning.values.items():
            if not isinstance(values, np.ndarray) or values.dtype.kind not in "if":
                continue
            name = self.grid.names[i]
            said = [code for column, code in self.options.missing_codes if column == name]
            said += self._habits.codes_of(name)
            self.meaning.values[i], found = without_codes(values, said) if said else (values, None)
            if found is not None and found.any():
                self.meaning.notes.append(codes_note(name, values[found]))
            codes = find_codes(self.meaning.values[i])
            if codes is not None:
                remedy = Remedy(
                    f"Take {codes.text} as missing",
                    "missing_codes",
                    tuple((name, code) for code in codes.codes),
                )
                self.meaning.note(codes.sentence(name), name, SUSPICIOUS, codes.rows, (remedy,))
