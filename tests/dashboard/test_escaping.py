"""Hostile text: every place that shows it has its own escaping."""

from __future__ import annotations

import html
import json
import re
import string

import pytest

from dashboard.escaping import (
    csv_cell,
    html_text,
    markdown_text,
    one_line,
    plotly_text,
    script_json,
)

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "$x^2$",
    "%{customdata}",
    "\"quoted\" and 'quoted'",
    "&lt;b&gt; &amp;",
    "[link](https://example.org) `code` *a* _b_ :red[c] ~~d~~ # | > - +",
    "1. item",
    "</script><!--",
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("a\nb\r\nc\td", "a b c d"),
        ("nul\0byte \x07bell", "nul byte bell"),
        ("turn\u202ed \u2066round", "turn d round"),
        ("broken \ud800", "broken"),
        ("kept: é 漢字 👩\u200d🔬", "kept: é 漢字 👩\u200d🔬"),
        (7, "7"),
    ],
)
def test_one_line(text: object, expected: str) -> None:
    assert one_line(text) == expected


@pytest.mark.parametrize("escape", [one_line, plotly_text, html_text, markdown_text])
def test_a_name_is_shortened_before_it_is_escaped(escape: object) -> None:
    assert one_line("x" * 200, most=20) == "x" * 19 + "…"
    assert html_text("&" * 200, most=3) == "&amp;&amp;…"
    assert callable(escape) and escape("short", 20) == "short"


@pytest.mark.parametrize("text", HOSTILE)
def test_html_and_plotly_show_text_as_it_is(text: str) -> None:
    for escaped in (html_text(text), plotly_text(text)):
        assert not re.search(r"[<>]", escaped)
        assert html.unescape(escaped) == text
    assert not re.search(r'["\']', html_text(text))
    assert not re.search(r"[$%]", plotly_text(text))


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_shows_text_as_it_is(text: str) -> None:
    escaped = markdown_text(text)
    bare = re.sub(r"\\.", "", escaped)
    assert not set(bare) & set(string.punctuation)
    assert re.sub(r"\\(.)", r"\1", escaped) == text


@pytest.mark.parametrize("text", HOSTILE)
def test_json_in_a_script_means_the_same(text: str) -> None:
    inside = script_json(json.dumps({text: [text, "\u2028"]}))
    assert not re.search("[<>&\u2028]", inside)
    assert json.loads(inside) == {text: [text, "\u2028"]}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("=1+1", "'=1+1"),
        ('=HYPERLINK("http://example.org")', '\'=HYPERLINK("http://example.org")'),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("-", "'-"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("-3.5", "-3.5"),
        ("+4", "+4"),
        ("-1,5", "-1,5"),
        ("-1e-5", "-1e-5"),
        ("-3.5\n=1", "'-3.5\n=1"),
        ("-٣", "'-٣"),
        ("plain", "plain"),
        ("a=b", "a=b"),
        ("", ""),
        ("'=1", "'=1"),
    ],
)
def test_a_formula_in_a_cell_is_neutralised(cell: str, expected: str) -> None:
    assert csv_cell(cell) == expected
