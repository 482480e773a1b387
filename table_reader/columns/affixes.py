"""What stands around numbers in cells: signs, parentheses, currencies, percent signs, units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from table_reader.arrays import BoolArray, IntArray
from table_reader.columns.cells import as_mask, matches, word_counts
from table_reader.columns.scales import Scales, find_scales, is_scale_word
from table_reader.grid import TextColumn
from table_reader.patterns import NUMBER_LIKE, SCALE, SCALED_NUMBER
from table_reader.words import CURRENCIES, PERCENT_WORDS

MOST_SIGNS: Final = 20
HAS_SCALE: Final = rf"\d *(?:{SCALE})"
ZERO: Final = r"^0+(?:[.,]0*)?$"


@dataclass(frozen=True, eq=False)
class Stripped:
    """Cells without what stood around their numbers.

    `body` is pyarrow text, in which only the cells at `positions` are changed; `negative` marks
    numbers in parentheses or with a minus anywhere but in the body; `trailing` those with a minus
    behind them that is their sign: straight behind a decimal mark ("12,-") it means no cents.
    `signed` are the cells with each sign or unit, "%" among them. `scales` are the words that
    multiply a number, as a million does, and `powers` the power of ten that each cell's has.
    """

    body: Any
    positions: IntArray
    negative: BoolArray
    trailing: BoolArray
    parenthesised: BoolArray
    signed: dict[str, BoolArray]
    scales: Mapping[str, int]
    powers: IntArray | None


def strip(text: TextColumn, which: BoolArray) -> Stripped | None:
    """Take off what stands around numbers in those cells (the others are left as they are).

    Returns None where nothing can be taken off, or so many different words that they can't be
    units.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    positions = np.flatnonzero(which)
    changed = pc.take(text, positions).combine_chunks()
    field = _fields(changed)
    opened, closed = (as_mask(pc.not_equal(field[end], "")) for end in ("open", "close"))
    has_no_cents = as_mask(pc.match_substring_regex(field["body"], "[.,]$"))
    trailing = as_mask(pc.equal(field["trailing"], "-")) & ~has_no_cents
    leading = [as_mask(pc.not_equal(field[sign], "")) for sign in ("sign", "sign2")]
    has_two_signs = np.sum([*leading, trailing], axis=0) > 1
    is_number = as_mask(pc.is_valid(field["body"])) & (opened == closed) & ~has_two_signs
    if not is_number.any():
        return None
    minus = [as_mask(pc.equal(field[sign], "-")) for sign in ("sign", "sign2")]
    is_negative = (opened | trailing | np.any(minus, axis=0)) & is_number
    body = pc.replace_with_mask(
        text, pa.array(which), pc.if_else(pa.array(is_number), field["body"], "?")
    )
    scales = _scales(changed, field, is_number)
    if scales is None:
        behind = pc.if_else(pc.equal(field["after"], ""), field["scale"], field["after"])
        field["after"] = pc.if_else(pc.equal(field["scale"], ""), field["after"], behind)
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
        {} if scales is None else scales.words,
        None if scales is None else _spread(scales.powers, positions, len(which)),
    )


def _fields(cells: Any) -> dict[str, Any]:
    """Return what stands in and around the numbers of cells, by name; null where there is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    field = _extracted(cells, NUMBER_LIKE)
    words = [word for word in word_counts(field["after"]) if is_scale_word(word)]
    is_scale = pc.is_in(field["after"], pa.array(words, pa.string()))
    field["scale"] = pc.if_else(is_scale, field["after"], "")
    field["after"] = pc.if_else(is_scale, "", field["after"])
    others = pc.and_(pc.is_null(field["body"]), pc.match_substring_regex(cells, HAS_SCALE))
    others = pc.fill_null(others, False)
    if pc.any(others).as_py():
        scaled = _extracted(pc.filter(cells, others), SCALED_NUMBER)
        field = {
            name: pc.replace_with_mask(values, others, scaled[name])
            for name, values in field.items()
        }
    return field


def _extracted(cells: Any, pattern: str) -> dict[str, Any]:
    import pyarrow.compute as pc

    parts = pc.extract_regex(cells, pattern)
    names = [parts.type[i].name for i in range(parts.type.num_fields)]
    return {name: pc.struct_field(parts, [i]) for i, name in enumerate(names)}


def _scales(cells: Any, field: Mapping[str, Any], is_number: BoolArray) -> Scales | None:
    """Return what multiplies the numbers."""
    import pyarrow as pa
    import pyarrow.compute as pc

    words = pc.if_else(pa.array(is_number), field["scale"], "")
    has_money = any(
        as_mask(pc.is_in(field[end], pa.array(sorted(CURRENCIES)))).any()
        for end in ("before", "after")
    )
    return find_scales(cells, words, has_money)


def odd_ones(stripped: Stripped, valid: BoolArray) -> BoolArray:
    """Return which numbers have another sign, or none, than most; of one currency all may.

    12% among 0.12, or 300 g among kilograms, is no number that can stand beside the others. A
    bare 0 can: it is the same in every unit.
    """
    signs = {sign: mask & valid for sign, mask in stripped.signed.items()}
    if len(signs) <= 1 and all(sign in CURRENCIES for sign in signs):
        return np.zeros(len(valid), dtype=np.bool_)
    bare = valid & ~np.any(list(signs.values()), axis=0)
    if bare.any():
        bare &= ~matches(stripped.body, ZERO)
    forms = (bare, *signs.values())
    main = max(forms, key=lambda form: int(form.sum()))
    return np.asarray(np.any([form for form in forms if form is not main], axis=0) & ~main)


def foreign_ones(stripped: Stripped, valid: BoolArray) -> BoolArray:
    """Return which numbers are surely in another unit than most; those without one may be in it.

    A number without a percent sign is foreign among percentages: 0.12 is no 12%.
    """
    signs = {sign: mask & valid for sign, mask in stripped.signed.items()}
    main = max(signs, key=lambda sign: int(signs[sign].sum()), default=None)
    if main is None or not is_percent(main):
        others = [mask for sign, mask in signs.items() if sign != main]
        return np.asarray(np.any(others, axis=0) & valid if others else np.zeros_like(valid))
    return odd_ones(stripped, valid)


def is_percent(sign: str) -> bool:
    """Whether what stood behind numbers makes them percentages."""
    return sign.lower() in PERCENT_WORDS


def _spread(part: NDArray[Any], positions: IntArray, n: int) -> NDArray[Any]:
    spread = np.zeros(n, dtype=part.dtype)
    spread[positions] = part
    return spread
