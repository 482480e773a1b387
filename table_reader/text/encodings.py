"""How a text file's bytes spell characters: finding it out, and turning all of them to UTF-8."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from table_reader.errors import DataError
from table_reader.source import HEAD_BYTES, PIECE_BYTES, GivenFile
from table_reader.wording import shown

GUESS_BYTES = 32 * 1024
LINE_BYTES = 512
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LABELS = {
    "ascii": "ASCII",
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
    "iso8859-1": "Latin-1",
}
UTF8_CODECS = ("utf-8", "utf-8-sig", "ascii")
CANDIDATES = [
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "iso8859_15", "koi8_r", "mac_roman"),
    *("cp932", "gb18030", "big5", "cp949", "euc_jp"),
]
"""What charset-normalizer chooses among: with all its 90 it misreads short texts more often."""
NOT_FOR_TABLES = frozenset(
    {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"}
)
MOSTLY_UTF8 = 10
"""So many good characters beyond ASCII for each bad one make a damaged UTF-8 file."""
WESTERN_SHARE = 0.9
WESTERN = re.compile("[A-Za-zÀ-ÖØ-öø-ÿŠšŽžŒœŸ]")
WESTERN_SIGNS = frozenset("°€£¥§µ²³±×·½¼«»–—’‘“”…©®™º¹¿¡÷ \xa0")


@dataclass(frozen=True)
class Encoding:
    """A codec's name, its label for people, and what was assumed to choose it."""

    codec: str
    errors: str = "strict"
    notes: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The name that people know it by, e.g. "Windows-1252"."""
        return LABELS.get(self.codec, self.codec.replace("_", "-").upper())


def find_encoding(source: GivenFile, asked: str | None) -> Encoding:
    """Return the encoding that was asked for, or the one that the bytes tell.

    Raises DataError for a codec that there is not, and for bytes that are no text.
    """
    if source.is_text:
        return Encoding("utf-8")
    if asked is not None:
        return Encoding(_known_codec(asked))
    head = source.read_at(0, HEAD_BYTES)
    for mark, codec in MARKS:
        if head.startswith(mark):
            return Encoding(codec)
    wide = _unmarked_utf16(head)
    if wide:
        return Encoding(wide)
    foreign = _bytes_beyond_utf8(source)
    return Encoding("utf-8") if foreign is None else _guess(foreign)


def decoded_pieces(
    source: GivenFile, encoding: Encoding, n_bytes: int = PIECE_BYTES
) -> Iterator[bytes]:
    """Yield the file as UTF-8, in pieces of about `n_bytes` that may end within a character.

    Raises DataError where the bytes are not of that encoding.
    """
    decoder = codecs.getincrementaldecoder(encoding.codec)(encoding.errors)
    is_valid_as_it_is = encoding.codec in UTF8_CODECS and encoding.errors == "strict"
    is_first = True
    for piece in source.pieces(n_bytes):
        text = _decoded(decoder, piece, source, encoding)
        if is_first:
            text, piece = text.removeprefix("\ufeff"), piece.removeprefix(codecs.BOM_UTF8)
            is_first = False
        yield piece if is_valid_as_it_is else text.encode("utf-8", errors="replace")
    yield _decoded(decoder, b"", source, encoding, final=True).encode("utf-8", errors="replace")


def _decoded(
    decoder: codecs.IncrementalDecoder,
    piece: bytes,
    source: GivenFile,
    encoding: Encoding,
    final: bool = False,
) -> str:
    try:
        return decoder.decode(piece, final)
    except (UnicodeError, ValueError):
        raise DataError(
            f"File {source.title} must be {encoding.label} text. Got bytes that are not: "
            f"choose another encoding, or save the file again as CSV UTF-8."
        ) from None


def _known_codec(asked: str) -> str:
    try:
        info = codecs.lookup(asked)
    except (LookupError, ValueError, TypeError):
        info = None
    if info is None or info.name in NOT_FOR_TABLES or not info._is_text_encoding:
        raise DataError(f"`encoding` must be one such as 'utf-8' or 'cp1252'. Got {shown(asked)}.")
    return info.name


def _unmarked_utf16(head: bytes) -> str | None:
    """Return the UTF-16 whose ASCII characters would leave such a pattern of zero bytes."""
    pairs = len(head) // 2
    if pairs < 2:
        return None
    low, high = head[0 : 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    if high > 0.6 * pairs and low < 0.05 * pairs:
        return "utf-16-le"
    if low > 0.6 * pairs and high < 0.05 * pairs:
        return "utf-16-be"
    return None


def _bytes_beyond_utf8(source: GivenFile) -> bytes | None:
    """Return lines with bytes that are not UTF-8, to be guessed at; None where all of it is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for piece in source.pieces():
        try:
            decoder.decode(piece)
        except UnicodeDecodeError:
            return _lines_beyond_ascii(piece)
    try:
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return _lines_beyond_ascii(source.read_at(max(0, source.size - HEAD_BYTES), HEAD_BYTES))
    return None


