"""Tables for Word, LaTeX and the clipboard: read back, with the report's numbers and no code."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from html.parser import HTMLParser

import docx
import numpy as np
import pytest

from dashboard.escaping import latex_text, xml_text
from dashboard.exports import latex_file, pasted_html, pasted_text, printed_tables, word_file
from dashboard.exports.printed_table import PrintedTable, printed_coefficients
from dashboard.numbers import number, p_value
from linreg_core import Dataset, Problem
from linreg_core.inference import Report, report
from linreg_core.inference.covariance import Covariance
from tests.dashboard.fits import HOSTILE, fits

NASTY = (
    "\\input{secret}", "a & b % c # d_e ^f ~g", "{[*]}", "--", "x\x00y\x0b\x1f", "]]>", "|<>",
    "\ufffe\uffff\ud800a", "=1+1", "@SUM(A1)", "漢字", "<b>&amp;</b>", "\u202eright",
    "`a` \"b\" $x$",
)  # fmt: skip
OURS = re.compile(
    r"\\[\\{}$&#_%]|\\(text[a-z]+|ldots|char34)\{\}|-\{\}|\{[\[*]\}"
    r"|\$(\\cdot|\\times|\\infty|\^[23]|[-<>|])\$"
)
"""What LaTeX is told in the place of a sign."""
NAMES = ("clean", "hostile", "collinear", "two rows", "exact", "origin", "several")


def nasty() -> PrintedTable:
    rows = tuple((name, "1.5", "\u22122e\u22127", "< 0.0001") for name in (*NASTY, *HOSTILE))
    return PrintedTable(NASTY[1], ("Name", "a", "b", "p"), rows, NASTY)


def expected(fit: Report) -> list[list[str]]:
    """The rows by the report itself."""
    return [
        [
            c.name,
            number(c.estimate, 5),
            number(c.standard_error),
            number(c.t),
            p_value(c.p),
            number(c.low, 5),
            number(c.high, 5),
        ]
        for c in fit.coefficients
    ]


@pytest.mark.parametrize("name", NAMES)
def test_word_reads_what_the_report_says(name: str) -> None:
    fit = fits()[name]
    document = docx.Document(io.BytesIO(word_file(printed_tables(fit))))
    table, *others = document.tables
    head, *rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert head == ["Coefficient", "Estimate", "Standard error", "t", "p", "95 % from", "to"]
    assert rows == [[xml_text(cell) for cell in row] for row in expected(fit)]
    for other, printed in zip(others, printed_tables(fit)[1:], strict=True):
        cells = tuple(tuple(cell.text for cell in row.cells) for row in other.rows)
        assert cells == (printed.head, *(tuple(map(xml_text, row)) for row in printed.rows))
    text = "\n".join(line.text for line in document.paragraphs)
    assert f"n = {fit.n_samples}" in text and "Standard errors are classical." in text
    assert all(xml_text(note) in text for note in fit.notes)
    if fit.f is not None:
        assert f"F({fit.rank}, {fit.df_residual}) = {number(fit.f)}" in text
        assert f"R² = {number(fit.r_squared)}" in text


def test_word_repeats_the_head_and_keeps_rows_whole() -> None:
    data = word_file([nasty(), nasty()])
    document = docx.Document(io.BytesIO(data))
    first, second = document.tables
    for table in (first, second):
        assert len(table._tbl.xpath(".//w:tblHeader")) == 1
        assert len(table._tbl.xpath(".//w:cantSplit")) == len(table.rows)
    assert document.core_properties.title == xml_text(NASTY[1])
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
    assert [row.cells[0].text for row in first.rows][1:] == [
        xml_text(name) for name in (*NASTY, *HOSTILE)
    ]


def test_latex_has_a_row_for_each_coefficient() -> None:
    fit = fits()["several"]
    text = latex_file(printed_tables(fit)).decode()
    assert text.count("\\toprule") == text.count("\\midrule") == text.count("\\bottomrule") == 2
    body = text.split("\\midrule\n")[1].split("\\bottomrule")[0]
    rows = [line.removesuffix(" \\\\").split(" & ") for line in body.strip().splitlines()]
    assert [[plain(cell) for cell in row] for row in rows] == expected(fit)


def test_terms_stand_in_a_table_of_their_own_where_that_tells_more() -> None:
    fit = fits()["several"]
    _, by_term = printed_tables(fit)
    *terms, residuals = by_term.rows
    assert [row[0] for row in terms] == [row.label for row in fit.by_term]
    assert [row[3] for row in terms] == [number(row.f) for row in fit.by_term]
    assert residuals[:2] == ("Residuals", str(fit.df_residual))
    assert by_term.notes[0].startswith("Type II tests")
    assert len(printed_tables(fits()["clean"])) == 1


def plain(latex: str) -> str:
    """What a figure or a simple name of LaTeX shows."""
    if power := re.fullmatch(r"\$(-?[\d.]+)\\times10\^\{(-?\d+)\}\$", latex):
        latex = "e".join(power.groups())
    for code, sign in (("$-$", "-"), ("-{}", "-"), ("$<$", "<"), (r"\textendash{}", "–")):
        latex = latex.replace(code, sign)
    return latex.replace("-", "\u2212")


def test_nothing_in_a_name_is_latex() -> None:
    """Without what we write ourselves, no sign is left that TeX acts on."""
    for name in (*NASTY, *HOSTILE):
        written = latex_text(name)
        rest = re.sub(OURS, "", written)
        assert not re.search(r"[\\{}$&#_%^`\"~<>|*\[\x00-\x1f]|--", rest), (name, written)
    text = latex_file([nasty()]).decode()
    assert text.count("&") - text.count("\\&") == 3 * (len(NASTY) + len(HOSTILE) + 1)
    assert "LuaLaTeX" in text and "$-2\\times10^{-7}$" in text
    assert "LuaLaTeX" not in latex_file(printed_tables(fits()["clean"])).decode()


def test_a_long_table_goes_over_pages() -> None:
    table = PrintedTable("long", ("a", "b"), (("x", "1"),) * 41, ("note",))
    text = latex_file([table]).decode()
    assert "\\usepackage{longtable}" in text and "\\begin{longtable}{lr}" in text
    assert text.count("x & 1 \\\\") == 41 and "\\begin{table}" not in text


class Cells(HTMLParser):
    """The cells of every row, and which tags there are."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows:
            self.rows[-1][-1] += data


