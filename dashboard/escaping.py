"""Text that others wrote (column names, cells, file names) made safe for where it is shown.

One function for each place; each takes the text as it was read and is applied once, last.
"""

from __future__ import annotations

import html
import re
import string
import unicodedata
from typing import Final

FORMULA_START: Final = "^[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]"
"""What a spreadsheet takes for the beginning of a formula, in half and full width."""

_FORMULA = re.compile(FORMULA_START)
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?", re.ASCII)
_MARKDOWN = str.maketrans({sign: f"\\{sign}" for sign in string.punctuation})
_PLOTLY = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;", "%": "&#37;"})
_SCRIPT = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)
_NOT_XML = str.maketrans({"\ufffe": " ", "\uffff": " "})
_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "`": r"\textasciigrave{}",
        '"': r"\char34{}",
        "-": "-{}",  # two of them would be a dash
        "[": "{[}",  # after the end of a row it would be that command's option, as the star
        "*": "{*}",
        **{sign: f"\\{sign}" for sign in "{}$&#_%"},
        **{sign: f"${sign}$" for sign in "<>|"},
        "\u2212": "$-$",
        "\u00b7": r"$\cdot$",
        "\u00d7": r"$\times$",
        "\u221e": r"$\infty$",
        "\u00b2": "$^2$",
        "\u00b3": "$^3$",
        "\u2013": r"\textendash{}",
        "\u2026": r"\ldots{}",
        "\u00a0": "~",
    }
)
_CONTROL_OR_BROKEN = {"Cc", "Cs"}
_TURNS_WRITING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def one_line(text: object, most: int | None = None) -> str:
    """Return text on one line without control signs, shortened to `most` characters.

    Signs that turn the direction of writing are left out too: they would reorder what follows.

    >>> one_line("two\\nlines")
    'two lines'
    >>> one_line("a very long name", most=8)
    'a very …'
    """
    line = str(text)
    if not line.isprintable() or "  " in line:
        line = " ".join("".join(" " if _is_unseen(sign) else sign for sign in line).split())
    return line if most is None or len(line) <= most else f"{line[: most - 1]}…"


def _is_unseen(sign: str) -> bool:
    return sign in _TURNS_WRITING or unicodedata.category(sign) in _CONTROL_OR_BROKEN


def plotly_text(text: object, most: int | None = None) -> str:
    """Return text for a plotly title, label, legend or hover text, at most `most` characters.

    plotly reads a little HTML, LaTeX between dollar signs, and `%{...}` in hover templates.

    >>> plotly_text("<b> $x$ %{y}")
    '&lt;b&gt; &#36;x&#36; &#37;{y}'
    """
    return one_line(text, most).translate(_PLOTLY)


def html_text(text: object, most: int | None = None) -> str:
    """Return text for an HTML element or a quoted attribute.

    >>> html_text('<a href="x">')
    '&lt;a href=&quot;x&quot;&gt;'
    """
    return html.escape(one_line(text, most))


def markdown_text(text: object, most: int | None = None) -> str:
    """Return text for Markdown as Streamlit reads it: every sign of ASCII is escaped.

    >>> markdown_text("*a* :red[b]")
    '\\\\*a\\\\* \\\\:red\\\\[b\\\\]'
    """
    return one_line(text, most).translate(_MARKDOWN)


def xml_text(text: object, most: int | None = None) -> str:
    """Return text for an XML writer, which quotes it but refuses signs that no XML may have.

    >>> xml_text("a\\x00<b>\\uffff")
    'a <b>'
    """
    return one_line(one_line(text).translate(_NOT_XML).strip(), most)


def latex_text(text: object, most: int | None = None) -> str:
    """Return text for a paragraph, a caption or a cell of LaTeX: no sign of it is a command.

    >>> print(latex_text("50 % of $x_1$"))
    50 \\% of \\$x\\_1\\$
    """
    return one_line(text, most).translate(_LATEX)


def csv_cell(text: str) -> str:
    """Return a cell of text that no spreadsheet runs: a formula gets a leading apostrophe.

    Numbers stay numbers. Quoting is the CSV writer's work.

    >>> csv_cell("=1+1"), csv_cell("-3.5"), csv_cell("-3.5 degrees")
    ("'=1+1", '-3.5', "'-3.5 degrees")
    """
    is_formula = _FORMULA.match(text) and not _NUMBER.fullmatch(text)
    return f"'{text}" if is_formula else text


def script_json(text: str) -> str:
    """Return a JSON text for the inside of an HTML <script> element: it means the same.

    >>> script_json('{"name": "</script><!--"}')
    '{"name": "\\\\u003c/script\\\\u003e\\\\u003c!--"}'
    """
    return text.translate(_SCRIPT)
