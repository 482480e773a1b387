"""Files that visitors bring to the data page, and what least squares says about them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
PRICE, AREA = "price (€)", "Fläche (m²)"
CITIES = ("Oslo", "Bergen", "Tromsø")
NO_AREA, NO_CITY = (4, 11), 17
"""Rows of the flats, from 0, that have an empty cell."""


@dataclass(frozen=True, eq=False)
class Flats:
    """A table as a spreadsheet of the continent writes it."""

    area: Floats
    rooms: NDArray[np.int64]
    city: NDArray[np.int64]
    price: Floats

    @property
    def used(self) -> NDArray[np.int64]:
        """The rows without an empty cell."""
        return np.setdiff1d(np.arange(len(self.price)), (*NO_AREA, NO_CITY))

    @property
    def X(self) -> Floats:
        """The features that are proposed: Oslo, the commonest city, has no column."""
        indicators = (self.city == CITIES.index(name) for name in CITIES[1:])
        return np.column_stack([self.area, self.rooms, *indicators]).astype(np.float64)

    def coefficients(self) -> dict[str, float]:
        """By np.linalg.lstsq, the intercept first, in the page's order."""
        names = ("intercept", AREA, "rooms", "city = Bergen", "city = Tromsø")
        solution = least_squares(self.X[self.used], self.price[self.used])
        return dict(zip(names, solution, strict=True))

    def csv(self) -> bytes:
        """The file: semicolons, decimal commas, Windows-1252, days first."""
        lines = [f"id;{AREA};rooms;city;built;{PRICE}"]
        for row, price in enumerate(self.price):
            area = "" if row in NO_AREA else comma(self.area[row])
            city = "" if row == NO_CITY else CITIES[self.city[row]]
            built = f"{1 + row % 28:02}.{1 + row % 12:02}.{1950 + row}"
            lines.append(f"{row + 1};{area};{self.rooms[row]};{city};{built};{comma(price)}")
        return ("\r\n".join(lines) + "\r\n").encode("cp1252")


def flats() -> Flats:
    """60 flats."""
    rng = np.random.default_rng(3)
    n = 60
    area, rooms = (30 + 120 * rng.random(n)).round(1), rng.integers(1, 6, n)
    city = rng.choice(3, n, p=(0.6, 0.2, 0.2))
    price = 12.5 * area + 80 * rooms - 200 * (city > 0) + 300 + 40 * rng.normal(size=n)
    return Flats(area, rooms, city, price.round(2))


def least_squares(X: Floats, y: Floats) -> Floats:
    """Intercept and weights by np.linalg.lstsq: the oracle."""
    solution: Floats = np.linalg.lstsq(np.column_stack([np.ones(len(y)), X]), y, rcond=None)[0]
    return solution


def line() -> tuple[Floats, Floats]:
    """One feature and a target: 30 rows around 3 x + 5."""
    x = np.arange(30.0)
    return x, (3 * x + 5 + 4 * np.random.default_rng(1).normal(size=30)).round(2)


def csv(**columns: object) -> bytes:
    """Named columns as the plainest of files."""
    rows = zip(*columns.values(), strict=True)  # type: ignore[call-overload]
    lines = [",".join(columns), *(",".join(map(str, row)) for row in rows)]
    return "\n".join(lines).encode()


def comma(value: float) -> str:
    """A number with a decimal comma."""
    return str(value).replace(".", ",")
