"""Tables as LaTeX with booktabs' rules, to be read into somebody's own document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from dashboard.escaping import latex_text
from dashboard.exports.printed_table import PrintedTable

MOST_ROWS_OF_A_PAGE: Final = 40
"""A longer table goes on over pages, as a longtable."""
_LAST_LATIN: Final = 0x24F
_KNOWN = frozenset("\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u20ac\u2122")
_POWER = re.compile(r"(\u2212?[\d.]+)e(\u2212?\d+)")


def latex_file(tables: Sequence[PrintedTable]) -> bytes:
    """Return the tables in UTF-8, each as a float, or as a longtable where it has many rows.

    What they need of the document stands in comments on top.
    """
    body = "\n".join(_longtable(each) if _is_long(each) else _float(each) for each in tables)
    return ("\n".join((*_needs(tables, body), "", body, ""))).encode("utf-8", "replace")


def _is_long(table: PrintedTable) -> bool:
    return len(table.rows) > MOST_ROWS_OF_A_PAGE


def _needs(tables: Sequence[PrintedTable], body: str) -> Iterator[str]:
    yield "% In the preamble: \\usepackage{booktabs}"
    if any(map(_is_long, tables)):
        yield "% and \\usepackage{longtable}"
    if any(ord(sign) > _LAST_LATIN and sign not in _KNOWN for sign in body):
        yield "% For names in other letters: LuaLaTeX or XeLaTeX, with a font that has them."


def _float(table: PrintedTable) -> str:
    notes = "".join(f"\n\\par\\smallskip\n{_note(each)}" for each in table.notes)
    return (
        f"\\begin{{table}}[htbp]\n\\centering\n\\caption{{{latex_text(table.title)}}}\n"
        f"\\begin{{tabular}}{{{_columns(table)}}}\n{_head(table)}\n{_rows(table)}\n"
        f"\\bottomrule\n\\end{{tabular}}{notes}\n\\end{{table}}\n"
    )


def _longtable(table: PrintedTable) -> str:
    head, notes = _head(table), "\n\n".join(map(_note, table.notes))
    return (
        f"\\begin{{longtable}}{{{_columns(table)}}}\n\\caption{{{latex_text(table.title)}}}\\\\\n"
        f"{head}\n\\endfirsthead\n{head}\n\\endhead\n\\bottomrule\n\\endlastfoot\n"
        f"{_rows(table)}\n\\end{{longtable}}\n{notes}\n"
    )


def _columns(table: PrintedTable) -> str:
    return "l" + "r" * (len(table.head) - 1)


def _head(table: PrintedTable) -> str:
    return f"\\toprule\n{' & '.join(map(latex_text, table.head))} \\\\\n\\midrule"


def _rows(table: PrintedTable) -> str:
    return "\n".join(
        f"{' & '.join((latex_text(name), *map(_figure, figures)))} \\\\"
        for name, *figures in table.rows
    )


def _figure(text: str) -> str:
    """Return a number, one with an exponent as a power of ten."""
    if found := _POWER.fullmatch(text):
        size, power = (part.replace("\u2212", "-") for part in found.groups())
        return f"${size}\\times10^{{{power}}}$"
    return latex_text(text)


def _note(text: str) -> str:
    return f"{{\\footnotesize {latex_text(text)}\\par}}"
