"""Where a run is: its spec, signed, so that any server with the key can train it.

The key is `LINREG_LIVE_KEY`, which servers behind one address share, or else drawn at the start:
then an address is good for as long as its server runs.
"""

from __future__ import annotations

import os
import secrets

from itsdangerous import BadData, URLSafeSerializer

from dashboard.run_spec import RunSpec
from linreg_core import ConfigError

KEY_VARIABLE = "LINREG_LIVE_KEY"
"""The environment variable that holds the key to sign with."""
MAX_ADDRESS_CHARACTERS = 4_000  # proxies take lines of about 8,000
_SALT = "run"
_FOREIGN = (
    "This address of a run was cut off, changed, or made by a server with another key. "
    "Open the page anew."
)


class ForeignAddress(Exception):
    """The address was not signed with this server's key."""


class AddressTooLong(Exception):
    """The address is longer than any that this server makes."""


class Addresses:
    """Makes runs' addresses and reads them.

    `key` is what they are signed with; None: the setting's, or one drawn now.
    """

    def __init__(self, key: str | None = None) -> None:
        key = key or os.environ.get(KEY_VARIABLE) or secrets.token_urlsafe()
        self._serializer = URLSafeSerializer(key, _SALT)

    def address(self, spec: RunSpec) -> str:
        """Return the last part of a run's address: letters, digits, `-`, `_` and `.`.

        Raises ConfigError when the spec has too much to say, as with thousands of given weights.
        """
        address = str(self._serializer.dumps(spec.to_text()))
        if len(address) > MAX_ADDRESS_CHARACTERS:
            raise ConfigError(
                f"A run's address must have at most {MAX_ADDRESS_CHARACTERS:,} characters. "
                f"Got {len(address):,}: start from fewer weights."
            )
        return address

    def spec(self, address: str) -> RunSpec:
        """Return the spec that an address names.

        Raises AddressTooLong or ForeignAddress when it can't be one of ours, and ConfigError when
        what it names is out of this version's bounds.
        """
        if len(address) > MAX_ADDRESS_CHARACTERS:
            raise AddressTooLong(
                f"A run's address has at most {MAX_ADDRESS_CHARACTERS:,} characters. "
                f"Got {len(address):,}."
            )
        try:
            text = self._serializer.loads(address)
        except (BadData, UnicodeError):
            raise ForeignAddress(_FOREIGN) from None
        return RunSpec.from_text(text)
