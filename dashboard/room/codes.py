"""A room's code, its presenter's key and a person's token: drawn, read, and kept as hashes."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Final

from dashboard.room.errors import BadToken
from dashboard.room.limits import CODE_LENGTH, CODE_LETTERS, MAX_TOKEN, MIN_TOKEN

_BETWEEN: Final = re.compile(r"[\s_\-\u2010-\u2015\u2212]+")
_CODE: Final = re.compile(f"[{CODE_LETTERS}]{{{CODE_LENGTH}}}")
_TOKEN: Final = re.compile(f"[A-Za-z0-9_-]{{{MIN_TOKEN},{MAX_TOKEN}}}")
_MOST_TYPED = 30
_KEY_BYTES = 24


def new_code() -> str:
    """Return a code, one of 113 million."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def read_code(typed: str) -> str:
    """Return the code that somebody typed, in any case, with dashes or spaces; "" for none.

    >>> read_code(" cdf-346 "), read_code("cdf-34"), read_code("CDF 34O")
    ('CDF346', '', '')
    """
    if len(typed) > _MOST_TYPED:
        return ""
    code = _BETWEEN.sub("", typed).upper()
    return code if _CODE.fullmatch(code) else ""


def shown_code(code: str) -> str:
    """Return a code as it is shown and typed.

    >>> shown_code("CDF346")
    'CDF-346'
    """
    half = CODE_LENGTH // 2
    return f"{code[:half]}-{code[half:]}"


def new_key() -> str:
    """Return a presenter's key, which nobody can guess."""
    return secrets.token_urlsafe(_KEY_BYTES)


def checked_token(token: object) -> str:
    """Return a person's token. Raises BadToken for what no browser of ours has drawn."""
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise BadToken
    return token


def kept_hash(code: str, secret: str) -> str:
    """Return what is kept of a token or a key: it tells nothing of them, nor who else has them.

    The code is hashed too, so that one browser's rows in two rooms can't be joined.
    """
    return hashlib.sha256(f"{code}:{secret}".encode(errors="replace")).hexdigest()
