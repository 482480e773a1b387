"""What is to come, before there is a file: a small picture of each step, in the theme's colours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import streamlit as st

from dashboard.escaping import html_text
from dashboard.theme import DARK, LIGHT, Theme

_STYLE = """<style>
ol.steps.steps { display: grid; grid-template-columns: repeat(4, 1fr); gap: 0.6rem 1.4rem;
  margin: 0.6rem 0; padding: 0; list-style: none; }
.steps.steps li { margin: 0; padding: 0; font-size: 0.875rem; line-height: 1.3; }
.steps img { display: block; width: 100%; max-width: 11rem; height: auto; margin-bottom: 0.3rem; }
.steps b { display: block; }
@media (max-width: 640px) { ol.steps.steps { grid-template-columns: 1fr 1fr; } }
</style>"""
_HEIGHTS = (34, 30, 31, 24, 25, 17, 15, 12)  # of the points of the third picture


@dataclass(frozen=True)
class Step:
    """A step: its name, what happens, and what its picture shows, in words and as SVG."""

    name: str
    what: str
    alt: str
    draw: Callable[[Theme], str]


def _file(theme: Theme) -> str:
    return (
        f'<path d="M44 6h24l12 12v36H44z" fill="none" stroke="{theme.data}" stroke-width="2"/>'
        f'<path d="M68 6v12h12M50 28h24M50 36h24M50 44h16" fill="none" stroke="{theme.data}" '
        f'stroke-width="2"/><path d="M16 18v26m-8-8 8 8 8-8" fill="none" stroke="{theme.learned}" '
        f'stroke-width="3"/>'
    )


def _columns(theme: Theme) -> str:
    colors = (theme.data, theme.data, theme.learned)
    parts = []
    for column, color in enumerate(colors):
        x = 14 + 32 * column
        parts.append(
            f'<rect x="{x}" y="8" width="26" height="9" rx="2" fill="{color}"/>'
            f'<path d="M{x} 26h26M{x} 36h26M{x} 46h26" stroke="{color}" stroke-width="3" '
            f'stroke-opacity="0.6"/>'
        )
    return "".join(parts)


def _learning(theme: Theme) -> str:
    points = "".join(
        f'<circle cx="{16 + 12 * i}" cy="{10 + y}" r="3" fill="{theme.data}"/>'
        for i, y in enumerate(_HEIGHTS)
    )
    ways = "".join(
        f'<path d="M10 {start}L110 {end}" stroke="{theme.learned}" stroke-width="3" '
        f'stroke-opacity="{opacity}"/>'
        for start, end, opacity in ((50, 46, 0.25), (48, 34, 0.5), (46, 20, 1))
    )
    return points + ways


def _report(theme: Theme) -> str:
    intervals = "".join(
        f'<path d="M{left} {y}H{right}" stroke="{theme.data}" stroke-width="2"/>'
        f'<circle cx="{(left + right) / 2}" cy="{y}" r="3.5" fill="{theme.learned}"/>'
        for left, right, y in ((40, 72, 14), (24, 44, 26), (50, 64, 38))
    )
    return (
        f'<path d="M34 6v42" stroke="{theme.text}" stroke-opacity="0.4" stroke-dasharray="3 3"/>'
        f'{intervals}<path d="M98 10v26m-8-8 8 8 8-8M86 46h24" fill="none" '
        f'stroke="{theme.learned}" stroke-width="3"/>'
    )


STEPS = (
    Step("1. Drop a file", "CSV, Excel or Parquet.", "A file goes down into the page.", _file),
    Step(
        "2. Choose columns",
        "One to predict, the others to predict it from. A choice is made for you.",
        "A table of three columns, one of them in another colour.",
        _columns,
    ),
    Step(
        "3. Watch it learn",
        "Gradient descent, with least squares beside it.",
        "A line turns towards the points, step by step.",
        _learning,
    ),
    Step(
        "4. Read and take away",
        "Coefficients with intervals, predictions, a report.",
        "Three coefficients with their intervals, and an arrow for download.",
        _report,
    ),
)


def draw_steps() -> None:
    """Draw the steps, side by side; two in a row on a phone."""
    theme = DARK if st.context.theme.type == "dark" else LIGHT
    items = "".join(
        f'<li><img src="{_source(step, theme)}" alt="{html_text(step.alt)}" width="120" '
        f'height="60"><b>{html_text(step.name)}</b>{html_text(step.what)}</li>'
        for step in STEPS
    )
    st.html(f'{_STYLE}<ol class="steps">{items}</ol>')


def _source(step: Step, theme: Theme) -> str:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 60">{step.draw(theme)}</svg>'
    return f"data:image/svg+xml,{quote(svg)}"
