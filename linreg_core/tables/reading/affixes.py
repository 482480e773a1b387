"""What stands around numbers in cells: signs, parentheses, currencies, percent signs, units."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from linreg_core.tables.reading.cells import BoolArray, Cells, as_mask
from linreg_core.tables.reading.patterns import NUMBER_LIKE
from linreg_core.tables.reading.words import CURRENCIES

MOST_SIGNS: Final = 20


@dataclass(frozen=True, eq=False)
class Stripped:
    """Cells without what stood around their numbers.

    `body` is pyarrow text; `negative` marks numbers in parentheses or with a minus anywhere but
    in the body. `found` are the signs and units by how often they occur, "%" among them.
    """

    body: Any
    negative: BoolArray
    parenthesised: BoolArray
    found: Counter[str]
    signed: dict[str, BoolArray]


def strip(cells: Cells, which: BoolArray) -> Stripped | None:
    """Take off what stands around numbers in those cells (the others are left as they are).

    Returns None where so many different words stand there that they can't be units.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    positions = np.flatnonzero(which)
    parts = pc.extract_regex(pc.take(cells.text, positions), NUMBER_LIKE)
    field = {name: pc.struct_field(parts, [i]) for i, name in enumerate(_field_names(parts))}
    opened, closed = (as_mask(pc.not_equal(field[end], "")) for end in ("open", "close"))
    is_number = as_mask(pc.is_valid(parts)) & (opened == closed)
    minus = [as_mask(pc.equal(field[sign], "-")) for sign in ("sign", "sign2", "trailing")]
    is_negative = (opened | np.any(minus, axis=0)) & is_number
    body = pc.replace_with_mask(
        cells.text, pa.array(which), pc.if_else(pa.array(is_number), field["body"], "?")
    )
    signs = [pc.filter(field[end], pa.array(is_number)) for end in ("before", "after")]
    kinds = pc.unique(pa.chunked_array(signs))
    if len(kinds) > MOST_SIGNS:
        return None
    signed = {}
    for sign in sorted(set(kinds.to_pylist()) - {""}):
        ends = [as_mask(pc.equal(field[end], sign)) for end in ("before", "after")]
        signed[sign] = _spread((ends[0] | ends[1]) & is_number, positions, len(which))
    return Stripped(
        body,
        _spread(is_negative, positions, len(which)),
        _spread(opened & is_number, positions, len(which)),
        Counter({sign: int(mask.sum()) for sign, mask in signed.items()}),
        signed,
    )


def are_currencies(signs: Counter[str]) -> bool:
    """Whether all the signs are money's."""
    return all(sign in CURRENCIES for sign in signs)


def _field_names(parts: Any) -> list[str]:
    return [parts.type[i].name for i in range(parts.type.num_fields)]


def _spread(mask: BoolArray, positions: Any, n: int) -> BoolArray:
    spread = np.zeros(n, dtype=np.bool_)
    spread[positions] = mask
    return spread
