"""What a text file shows of itself, whether or not it can be read as a table."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from table_reader.errors import DataError
from table_reader.found import Found, head_of
from table_reader.options import ReadOptions
from table_reader.source import GivenFile
from table_reader.text.dialect import find_dialect
from table_reader.text.encodings import Encoding, decoded_pieces, find_encoding
from table_reader.text.sample import ONE_COLUMN

LOOKED_AT: Final = 64 * 1024
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


def text_found(source: GivenFile, encoding: str | None) -> Found:
    """Return the first lines of a text file; none where it is no text in that encoding.

    >>> from table_reader.source import view_source
    >>> text_found(view_source(memoryview(b"a;b\\n1;2"), "a.csv"), None).head
    ((1, 'a;b'), (2, '1;2'))
    """
    text = _text(source, _encoding(source, encoding))
    lines = _LINE_END.split(text.removesuffix("\n").removesuffix("\r")) if text else []
    return Found(is_text=bool(text), head=head_of(enumerate(lines, 1)))


def found_options(source: GivenFile, options: ReadOptions) -> ReadOptions:
    """Return the options with the encoding and delimiter that a text file seems to have."""
    encoding = _encoding(source, options.encoding)
    text = _text(source, encoding)
    if encoding is None or not text:
        return options
    options = replace(options, encoding=encoding.codec)
    try:
        mark = find_dialect(text, options.delimiter).delimiter
    except DataError:
        return options
    return replace(options, delimiter="" if mark == ONE_COLUMN else mark)


def _encoding(source: GivenFile, asked: str | None) -> Encoding | None:
    """Return the encoding asked for if there is such a one, else what the text seems to have."""
    for codec in dict.fromkeys((asked, None)):
        try:
            return find_encoding(source, codec)
        except DataError:
            continue
    return None


def _text(source: GivenFile, encoding: Encoding | None) -> str:
    """Return the beginning of a text, nothing where it can't be decoded or is none."""
    if encoding is None:
        return ""
    try:
        content = next(decoded_pieces(source, encoding), b"")[:LOOKED_AT]
    except DataError:
        return ""
    return "" if b"\x00" in content else content.decode("utf-8", errors="replace")
