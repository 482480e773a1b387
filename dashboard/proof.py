"""What a link claims of its run, to be compared with what comes of it elsewhere.

It is a claim, not a signature: anybody can write one. What counts is that the run is trained
again, and that numbers are compared with numbers: processors round sums differently, so that
bits and hashes of results would differ where nothing is wrong.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

import numpy as np

from dashboard.data_print import DataPrint
from dashboard.live.result import RunResult
from dashboard.packed import packed, unpacked
from dashboard.problem_spec import ProblemSpec, SentData
from dashboard.run_spec import RunSpec
from dashboard.versions import app_version, numbers_versions
from linreg_core import LOSSES, ConfigError, LinregError, Status
from linreg_core.checks import whole_number
from linreg_core.limits import MAX_EPOCHS

_VERSION: Final = 1
_FIRST_WEIGHTS: Final = 4
_MOST_DIGITS: Final = {"float64": 15, "float32": 7}
"""Digits that a number of this precision has."""
_WELL_DIGITS: Final = {"float64": 9, "float32": 3}
"""Digits from which on a run counts as reproduced: another processor's rounding takes the rest."""
_SOME_DIGITS = 3
_ALL_DIGITS = 17
_NEAR_NOTHING = 1e-3  # of the data's size; what is smaller has fewer digits above the rounding
_MOST_BYTES = 4_000
_SETTINGS_DIGITS = 10
_MOST_LETTERS, _MOST_VERSIONS = 40, 8
_STATUSES = tuple(status.value for status in Status if status.is_final)
PROOF_WORDS: Final = (
    b'","compiled","torch","converged","diverged","finished",-0.0,"numpy 2.","numba 0.",[1,"'
)
"""What proofs have in common: they are packed with it."""
_BROKEN = ConfigError(
    "`proof` of this link was made by another version, or changed: its numbers were not compared."
)


class Compared(NamedTuple):
    """One of the numbers that are compared; `least` is the size from which digits count."""

    name: str
    value: float
    least: float


@dataclass(frozen=True)
class Verdict:
    """What came of a comparison: whether the run is the same one, and what is said of it."""

    is_reproduced: bool
    sentence: str


@dataclass(frozen=True)
class Proof:
    """What came of a run, in a few numbers.

    `settings` names all that the run was set to but its data. `versions` are this app's, and those
    of the libraries that made the numbers; `processor` is the kind of processor that did.
    """

    settings: str
    data: DataPrint
    status: str
    epoch: int
    loss: float
    bias: float
    norm: float
    weights: tuple[float, ...]
    engine: str
    versions: tuple[str, ...]
    processor: str = ""

    @classmethod
    def of(cls, spec: RunSpec, result: RunResult, data: DataPrint, processor: str = "") -> Proof:
        """Return what a run's end comes to."""
        weights = result.params.weights
        with np.errstate(over="ignore"):
            norm = float(np.linalg.norm(weights))
        return cls(
            settings_id(spec),
            data,
            result.status.value,
            result.epoch,
            result.final_loss,
            result.params.bias,
            norm,
            tuple(weights[:_FIRST_WEIGHTS].tolist()),
            result.engine,
            (app_version(), *numbers_versions(result.engine)),
            processor[:_MOST_LETTERS],
        )

    def to_text(self) -> str:
        """Return it as a link carries it."""
        numbers = [self.loss, self.bias, self.norm, *self.weights]
        tree = [
            _VERSION,
            self.settings,
            self.data.as_list(),
            self.status,
            self.epoch,
            [value if math.isfinite(value) else None for value in numbers],
            self.engine,
            list(self.versions),
            self.processor,
        ]
        return packed(json.dumps(tree, separators=(",", ":")).encode(), PROOF_WORDS)

    @classmethod
    def from_text(cls, text: str) -> Proof:
        """Return the proof that a link carries.

        Raises ConfigError when it was cut off, changed, or made by another version.
        """
        data = unpacked("proof", text, _MOST_BYTES, PROOF_WORDS)
        try:
            return _read(json.loads(data))
        except (LinregError, ValueError, TypeError, RecursionError, OverflowError):
            raise _BROKEN from None

    def compare(self, here: Proof, spec: RunSpec) -> Verdict:
        """Return whether what came of the run here, `spec`, is what this proof claims."""
        if self.settings != here.settings:
            return Verdict(False, _OTHER_SETTINGS)
        if difference := self.data.difference(here.data):
            return Verdict(False, f"Not reproduced: these are other data, {difference}.")
        dtype = spec.config.dtype
        digits, one, other = self._worst(here, spec)
        digits = min(digits, _MOST_DIGITS[dtype])
        if self.status == here.status and digits >= _WELL_DIGITS[dtype]:
            return Verdict(True, f"Reproduced to {digits} digits.")
        return Verdict(False, f"{self._what_differs(here, digits, one, other)} {self._why(here)}")

    def _worst(self, here: Proof, spec: RunSpec) -> tuple[int, Compared, Compared]:
        """Return the numbers that agree least, and to how many digits they do."""
        pairs = zip(self._numbers(spec), here._numbers(spec), strict=True)
        return min((_digits(one, other), one, other) for one, other in pairs)

    def _numbers(self, spec: RunSpec) -> list[Compared]:
        spread = self.data.spread_of_y * _NEAR_NOTHING
        loss = math.prod([spread] * LOSSES[spec.config.loss].unit_exponent)  # inf, not an error
        slope = max(spread / self.data.size_of_x, self.norm * _NEAR_NOTHING)
        slope = slope if math.isfinite(slope) else spread
        numbers = [
            Compared("the final loss", self.loss, loss),
            Compared("the norm of the weights", self.norm, slope),
            *(
                Compared(f"weight {number}", weight, slope)
                for number, weight in enumerate(self.weights, 1)
            ),
        ]
        return [*numbers, Compared("the bias", self.bias, spread)]

    def _what_differs(self, here: Proof, digits: int, one: Compared, other: Compared) -> str:
        if self.status != here.status:
            return (
                f"Not reproduced: the run {_ENDED[self.status]} at epoch {self.epoch:,} there, and "
                f"{_ENDED[here.status]} at epoch {here.epoch:,} here."
            )
        shown = f"{{:.{digits + 2}g}}"
        values = f"{shown.format(one.value)} there, {shown.format(other.value)} here"
        if digits >= _SOME_DIGITS:
            return f"Reproduced to {digits} digits only: {one.name} is {values}."
        return f"Not reproduced: {one.name} is {values}."

    def _why(self, here: Proof) -> str:
        """Return the likely reason, where data and settings are the same."""
        if self.engine != here.engine:
            return f"It was trained by the engine '{self.engine}' there, '{here.engine}' here."
        if self.versions != here.versions:
            there, now = ", ".join(self.versions), ", ".join(here.versions)
            return f"The likely reason is another version: {there} there, {now} here."
        if self.processor != here.processor:
            return (
                "Data, settings and versions are the same: this run amplifies another processor's "
                f"rounding ({self.processor} there, {here.processor} here), or the link's numbers "
                "were changed."
            )
        return (
            "Data, settings, versions and kind of processor are the same: the link's numbers were "
            "changed, or the run amplifies a rounding that differs even so."
        )


