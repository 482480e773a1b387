"""Tables for the clipboard: as HTML for documents, and as text for everything else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dashboard.escaping import csv_cell, html_text, one_line
from dashboard.exports.printed_table import PrintedTable

_LINE: Final = "1px solid #000"
_STRONG: Final = "1.5px solid #000"


def pasted_html(tables: Sequence[PrintedTable]) -> str:
    """Return HTML whose look is in each cell: documents take that over, and no style sheet.

    A name that a spreadsheet would run as a formula gets an apostrophe in front, as in a CSV.
    """
    return "".join(map(_html, tables))


def pasted_text(tables: Sequence[PrintedTable]) -> str:
    """Return a line for each row, its cells between tabs, under the title and over the notes."""
    return "\n".join(map(_text, tables))


def _html(table: PrintedTable) -> str:
    last = len(table.rows) - 1
    head = _row("th", table.head, f"border-top: {_STRONG}; border-bottom: {_LINE}")
    rows = "".join(
        _row("td", row, f"border-bottom: {_STRONG}" if at == last else "")
        for at, row in enumerate(table.rows)
    )
    notes = "".join(f'<p style="font-size: 9pt">{html_text(note)}</p>' for note in table.notes)
    return (
        f"<p><b>{html_text(table.title)}</b></p>"
        f'<table style="border-collapse: collapse"><thead>{head}</thead><tbody>{rows}</tbody>'
        f"</table>{notes}"
    )


def _row(tag: str, cells: Sequence[str], border: str) -> str:
    drawn = (
        f'<{tag} style="text-align: {"right" if at else "left"}; padding: 1pt 6pt; {border}">'
        f"{html_text(csv_cell(one_line(cell)))}</{tag}>"
        for at, cell in enumerate(cells)
    )
    return f"<tr>{''.join(drawn)}</tr>"


def _text(table: PrintedTable) -> str:
    lines = ((table.title,), table.head, *table.rows, *((note,) for note in table.notes))
    return "".join("\t".join(csv_cell(one_line(cell)) for cell in line) + "\n" for line in lines)
