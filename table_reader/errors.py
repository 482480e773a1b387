"""The errors of mistakes in the input: what no table can be made of is one."""

from __future__ import annotations

from table_reader.found import Found
from table_reader.options import ReadOptions


class InputError(Exception):
    """A mistake in the input, told in one sentence that a person can act on."""


class DataError(InputError):
    """The data cannot be used as they are.

    Where they are a file, `options` are those with which it was read, as far as they were found,
    and `found` what could be seen of it: enough for a person to say how it is to be read.
    """

    options: ReadOptions | None = None
    found: Found | None = None
