"""What stands around numbers in cells: signs, parentheses, currencies, percent signs, units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from table_reader.arrays import BoolArray, IntArray
from table_reader.cells import as_mask
from table_reader.grid import TextColumn
from table_reader.patterns import NUMBER_LIKE
from table_reader.words import CURRENCIES

MOST_SIGNS: Final = 20


@dataclass(frozen=True, eq=False)
class Stripped:
    """Cells without what stood around their numbers.

    `body` is pyarrow text, in which only the cells at `positions` are changed; `negative` marks
    numbers in parentheses or with a minus anywhere but in the body; `trailing` those with a minus
    behind them that is their sign: straight behind a decimal mark ("12,-") it means no cents.
    `signed` are the cells with each sign or unit, "%" among them.
    """

    body: Any
    positions: IntArray
    negative: BoolArray
    trailing: BoolArray
    parenthesised: BoolArray
    signed: dict[str, BoolArray]


def strip(text: TextColumn, which: BoolArray) -> Stripped | None:
    """Take off what stands around numbers in those cells (the others are left as they are).

    Returns None where nothing can be taken off, or so many different words that they can't be
    units.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    positions = np.flatnonzero(which)
    changed = pc.take(text, positions).combine_chunks()
    parts = pc.extract_regex(changed, NUMBER_LIKE)
    field = {name: pc.struct_field(parts, [i]) for i, name in enumerate(_field_names(parts))}
    opened, closed = (as_mask(pc.not_equal(field[end], "")) for end in ("open", "close"))
    has_no_cents = as_mask(pc.match_substring_regex(field["body"], "[.,]$"))
    trailing = as_mask(pc.equal(field["trailing"], "-")) & ~has_no_cents
    leading = [as_mask(pc.not_equal(field[sign], "")) for sign in ("sign", "sign2")]
    has_two_signs = np.sum([*leading, trailing], axis=0) > 1
    is_number = as_mask(pc.is_valid(parts)) & (opened == closed) & ~has_two_signs
    if not is_number.any():
        return None
    minus = [as_mask(pc.equal(field[sign], "-")) for sign in ("sign", "sign2")]
    is_negative = (opened | trailing | np.any(minus, axis=0)) & is_number
    body = pc.replace_with_mask(
        text, pa.array(which), pc.if_else(pa.array(is_number), field["body"], "?")
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
        positions,
        _spread(is_negative, positions, len(which)),
        _spread(trailing & is_number, positions, len(which)),
        _spread(opened & is_number, positions, len(which)),
        signed,
    )


def odd_ones(stripped: Stripped, valid: BoolArray) -> BoolArray:
    """Return which numbers have another sign, or none, than most; of one currency all may.

    12% among 0.12, or 300 g among kilograms, is no number that can stand beside the others.
    """
    signs = {sign: mask & valid for sign, mask in stripped.signed.items()}
    if len(signs) <= 1 and all(sign in CURRENCIES for sign in signs):
        return np.zeros(len(valid), dtype=np.bool_)
    forms = [valid & ~np.any(list(signs.values()), axis=0), *signs.values()]
    main = max(forms, key=lambda form: int(form.sum()))
    return np.asarray(valid & ~main)


def _field_names(parts: Any) -> list[str]:
    return [parts.type[i].name for i in range(parts.type.num_fields)]


def _spread(mask: BoolArray, positions: Any, n: int) -> BoolArray:
    spread = np.zeros(n, dtype=np.bool_)
    spread[positions] = mask
    return spread
