"""The errors that mistakes in the input raise.

    LinregError
    ├── DataError      the data cannot be used as they are
    └── ConfigError    a setting is out of its range, or does not fit the data

Every message has one form: what, rule, value, remedy. Divergence is not an error but a
`Status`; anything else that is raised is a bug.
"""

from __future__ import annotations


class LinregError(Exception):
    """A mistake in the input, told in one sentence that a person can act on."""


class DataError(LinregError):
    """The data cannot be used as they are."""


class ConfigError(LinregError):
    """A setting is out of its range, or does not fit the data."""
