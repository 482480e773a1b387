"""An animated picture of frames that a browser has drawn.

Frames come as PNG files. What they claim to be is read off their headers before anything is
unpacked: a small file can hold a picture that no memory does.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image

from linreg_core import DataError

MOST_FRAMES: Final = 120
MOST_PIXELS: Final = 640 * 480
"""Of one frame."""
MOST_MOVIE_BYTES: Final = 16_000_000
_MOST_DELAY_MS: Final = 10_000
_COLORS: Final = 128
_SAMPLES: Final = 4
"""Frames from which the colours are taken: the last one has them all, or nearly so."""
_PNG_HEAD = struct.Struct(">8sI4sII")
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_GRID_MS: Final = 10
"""A GIF counts time in hundredths of a second."""


class BadMovie(DataError):
    """What was sent is no movie, or too large a one."""


@dataclass(frozen=True)
class Movie:
    """Frames as PNG files, all of one size, and for how many milliseconds each is shown."""

    frames: Sequence[bytes]
    delays: Sequence[int]


def read_movie(body: bytes) -> Movie:
    """Read what the browser has sent: for each frame u32 delay, u32 size (little-endian), a PNG.

    Raises BadMovie where it is anything else, too large, or too long.
    """
    frames: list[bytes] = []
    delays: list[int] = []
    at = 0
    while at < len(body):
        if len(frames) == MOST_FRAMES:
            raise BadMovie(f"A movie must have at most {MOST_FRAMES} frames. Got more.")
        head = body[at : at + 8]
        delay, size = struct.unpack("<II", head) if len(head) == 8 else (0, 0)
        frame = body[at + 8 : at + 8 + size]
        if not size or len(frame) != size:
            raise BadMovie("The movie was cut off on its way. Try again.")
        if not 1 <= delay <= _MOST_DELAY_MS:
            raise BadMovie(f"A frame must stand for 1 to {_MOST_DELAY_MS:,} ms. Got {delay:,}.")
        frames.append(frame)
        delays.append(delay)
        at += 8 + size
    if not frames:
        raise BadMovie("A movie must have at least one frame. Got none.")
    _check_sizes(frames)
    return Movie(frames, delays)


def gif_of(movie: Movie) -> bytes:
    """Return the movie as an animated GIF that plays again and again.

    All frames share the colours of a few of them, so that what stands still stays the same and
    costs nothing. Raises BadMovie where a frame can't be unpacked.
    """
    n = len(movie.frames)
    samples = sorted({round(i * (n - 1) / (_SAMPLES - 1)) for i in range(_SAMPLES)})
    colors = _colors_of([_unpacked(movie.frames[i]) for i in samples])
    pictures = [
        _unpacked(frame).quantize(palette=colors, dither=Image.Dither.NONE)
        for frame in movie.frames
    ]
    file = io.BytesIO()
    pictures[0].save(
        file,
        "GIF",
        save_all=True,
        append_images=pictures[1:],
        duration=[max(2, round(delay / _GRID_MS)) * _GRID_MS for delay in movie.delays],
        loop=0,
        optimize=False,  # each frame would get colours of its own
    )
    return file.getvalue()


def _check_sizes(frames: Sequence[bytes]) -> None:
    sizes = {_size_of(frame) for frame in frames}
    if len(sizes) > 1:
        raise BadMovie("The frames of a movie must have one size. Got several.")
    width, height = sizes.pop()
    if not 0 < width * height <= MOST_PIXELS:
        raise BadMovie(
            f"A frame must have at most {MOST_PIXELS:,} pixels. Got {width:,} times {height:,}."
        )


def _size_of(frame: bytes) -> tuple[int, int]:
    """Return the width and height that a PNG file says it has."""
    if len(frame) < _PNG_HEAD.size:
        raise BadMovie("A frame must be a PNG file. Got something else.")
    signature, _, kind, width, height = _PNG_HEAD.unpack_from(frame)
    if signature != _SIGNATURE or kind != b"IHDR":
        raise BadMovie("A frame must be a PNG file. Got something else.")
    return width, height


def _unpacked(frame: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(frame), formats=("PNG",)) as picture:
            return picture.convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise BadMovie("A frame of the movie can't be read: it is damaged.") from error


def _colors_of(samples: Sequence[Image.Image]) -> Image.Image:
    """Return a picture whose palette suits all of these, and has their ground as it is."""
    width, height = samples[0].size
    sheet = Image.new("RGB", (width, height * len(samples)))
    for i, sample in enumerate(samples):
        sheet.paste(sample, (0, i * height))
    colors = sheet.quantize(_COLORS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    counted = sheet.getcolors(width * height * len(samples)) or []
    _, ground = max((n, color) for n, color in counted)
    palette = np.array(colors.getpalette() or [], dtype=np.uint8).reshape(-1, 3)
    nearest = np.abs(palette.astype(int) - np.array(ground)).sum(axis=1).argmin()
    palette[nearest] = ground
    colors.putpalette(palette.tobytes())
    return colors
