"""Tables as a Word document: three rules, and a head that comes again on every page."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

from dashboard.escaping import xml_text
from dashboard.exports.printed_table import PrintedTable

if TYPE_CHECKING:
    from docx.document import Document

_FONT: Final = "Calibri"
_NOTE_POINTS: Final = 8.5
_HALF_POINTS: Final = 19
_THICK, _THIN = 8, 4  # rules, in eighths of a point
_NAME_SHARE: Final = 2.0
"""How much wider the first column is than each of the others."""
_TWIPS: Final = 635  # in one of them: Word's lengths


def word_file(tables: Sequence[PrintedTable]) -> bytes:
    """Return a .docx with each table under its title and over its notes.

    This imports python-docx, which a server does without until somebody asks for such a file.
    """
    import docx

    document = docx.Document()
    _set_up(document, tables[0].title if tables else "")
    for index, table in enumerate(tables, 1):
        _add(document, index, table)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _set_up(document: Document, title: str) -> None:
    from docx.shared import Pt

    normal: Any = document.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(11)
    facts = document.core_properties
    facts.title, facts.author, facts.comments = xml_text(title, most=255), "Linreg Live", ""
    facts.created = facts.modified = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)


def _add(document: Document, index: int, table: PrintedTable) -> None:
    from docx.shared import Pt

    caption = document.add_paragraph()
    caption.paragraph_format.keep_with_next = True
    caption.paragraph_format.space_before = Pt(18 if index > 1 else 0)
    caption.paragraph_format.space_after = Pt(4)
    caption.add_run(f"Table {index}. ").bold = True
    caption.add_run(xml_text(table.title))
    caption._p.addnext(_table_element(table, _column_twips(document, len(table.head))))
    for note in table.notes or ("",):  # Word wants a paragraph after a table
        line = document.add_paragraph()
        line.paragraph_format.space_before, line.paragraph_format.space_after = Pt(3), Pt(0)
        line.add_run(xml_text(note)).font.size = Pt(_NOTE_POINTS)


def _column_twips(document: Document, n_columns: int) -> list[int]:
    """Return the columns' widths: Word does not look at what is in the cells."""
    page = document.sections[0]
    assert page.page_width and page.left_margin and page.right_margin
    whole = (page.page_width - page.left_margin - page.right_margin) / _TWIPS
    part = whole / (_NAME_SHARE + n_columns - 1)
    return [int(part * _NAME_SHARE), *[int(part)] * (n_columns - 1)]


def _table_element(table: PrintedTable, widths: Sequence[int]) -> Any:
    """Return the table as an element: a thousand rows, cell by cell, take python-docx minutes."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = "".join(_row_xml(row, widths) for row in table.rows)
    return parse_xml(
        f"<w:tbl {nsdecls('w')}><w:tblPr>"
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblBorders><w:top w:val="single" w:sz="{_THICK}" w:color="000000"/>'
        f'<w:bottom w:val="single" w:sz="{_THICK}" w:color="000000"/></w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblLook w:firstRow="1" w:firstColumn="1"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{_row_xml(table.head, widths, is_head=True)}{rows}</w:tbl>"
    )


def _row_xml(cells: Sequence[str], widths: Sequence[int], is_head: bool = False) -> str:
    again = "<w:tblHeader/>" if is_head else ""
    rule = f'<w:bottom w:val="single" w:sz="{_THIN}" w:color="000000"/>' if is_head else ""
    drawn = (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:tcBorders>{rule}</w:tcBorders>'
        f'<w:vAlign w:val="bottom"/></w:tcPr><w:p><w:pPr><w:spacing w:before="20" w:after="20"/>'
        f'<w:jc w:val="{"right" if at else "left"}"/></w:pPr><w:r><w:rPr>'
        f'{"<w:b/>" if is_head else ""}<w:sz w:val="{_HALF_POINTS}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(xml_text(cell))}</w:t></w:r></w:p></w:tc>'
        for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{again}</w:trPr>{''.join(drawn)}</w:tr>"
