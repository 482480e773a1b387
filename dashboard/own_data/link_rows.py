"""The chosen columns of a small table inside a link, and the table that such a link brings."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from dashboard.escaping import one_line
from dashboard.own_data.chosen import Chosen
from dashboard.own_data.packed_cells import MAX_LINK_CELLS, LinkCells
from dashboard.own_data.reading_link import parse_reading, reading_text
from dashboard.problem_spec import fingerprint
from linreg_core import ConfigError, LinregError, read_table
from linreg_core.tables import prepare
from table_reader import ReadOptions
from table_reader.options import AS_KIND, DATE, NUMBER, TEXT, YES_NO

if TYPE_CHECKING:
    from pandas import Series

_WRITTEN: Final = ReadOptions(
    delimiter=",",
    decimal=".",
    encoding="utf-8",
    quote='"',
    has_header=True,
    skip_rows=0,
    has_totals=False,
)
"""How the cells of a link are written, and so are read."""
_NAME_LETTERS = 60
_TOO_LARGE = (
    "This table is too large for a link: its chosen columns have {:,} cells, and a link takes "
    f"{MAX_LINK_CELLS:,} at most. A project file takes it."
)
_NO_WAY = (
    "This table can't travel in a link: read from one, its columns would not be the same to the "
    "last digit. A project file takes it."
)


def link_rows(chosen: Chosen, file_name: str) -> str:
    """Return the chosen columns of a table as a link carries them, all rows of them.

    Raises ConfigError when they are too large, or would be read otherwise.
    """
    selection, frame = chosen.recipe.selection, chosen.table.frame
    names = [*selection.features, selection.target]
    if len(frame) * len(names) > MAX_LINK_CELLS:
        raise ConfigError(_TOO_LARGE.format(len(frame) * len(names)))
    cells = LinkCells(
        one_line(file_name, _NAME_LETTERS),
        tuple((name, tuple(_texts(frame[name]))) for name in names),
    )
    asked = chosen.table.options
    said = [(name, asked.kind_of(name)) for name in names]
    for kinds in (said, [(name, _kind(frame[name])) for name in names]):
        options = ReadOptions()
        for name, kind in kinds:
            options = options.with_kind(name, kind)
        told = replace(cells, said=reading_text(options))
        if _is_read_back(told, chosen):
            return told.to_link()
    raise ConfigError(_NO_WAY)


def table_of(text: str) -> tuple[str, bytes, ReadOptions]:
    """Return the name, the bytes and the reading of the table that a link carries.

    Raises ConfigError when the text was cut off, changed, made by another version, or holds more
    than a link may.
    """
    cells = LinkCells.from_link(text)
    said = parse_reading(cells.said)
    kinds: dict[str, Any] = {field: getattr(said, field) for field in AS_KIND.values()}
    return one_line(cells.name, _NAME_LETTERS), cells.to_csv(), replace(_WRITTEN, **kinds)


def _is_read_back(cells: LinkCells, chosen: Chosen) -> bool:
    """Whether the link's table is prepared into the very same data."""
    try:
        name, data, options = table_of(cells.to_link())
        table = read_table(io.BytesIO(data), name=name, options=options)
        dataset = prepare(table, chosen.recipe.selection).dataset
    except LinregError:
        return False
    return not table.questions and fingerprint(dataset) == chosen.held.spec.fingerprint


def _texts(series: Series[Any]) -> list[str]:
    """Return the cells of a column as text, numbers in full precision, "" for what is missing."""
    kind, missing = _kind(series), series.isna().tolist()
    values = series.tolist()
    return [
        "" if is_missing else _text(value, kind)
        for value, is_missing in zip(values, missing, strict=True)
    ]


def _text(value: Any, kind: str) -> str:
    if kind == YES_NO:
        return "yes" if value else "no"
    if kind == DATE:
        return str(value.isoformat()).removesuffix("T00:00:00")
    return repr(value).removesuffix(".0") if kind == NUMBER else str(value)


def _kind(series: Series[Any]) -> str:
    from pandas.api import types

    if types.is_bool_dtype(series):
        return YES_NO
    if types.is_datetime64_any_dtype(series):
        return DATE
    return NUMBER if types.is_numeric_dtype(series) else TEXT
