"""Tables of any number of columns, and how they write durations and ratios."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.processes import load_average


def print_columns(title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Prints a Markdown table, each row as soon as it is known."""
    print(f"\n### {title} (load average {load_average():.1f})\n")
    print(f"| {' | '.join(header)} |\n|{'---|' * len(header)}", flush=True)
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)


def duration(seconds: float) -> str:
    """Three significant digits in the unit that suits.

    >>> duration(0.0001234), duration(0.0201), duration(1.5)
    ('123 µs', '20.1 ms', '1.50 s')
    """
    for size, unit in ((1.0, "s"), (1e-3, "ms")):
        if seconds >= size:
            return f"{seconds / size:#.3g} {unit}".replace(". ", " ")
    return f"{seconds * 1e6:.3g} µs"


def times(ratio: float, target: float | None = None) -> str:
    """A ratio, bold where it misses its target.

    >>> times(512.3, 500), times(3.21, 5)
    ('512 x', '**3.2 x: missed**')
    """
    text = f"{ratio:,.0f} x" if ratio >= 10 else f"{ratio:.1f} x"
    return f"**{text}: missed**" if target is not None and ratio < target else text