def test_what_is_pasted_is_the_table_and_runs_nowhere() -> None:
    table = nasty()
    page = Cells(pasted_html([PrintedTable(table.title, table.head, table.rows)]))
    assert page.tags == {"p", "b", "table", "thead", "tbody", "tr", "th", "td"}
    read = list(
        csv.reader(io.StringIO(pasted_text([table])), delimiter="\t", quoting=csv.QUOTE_NONE)
    )
    names = [row[0] for row in page.rows][1:]
    assert [row[0] for row in read[2 : 2 + len(names)]] == names
    assert "'=1+1" in names and "'@SUM(A1)" in names
    assert all(not line[0].startswith(("=", "@", "+", "-")) for line in read)
    fit = fits()["several"]
    assert Cells(pasted_html(printed_tables(fit)[:1])).rows[1:-1] == expected(fit)[:-1]


def test_other_standard_errors_and_weights_are_told() -> None:
    rng = np.random.default_rng(4)
    x, w = rng.random(40), rng.random(40) + 0.5
    data = Dataset("d", x[:, None], 2 * x + x * rng.normal(size=40), weights=w, weights_name="w_i")
    fit = report(Problem.from_dataset(data), covariance=Covariance("HC3"))
    notes = printed_coefficients(fit).notes
    assert notes[1] == fit.errors_meaning and notes[1].startswith("Standard errors, t, p, ")
    assert notes[2].startswith("Weighted by 'w_i' (analytic)")
    assert f"F(1, 38) = {number(fit.f)}" in notes[0]