def _lines_beyond_ascii(piece: bytes) -> bytes:
    found, at = bytearray(), 0
    for match in re.finditer(rb"[\x80-\xff]", piece):
        if match.start() >= at:
            start = max(piece.rfind(end, at, match.start()) for end in (b"\n", b"\r")) + 1
            at = min(end for end in _next_ends(piece, match.start()) if end >= 0)
            found += piece[max(start, match.start() - LINE_BYTES) : at][: 2 * LINE_BYTES] + b"\n"
        if len(found) > GUESS_BYTES:
            break
    return bytes(found)


def _next_ends(piece: bytes, start: int) -> tuple[int, int, int]:
    return piece.find(b"\n", start), piece.find(b"\r", start), len(piece)


def _guess(lines: bytes) -> Encoding:
    """Choose among damaged UTF-8, encodings of one byte a character, and those of East Asia.

    Windows-1252 where that makes Western words of the bytes; otherwise what
    charset-normalizer says; and Windows-1252 again where it says nothing.
    """
    damaged = lines.decode("utf-8", errors="replace")
    bad = damaged.count("\ufffd")
    if sum(ord(letter) > 127 for letter in damaged) - bad >= MOSTLY_UTF8 * bad:
        note = "Some bytes are not UTF-8, as the rest of the file is; they show as \ufffd."
        return Encoding("utf-8", "replace", (note,))
    if _reads_western(lines):
        return Encoding(_western(lines))
    from charset_normalizer import from_bytes

    best = from_bytes(lines, cp_isolation=CANDIDATES).best()
    encoding = Encoding(_western(lines) if best is None else codecs.lookup(best.encoding).name)
    note = f"The encoding is not marked; by its letters it was taken to be {encoding.label}."
    return Encoding(encoding.codec, notes=(note,))


def _western(lines: bytes) -> str:
    """Return Windows-1252, or Latin-1 where it has bytes that Windows-1252 does not know."""
    try:
        lines.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def _reads_western(lines: bytes) -> bool:
    text = lines.decode("cp1252", errors="replace")
    foreign = [i for i, letter in enumerate(text) if ord(letter) > 127]
    good = sum(_fits(text, i) for i in foreign)
    return good >= WESTERN_SHARE * len(foreign)


def _fits(text: str, i: int) -> bool:
    """Whether a character beyond ASCII stands where Western texts have it."""
    if text[i] in WESTERN_SIGNS:
        return True
    if not WESTERN.match(text[i]):
        return False
    before, after = text[max(0, i - 1) : i], text[i + 1 : i + 2]
    return not (_is_upper_in_word(text[i], before) or ord(before or "a") > 127 < ord(after or "a"))


def _is_upper_in_word(letter: str, before: str) -> bool:
    return letter.isupper() and before.islower()