_OTHER_SETTINGS = (
    "Not compared: a setting of this link is not the one that its numbers were made with. It was "
    "changed, or this version reads it otherwise."
)
_ENDED: Final = {"finished": "ended", "converged": "converged", "diverged": "diverged"}


def settings_id(spec: RunSpec) -> str:
    """Return ten hexadecimal digits that name a run's settings, and not the bytes of own data."""
    problem: ProblemSpec = spec.problem
    if isinstance(problem.data, SentData):
        problem = replace(problem, data=replace(problem.data, fingerprint="0" * 32))
    return RunSpec(problem, spec.config).id[:_SETTINGS_DIGITS]


def _digits(one: Compared, other: Compared) -> int:
    """Return how many digits two numbers have in common."""
    a, b = one.value, other.value
    if not (math.isfinite(a) and math.isfinite(b)):
        return _ALL_DIGITS if math.isfinite(a) == math.isfinite(b) else 0
    gap = min(1.0, abs(a - b) / max(abs(a), abs(b), one.least, other.least, 1e-300))
    return _ALL_DIGITS if gap == 0 else min(_ALL_DIGITS, math.floor(-math.log10(gap)))


def _read(tree: Any) -> Proof:
    """Return the proof that a tree tells; raises ValueError or TypeError where it tells none."""
    version, settings, data, status, epoch, numbers, engine, versions, processor = tree
    loss, bias, norm, *weights = (_number(value) for value in numbers)
    texts = [settings, engine, processor, *versions]
    if len(versions) > _MOST_VERSIONS or not all(map(_is_short, texts)):
        raise TypeError(tree)
    print_ = DataPrint.from_list(data)
    if (
        version != _VERSION
        or status not in _STATUSES
        or len(weights) != min(_FIRST_WEIGHTS, print_.n_features)
        or whole_number("epoch", epoch, minimum=0, maximum=MAX_EPOCHS) != epoch
    ):
        raise ValueError(tree)
    return Proof(
        *(settings, print_, status, epoch, loss, bias, norm),
        weights=tuple(weights),
        engine=engine,
        versions=tuple(versions),
        processor=processor,
    )


def _number(value: Any) -> float:
    if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float))):
        raise TypeError(value)
    return math.nan if value is None else float(value)


def _is_short(text: Any) -> bool:
    return isinstance(text, str) and len(text) <= _MOST_LETTERS
