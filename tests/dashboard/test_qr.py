"""QR codes: read back module by module, since no decoder is at hand in the tests."""

from __future__ import annotations

import re

import pytest
import segno

from dashboard.qr import MAX_QR_BYTES, QUIET_ZONE, qr_modules, qr_svg
from linreg_core import ConfigError

STROKE = re.compile(r'stroke="#000"[^>]* d="([^"]+)"|d="([^"]+)"[^>]*stroke="#000"')
STEP = re.compile(r"([Mmh])(-?[\d.]+)(?:[ ]?(-?[\d.]+))?")


def modules_of(svg: str, size: int) -> list[list[int]]:
    """Follow the path's strokes, each of them a row's dark modules, from the picture's own text."""
    path = max(re.findall(r' d="([^"]+)"', svg), key=len)
    grid = [[0] * size for _ in range(size)]
    x = y = 0.0
    for step, first, second in STEP.findall(path):
        if step == "M":
            x, y = float(first), float(second)
        elif step == "m":
            x, y = x + float(first), y + float(second)
        else:
            for column in range(int(x), int(x + float(first))):
                grid[int(y)][column] = 1
            x += float(first)
    return grid


@pytest.mark.parametrize("n_characters", [60, 300, 301, 1_900])
def test_the_picture_is_the_code_of_the_address(n_characters: int) -> None:
    address = "http://x.example/?rows=" + "aB3-_" * 600
    address = address[:n_characters]
    size, svg = qr_modules(address), qr_svg(address).decode()
    assert f'viewBox="0 0 {size} {size}"' in svg and "#000" in svg and "#fff" in svg
    grid, zone = modules_of(svg, size), QUIET_ZONE
    inside = [row[zone:-zone] for row in grid[zone:-zone]]
    how = {"error": "m"} if n_characters <= 300 else {"error": "l", "mask": 2}
    code = segno.make(address, micro=False, **how)
    assert inside == [list(row) for row in code.matrix]
    assert sum(map(sum, grid)) == sum(map(sum, inside))  # the quiet zone is quiet


def test_what_no_code_holds_is_a_sentence() -> None:
    with pytest.raises(ConfigError, match="at most 2,953 bytes to fit into a QR code. Got 2,954"):
        qr_svg("a" * (MAX_QR_BYTES + 1))
