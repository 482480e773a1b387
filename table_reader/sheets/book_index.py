"""What a workbook's own documents say of its sheets: where each of them is, and in what order."""

from __future__ import annotations

from posixpath import join, normpath
from typing import Final
from xml.parsers import expat

WORKBOOK_PATH: Final = "xl/workbook.xml"
RELATIONS_PATH: Final = "xl/_rels/workbook.xml.rels"
STYLES_PATH: Final = "xl/styles.xml"
INDEX_PATHS: Final = (WORKBOOK_PATH, RELATIONS_PATH, STYLES_PATH)
MOST_SHEETS: Final = 10_000


class IndexParser:
    """Takes sheets and relations from the events of a parser, for one document after another.

    `is_stale` tells whether the program that wrote the workbook asks for all formulas to be
    calculated when it is opened, as those do that can't calculate them.
    """

    def __init__(self) -> None:
        self.is_stale = False
        self._ids: dict[str, str] = {}
        self._targets: dict[str, str] = {}

    def listen_to(self, parser: expat.XMLParserType) -> None:
        """Take what this parser finds as well."""
        parser.StartElementHandler = self.start

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take note of an element."""
        name = tag.rpartition(":")[2]
        if name == "sheet" and len(self._ids) < MOST_SHEETS:
            key = next((key for key in attributes if key.endswith(":id")), "")
            self._ids[attributes.get("name", "")] = attributes.get(key, "")
        elif name == "Relationship" and len(self._targets) < MOST_SHEETS:
            target = attributes.get("Target", "")
            self._targets[attributes.get("Id", "")] = normpath(join("/xl", target)).lstrip("/")
        elif name == "calcPr":
            self.is_stale = attributes.get("fullCalcOnLoad") in ("1", "true")

    def paths(self) -> dict[str, str]:
        """Return the path of each sheet in the archive."""
        return {name: self._targets[key] for name, key in self._ids.items() if key in self._targets}
