"""The errors that mistakes in the input raise.

    LinregError
    ├── DataError      the data cannot be used as they are
    └── ConfigError    a setting is out of its range, or does not fit the data

Every message has one form: what, rule, value, remedy. Divergence is not an error but a
`Status`; anything else that is raised is a bug. What the table reader refuses is a DataError too,
so the first two come from there.
"""

from __future__ import annotations

from table_reader import DataError, InputError

__all__ = ["ConfigError", "DataError", "LinregError"]

LinregError = InputError


class ConfigError(LinregError):
    """A setting is out of its range, or does not fit the data."""
