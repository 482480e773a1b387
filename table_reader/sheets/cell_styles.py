"""Which of a workbook's cell formats show percentages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

BUILT_IN: Final = {"9": "0%", "10": "0.00%"}
"""The percentages among the number formats that every workbook has."""
MOST_STYLES: Final = 65_536
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_LITERAL_SIGN = re.compile(r'"[^"]*%[^"]*"|\\%')


@dataclass(frozen=True)
class CellStyle:
    """Whether a format shows a percentage, and whether it shows the number times 100 for that."""

    is_share: bool = False
    is_scaled: bool = False


NO_SHARE: Final = CellStyle()
SCALED: Final = CellStyle(True, True)
SIGNED: Final = CellStyle(True, False)

Styles = dict[str, CellStyle]
"""The styles that are percentages, by what stands in a cell's attribute s."""


def cell_style(number_format: str) -> CellStyle:
    """Return what a number format says of percentages.

    >>> cell_style("0.0%").is_scaled, cell_style('0.0"%"').is_scaled, cell_style('0.0"%"').is_share
    (True, False, True)
    """
    if "%" in _QUOTED.sub("", number_format):
        return SCALED
    return SIGNED if _LITERAL_SIGN.search(number_format) else NO_SHARE


class StylesParser:
    """Takes the styles of percentages from the events of a parser."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self.styles: Styles = {}
        self._formats = {number: cell_style(text) for number, text in BUILT_IN.items()}
        self._is_in_cells = False
        self._n_styles = 0
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take note of an element."""
        name = tag.rpartition(":")[2]
        if name == "numFmt" and len(self._formats) < MOST_STYLES:
            style = cell_style(attributes.get("formatCode", ""))
            self._formats[attributes.get("numFmtId", "")] = style
        elif name == "cellXfs":
            self._is_in_cells = True
        elif name == "xf" and self._is_in_cells and self._n_styles < MOST_STYLES:
            style = self._formats.get(attributes.get("numFmtId", ""), NO_SHARE)
            if style.is_share:
                self.styles[str(self._n_styles)] = style
            self._n_styles += 1

    def end(self, tag: str) -> None:
        """Take note of an element's end."""
        if tag.rpartition(":")[2] == "cellXfs":
            self._is_in_cells = False
