"""Where a run is: its spec, signed, so that any server with the key can train it.

The key is `LINREG_LIVE_KEY`, which servers behind one address share, or else drawn at the start:
then an address is good for as long as its server runs.
"""

from __future__ import annotations

import os
import secrets

from itsdangerous import BadData, URLSafeSerializer

from dashboard.run_spec import RunSpec
from dashboard.sweep.spec import SweepSpec
from linreg_core import ConfigError

KEY_VARIABLE = "LINREG_LIVE_KEY"
"""The environment variable that holds the key to sign with."""
MAX_ADDRESS_CHARACTERS = 4_000  # proxies take lines of about 8,000
_SALT, _SWEEP_SALT = "run", "sweep"
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
        self._of_sweeps = URLSafeSerializer(key, _SWEEP_SALT)

    def address(self, spec: RunSpec) -> str:
        """Return the last part of a run's address: letters, digits, `-`, `_` and `.`.

        Raises ConfigError when the spec has too much to say, as with thousands of given weights.
        """
        return _signed(self._serializer, spec.to_text(), "start from fewer weights")

    def spec(self, address: str) -> RunSpec:
        """Return the spec that an address names.

        Raises AddressTooLong or ForeignAddress when it can't be one of ours, and ConfigError when
        what it names is out of this version's bounds.
        """
        return RunSpec.from_text(_read(self._serializer, address))

    def sweep_address(self, spec: SweepSpec) -> str:
        """Return the last part of a sweep's address, as `address` does of a run's."""
        return _signed(self._of_sweeps, spec.to_text(), "choose a coarser grid")

    def sweep(self, address: str) -> SweepSpec:
        """Return the sweep that an address names; raises as `spec` does."""
        return SweepSpec.from_text(_read(self._of_sweeps, address))


def _signed(serializer: URLSafeSerializer, text: str, remedy: str) -> str:
    address = str(serializer.dumps(text))
    if len(address) > MAX_ADDRESS_CHARACTERS:
        raise ConfigError(
            f"A run's address must have at most {MAX_ADDRESS_CHARACTERS:,} characters. "
            f"Got {len(address):,}: {remedy}."
        )
    return address


def _read(serializer: URLSafeSerializer, address: str) -> str:
    if len(address) > MAX_ADDRESS_CHARACTERS:
        raise AddressTooLong(
            f"A run's address has at most {MAX_ADDRESS_CHARACTERS:,} characters. "
            f"Got {len(address):,}."
        )
    try:
        return str(serializer.loads(address))
    except (BadData, UnicodeError):
        raise ForeignAddress(_FOREIGN) from None
