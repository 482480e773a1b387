"""Names, drawn and typed; titles and texts; codes and keys."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.room.codes import kept_hash, new_code, new_key, read_code, shown_code
from dashboard.room.limits import CODE_LENGTH, CODE_LETTERS, MAX_NAME
from dashboard.room.names import checked_name, drawn_name, name_key
from dashboard.room.rooms import Rooms
from linreg_core import ConfigError
from tests.room.making import FREE, SPEC, new_room, token

GOOD = {
    " Ada ": "Ada",
    "Ada \t Lovelace": "Ada Lovelace",
    "e\u0301va": "\u00e9va",
    "Łukasz": "Łukasz",
    "李小龍": "李小龍",
    "محمد": "محمد",
    "<b>&amp;": "<b>&amp;",
    "=1+1": "=1+1",
    "👩‍🚀": "👩‍🚀",
    "x" * MAX_NAME: "x" * MAX_NAME,
}
BAD = {
    "": "1 to 30",
    "   ": "1 to 30",
    "x" * (MAX_NAME + 1): "1 to 30",
    "x" * 10**6: "1 to 30 characters. Got 1,000,000",
    "a\x00b": "U\\+0000",
    "a\u202eb": "U\\+202E",
    "a\u2066b": "U\\+2066",
    "\u200b": "U\\+200B",
    "a\ue000": "U\\+E000",
    "a\ud800": "U\\+D800",
    "\u200d": "few marks",
    "\u0301": "few marks",
    "Z" + "\u0300\u0301\u0302\u0303\u0304" * 3: "few marks",
}


@pytest.mark.parametrize(("typed", "name"), GOOD.items())
def test_names_are_kept_as_they_are_read(typed: str, name: str) -> None:
    assert checked_name(typed) == name


@pytest.mark.parametrize(("typed", "why"), BAD.items(), ids=map(ascii, range(len(BAD))))
def test_names_that_can_not_be_read_are_refused(typed: str, why: str) -> None:
    with pytest.raises(ConfigError, match=f"^A name must .*{why}"):
        checked_name(typed)


@pytest.mark.parametrize("typed", [None, 7, ["Ada"], b"Ada"])
def test_what_is_no_text_is_no_name(typed: object) -> None:
    with pytest.raises(ConfigError, match="must be text"):
        checked_name(typed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada", "ADA"),
        ("Straße", "STRASSE"),
        ("A d a", "Ada"),
        ("Ada", "Ａｄａ"),
        ("a\u200db", "ab"),
    ],
)
def test_names_that_read_the_same_are_one_name(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(max_size=40))
def test_any_text_is_a_safe_name_or_refused(typed: str) -> None:
    try:
        name = checked_name(typed)
    except ConfigError as error:
        assert str(error).isprintable()
        return
    assert 1 <= len(name) <= MAX_NAME and name == unicodedata.normalize("NFC", name)
    assert checked_name(name) == name and name_key(name)
    assert all(sign in "\u200c\u200d " or sign.isprintable() for sign in name)


def test_drawn_names_are_short_words_that_nobody_has() -> None:
    taken: set[str] = set()
    for _ in range(300):
        name = drawn_name(taken.__contains__)
        assert re.fullmatch(r"[A-Z][\w'-]*( [A-Z][\w'-]*)+", name) and len(name) <= MAX_NAME
        assert checked_name(name) == name and name_key(name) not in taken
        taken.add(name_key(name))


def test_there_is_a_name_even_where_all_draws_are_taken() -> None:
    name = drawn_name(lambda key: not key[-1].isdigit() or key.endswith("2"))
    assert name.endswith(" 3") and len(name) <= MAX_NAME


def test_codes_are_of_letters_that_can_be_told_apart() -> None:
    codes = {new_code() for _ in range(1000)}
    assert len(codes) > 990
    assert set("".join(codes)) == set(CODE_LETTERS) and not set(CODE_LETTERS) & set("01OILSZB258")
    assert all(len(code) == CODE_LENGTH and read_code(shown_code(code)) == code for code in codes)
    assert len(CODE_LETTERS) ** CODE_LENGTH > 10**8


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text())
def test_any_text_is_a_code_or_none(typed: str) -> None:
    code = read_code(typed)
    assert code == "" or (len(code) == CODE_LENGTH and set(code) <= set(CODE_LETTERS))


def test_keys_are_long_and_kept_as_hashes_of_their_room() -> None:
    keys = {new_key() for _ in range(100)}
    assert len(keys) == 100 and all(len(key) >= 32 for key in keys)
    key = keys.pop()
    assert len({kept_hash("A", key), kept_hash("B", key), key}) == 3
    assert re.fullmatch("[0-9a-f]{64}", kept_hash("A", "\ud800"))


def test_tokens_and_keys_are_nowhere_in_the_database(rooms: Rooms, url: str) -> None:
    room = new_room(rooms)
    rooms.join(room.code, token(1))
    told = repr(rooms.changes(room.code, 0, None)) + repr(list(rooms.csv_rows(room.code)))
    assert token(1) not in told and room.key not in told
    assert kept_hash(room.code, token(1)) not in told


@pytest.mark.parametrize(
    ("title", "shown"), [(" A\nB\u202e ", "A B"), ("<script>", "<script>"), ("x" * 80, "x" * 80)]
)
def test_titles_are_one_line(rooms: Rooms, title: str, shown: str) -> None:
    code = rooms.create(SPEC, FREE, title).code
    assert rooms.state(code).body["title"] == shown


def test_a_room_has_no_longer_title(rooms: Rooms) -> None:
    with pytest.raises(ConfigError, match="`title` must have at most 80 characters. Got 81."):
        rooms.create(SPEC, FREE, "x" * 81)
