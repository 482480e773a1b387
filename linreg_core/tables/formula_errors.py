"""What is wrong with a formula, and where."""

from __future__ import annotations

from typing import Final

from linreg_core.errors import ConfigError

_AROUND: Final = 20
_MOST_SHOWN: Final = 40


class FormulaError(ConfigError):
    """A formula that can't be read; `position` is (start, stop) in its text."""

    def __init__(self, message: str, position: tuple[int, int]) -> None:
        super().__init__(message)
        self.position = position


def formula_error(
    text: str, what: str, position: tuple[int, int], remedy: str = ""
) -> FormulaError:
    """Return the error on a place of `text`, which its message shows with what is around it.

    >>> print(formula_error("y ~ a ^ 2", "'^' is no operator here", (6, 7), "Use + : *"))
    '^' is no operator here (character 7, in "y ~ a ▸^◂ 2"). Use + : *.
    """
    start, stop = position
    inside = text[start:stop]
    if len(inside) > _MOST_SHOWN:
        inside = inside[:_MOST_SHOWN] + "…"
    before = ("…" if start > _AROUND else "") + text[max(0, start - _AROUND) : start]
    after = text[stop : stop + _AROUND] + ("…" if len(text) > stop + _AROUND else "")
    shown = " ".join(f"{before}▸{inside}◂{after}".split())
    then = f" {remedy}." if remedy else ""
    return FormulaError(f'{what} (character {start + 1}, in "{shown}").{then}', position)
