"""The pictures' theme: the live view's colours."""

from __future__ import annotations

import re

import pytest

from dashboard.live.assets import STATIC_FOLDER
from dashboard.theme import DARK, LIGHT, Theme, template

SHARED = ("data", "learned", "reference", "truth", "test", "residual", "mark")
READABLE, VISIBLE = 4.5, 3.0  # WCAG's AA contrast for text, and for what is drawn


@pytest.mark.parametrize(("name", "theme"), [("LIGHT", LIGHT), ("DARK", DARK)])
def test_the_colours_are_those_of_the_live_view(name: str, theme: Theme) -> None:
    script = (STATIC_FOLDER / "theme.js").read_text()
    block = re.search(rf"const {name} = {{(.*?)}};", script, re.DOTALL)
    assert block
    colors = dict(re.findall(r'(\w+): "([^"]+)"', block[1]))
    assert {each: getattr(theme, each) for each in SHARED} == {
        each: colors[each] for each in SHARED
    }
    grid = re.search(r'\[LIGHT_GRID, DARK_GRID\] = \["([^"]+)", "([^"]+)"\]', script)
    assert grid and theme.grid == grid[2 if theme.is_dark else 1]


def blended(color: str, background: str) -> str:
    """What a translucent colour looks like on a background, both as #rrggbb."""
    if color.startswith("#"):
        return color
    *ink, opacity = (float(part) for part in re.findall(r"[\d.]+", color))
    below = (int(background[at : at + 2], 16) for at in (1, 3, 5))
    parts = (round(a * opacity + b * (1 - opacity)) for a, b in zip(ink, below, strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


def contrast(color: str, background: str) -> float:
    low, high = sorted([luminance(blended(color, background)), luminance(background)])
    return (high + 0.05) / (low + 0.05)


def luminance(color: str) -> float:
    parts = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    r, g, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("ink", ["text", "mark"])
def test_what_is_written_can_be_read(theme: Theme, ink: str) -> None:
    assert contrast(getattr(theme, ink), theme.background) >= READABLE


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("ink", SHARED)
def test_what_is_drawn_can_be_seen(theme: Theme, ink: str) -> None:
    assert contrast(getattr(theme, ink), theme.background) >= VISIBLE


def test_the_template_keeps_its_margins() -> None:
    layout = template(LIGHT).layout
    assert layout.xaxis.automargin is None and layout.yaxis.automargin is None
    assert layout.margin.to_plotly_json() == {"l": 70, "r": 16, "t": 36, "b": 50}
    assert layout.paper_bgcolor == LIGHT.background and layout.font.color == LIGHT.text


def test_faded() -> None:
    assert LIGHT.faded("#ff8000", 0.25) == "rgba(255, 128, 0, 0.25)"
