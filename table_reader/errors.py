"""The errors of mistakes in the input: what no table can be made of is one."""

from __future__ import annotations


class InputError(Exception):
    """A mistake in the input, told in one sentence that a person can act on."""


class DataError(InputError):
    """The data cannot be used as they are."""
