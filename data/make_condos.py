"""Make condos.csv: invented condo sales whose least-squares line is a published one, exactly.

Run `python data/make_condos.py` to write the file again. Needs numpy only. Areas come out the same;
on another kind of processor, which rounds differently, some prices differ by a dollar or two.

Floor areas are log-normal and scatter grows with the price. The scatter is then moved as little
as possible (in the least-squares sense) so that a few linear conditions hold, because where SGD
ends after k passes in file order is linear in the prices:

- the least-squares line is SLOPE * x + INTERCEPT;
- on the raw columns, SGD at learning rate 1e-6 has the published weights after 1 and 101 passes;
- on standardised columns, SGD at learning rates 0.001 and 0.01 ends its passes on that line.

Finally prices are rounded to cents, and single cents are moved between rows of neighbouring areas
until the residuals' sums are 0 in whole numbers.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SLOPE, INTERCEPT = 1246.51, -37866.33
SEED = 3199
N_ROWS = 118
SMALLEST, LARGEST = 400, 3000
MEDIAN_AREA, AREA_SPREAD, RELATIVE_SCATTER = 900.0, 0.42, 0.15

RAW_RATE = 1e-6
RAW_WEIGHTS = {1: 855.0042, 101: 2105.35}
"""Published weights after so many passes."""
SCALED_RATES = (0.001, 0.003, 0.01)
N_PASSES = 101
SHRINKAGE = 1 - RAW_WEIGHTS[1] / RAW_WEIGHTS[101]
"""What one raw pass multiplies the weight's distance by, if both published weights are to hold."""

Array = NDArray[np.float64]


def floor_areas(generator: np.random.Generator) -> Array:
    """Return whole areas whose factors 1 - 2e-6 x**2 of one raw step multiply to SHRINKAGE."""
    draws = np.exp(AREA_SPREAD * generator.standard_normal(N_ROWS))
    candidates = []
    for median in np.arange(0.8, 1.2, 0.0005) * MEDIAN_AREA:
        areas = np.clip(np.rint(median * draws), SMALLEST, LARGEST)
        product = np.prod(1 - 2 * RAW_RATE * areas**2)
        candidates.append((abs(product - SHRINKAGE), median))
    median = min(candidates)[1]
    return np.clip(np.rint(median * draws), SMALLEST, LARGEST)


def pass_end(x: Array, rate: float, n_passes: int) -> Array:
    """Return M (2, n) so that M @ y is (weight, bias) after passes of SGD on rows (x, y) from 0."""
    n = len(x)
    state = np.zeros((2, n))
    for _ in range(n_passes):
        for i in range(n):
            residual = x[i] * state[0] + state[1]
            residual[i] -= 1.0
            state = state - 2 * rate * np.array([x[i] * residual, residual])
    return state


def conditions(x: Array) -> tuple[Array, Array]:
    """Return (A, b) so that scatter e with A @ e = b has the properties told above."""
    z = (x - x.mean()) / x.std()
    line = SLOPE * x + INTERCEPT
    rows, values = [np.ones_like(x), z], [0.0, 0.0]
    for n_passes, weight in RAW_WEIGHTS.items():
        raw = pass_end(x, RAW_RATE, n_passes)[0]
        rows.append(raw)
        values.append(weight - raw @ line)
    for rate in SCALED_RATES:
        # Scatter alone must move neither the weight nor the bias: on the exact line SGD is exact.
        for row in pass_end(z, rate, N_PASSES):
            rows.append(row)
            values.append(0.0)
    return np.array(rows), np.array(values)


def scatter(generator: np.random.Generator, x: Array) -> Array:
    """Return residuals that meet the conditions, closest to a draw that grows with the area."""
    size = RELATIVE_SCATTER * (SLOPE * x + INTERCEPT)
    drawn = size * generator.standard_normal(len(x))
    A, b = conditions(x)
    weighted = A * size**2
    return drawn + weighted.T @ np.linalg.solve(weighted @ A.T, b - A @ drawn)


def balance_cents(x: NDArray[np.int64], cents: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return `cents` changed by a few, so that sum(cents) = sum(x * cents) = 0."""
    cents = cents.copy()
    order = np.argsort(x, kind="stable")
    neighbours = [(a, b) for a, b in zip(order[:-1], order[1:], strict=True) if x[b] - x[a] == 1]
    cents[order[len(x) // 2]] -= cents.sum()
    excess = int((x * cents).sum())
    for i in range(abs(excess)):
        lower, upper = neighbours[i % len(neighbours)]
        cents[lower] += np.sign(excess)
        cents[upper] -= np.sign(excess)
    return cents


def make_rows() -> list[tuple[int, str]]:
    """Return the rows (area, price) of the file, prices in dollars and cents."""
    generator = np.random.default_rng(SEED)
    areas = floor_areas(generator)
    x = areas.astype(np.int64)
    cents = balance_cents(x, np.rint(100 * scatter(generator, areas)).astype(np.int64))
    prices = round(100 * SLOPE) * x + round(100 * INTERCEPT) + cents
    return [(int(a), f"{p // 100}.{p % 100:02d}") for a, p in zip(x, prices, strict=True)]


def main() -> None:
    """Write condos.csv beside this script."""
    with (Path(__file__).parent / "condos.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("sq_footage", "sale_price"))
        writer.writerows(make_rows())


if __name__ == "__main__":
    main()
