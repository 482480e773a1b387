"""What an earlier file of the same columns tells of one that leaves something open."""

from __future__ import annotations

from dataclasses import dataclass, field

from table_reader.names import plain_name
from table_reader.options import Precedent


@dataclass(frozen=True)
class Habits:
    """An earlier file's marks, and what its columns were; names are found whatever their case."""

    decimal: str | None = None
    date_order: str | None = None
    _kinds: dict[str, str] = field(default_factory=dict)
    _codes: tuple[tuple[str, float], ...] = ()

    @classmethod
    def of(cls, precedent: Precedent | None) -> Habits:
        """Return what can be learned of a precedent; nothing where there is none."""
        if precedent is None:
            return cls()
        kinds = {plain_name(name): kind for name, kind in precedent.kinds}
        return cls(precedent.decimal, precedent.date_order, kinds, precedent.missing_codes)

    def kind_of(self, name: str) -> str | None:
        """Return what a column was read as, None where there was no such column."""
        return self._kinds.get(plain_name(name))

    def codes_of(self, name: str) -> list[float]:
        """Return the numbers that stood for missing ones in a column."""
        return [code for column, code in self._codes if plain_name(column) == plain_name(name)]
