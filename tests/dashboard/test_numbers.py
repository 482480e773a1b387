"""Numbers and equations as the live view's JavaScript writes them, too."""

from __future__ import annotations

import math

import pytest

from dashboard.numbers import alike, count, equation, number, p_value, plain_number


@pytest.mark.parametrize(
    ("value", "expected"),
    [  # the table of tests/js/format.test.js
        (0, "0"),
        (-0.0, "0"),
        (1, "1"),
        (1234.5678, "1,235"),
        (123456.7, "123,457"),
        (-0.123456, "−0.1235"),
        (0.0001, "0.0001"),
        (0.00009, "9.000e−5"),
        (12345678, "1.235e7"),
        (-1e300, "−1.000e300"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "–"),
        (None, "–"),
        (9999.9996, "10,000"),
        (0.99999, "1"),
        (100.0, "100"),
    ],
)
def test_number(value: float | None, expected: str) -> None:
    assert number(value) == expected


ALIKE = [
    ([1708.98, 1621.3, 1796.6], "1,709.0 1,621.3 1,796.6"),
    ([1708.98, 1709.0, 1709.1], "1,708.98 1,709.00 1,709.10"),
    ([1000, 1200, 1400], "1,000 1,200 1,400"),
    ([-3.5, -2, -1.25], "−3.50 −2.00 −1.25"),
    ([-0.00001, 5, 9], "0 5 9"),
    ([0.0001234, 0.00011, 0.00013], "0.0001234 0.0001100 0.0001300"),
    ([1e-9, -2e-9, 1.5e-9], "1.000e−9 −2.000e−9 1.500e−9"),
    ([1e13, 0.91e13, 0], "1.000e13 0.910e13 0"),
    ([1.7e308, -1.7e308], "1.700e308 −1.700e308"),
    ([2.0, 2.0, 2.0], "2 2 2"),
    ([0.3, 0.1 + 0.2], "0.3 0.3"),
    ([None, 1.25, math.nan, 2.5, math.inf], "– 1.25 – 2.50 ∞"),
    ([], ""),
]


@pytest.mark.parametrize(("values", "expected"), ALIKE)
def test_numbers_of_one_line_have_the_same_decimals(
    values: list[float | None], expected: str
) -> None:
    assert " ".join(alike(values)) == expected


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [(37866.33, 5, "37,866"), (1246.5123, 6, "1,246.51"), (0.5, 3, "0.5"), (0.53, 2, "0.53")],
)
def test_number_with_digits(value: float, digits: int, expected: str) -> None:
    assert number(value, digits) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(0, "0"), (999, "999"), (1234567, "1,234,567"), (-1000, "−1,000")]
)
def test_count(value: int, expected: str) -> None:
    assert count(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [  # the table of tests/js/format.test.js
        (0.05, "0.05"),
        (0.1 + 0.2, "0.3"),
        (2e-7, "2e−7"),
        (10.0, "10"),
        (1e-9, "1e−9"),
        (1e-6, "0.000001"),
        (1.5e-5, "0.000015"),
        (1e12, "1000000000000"),
    ],
)
def test_plain(value: float, expected: str) -> None:
    assert plain_number(value) == expected


@pytest.mark.parametrize(
    ("p", "expected"),
    [(0.5, "0.5"), (0.01234, "0.0123"), (1e-4, "0.0001"), (0.9e-4, "< 0.0001"), (0, "< 0.0001"),
     (None, "–"), (math.nan, "–")],
)  # fmt: skip
def test_p_value(p: float | None, expected: str) -> None:
    assert p_value(p) == expected


@pytest.mark.parametrize(
    ("features", "weights", "bias", "expected"),
    [
        (["sqft"], [1246.51], -37866.33, "y = 1,246.5 · sqft − 37,866"),
        (["x"], [-2], 0.5, "y = −2 · x + 0.5"),
        (["a", "b"], [1, -2], 3, "y = 1 · a − 2 · b + 3"),
        (["a", "b"], [1, -2], None, "y = 1 · a − 2 · b"),
        (list("abcde"), [1] * 5, 0, "y = 1 · a + 1 · b + 1 · c + 1 · d + … 1 more term + 0"),
        (list("abcdef"), [1] * 6, 0, "y = 1 · a + 1 · b + 1 · c + 1 · d + … 2 more terms + 0"),
    ],
)
def test_equation(
    features: list[str], weights: list[float], bias: float | None, expected: str
) -> None:
    assert equation("y", features, weights, bias) == expected
