"""What travels packed inside a link comes back as it was, or not at all."""

from __future__ import annotations

import base64
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from dashboard.packed import MAX_PACKED_CHARACTERS, packed, unpacked
from linreg_core import ConfigError

WORDS = b"0123456789.\n"
TEXT = packed(b"1.25\n3.5\n-7\n" * 20, WORDS)


@settings(deadline=None)
@given(some.binary(max_size=2_000))
def test_what_is_packed_comes_back(data: bytes) -> None:
    text = packed(data, WORDS)
    assert text.replace("-", "").replace("_", "").isalnum() or not text
    assert unpacked("rows", text, 2_000, WORDS) == data


@pytest.mark.parametrize("n_kept", range(len(TEXT)))
def test_one_that_was_cut_off_says_so(n_kept: int) -> None:
    with pytest.raises(ConfigError, match="`rows` of this link was cut off or changed"):
        unpacked("rows", TEXT[:n_kept], 1_000, WORDS)


@pytest.mark.parametrize("place", range(len(TEXT) - 1))
def test_one_that_was_changed_is_never_another(place: int) -> None:
    """The last letter may hold bits that mean nothing; every other one counts."""
    other = "A" if TEXT[place] != "A" else "B"
    with pytest.raises(ConfigError):
        unpacked("rows", TEXT[:place] + other + TEXT[place + 1 :], 1_000, WORDS)


def _of(small: bytes) -> str:
    return base64.urlsafe_b64encode(small).decode().rstrip("=")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "cut off"),
        ("é", "cut off"),
        ("a b", "cut off"),
        ("../etc", "cut off"),
        ("A" * 9, "cut off"),
        (_of(b"nothing packed"), "cut off"),
        (_of(zlib.compress(b"1,2") + b"more"), "cut off"),
        (_of(zlib.compress(bytes(1_000_000), 9)), "at most 1,000 bytes"),
        ("A" * (MAX_PACKED_CHARACTERS + 1), "at most 8,000 characters"),
    ],
)
def test_what_is_no_packed_text_is_a_sentence(text: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        unpacked("rows", text, 1_000)


def test_a_bomb_is_not_inflated() -> None:
    """8,000 characters could hold some six megabytes; they are given room for a few bytes."""
    bomb = _of(zlib.compress(bytes(4_000_000), 9))
    assert len(bomb) < MAX_PACKED_CHARACTERS
    with pytest.raises(ConfigError, match="at most 100 bytes"):
        unpacked("rows", bomb, 100)
