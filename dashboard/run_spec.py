"""A run's name: what is trained, on what, as a text that anybody can write, and a short id.

The text is JSON in one spelling, with what differs from the defaults: a setting that is added
later, whose default trains as before, leaves every id as it is.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, NoReturn

from dashboard.problem_spec import GeneratedData, ProblemSpec, SentData
from linreg_core import DATASETS, ConfigError, DataError, Params, TrainConfig
from linreg_core.checks import broken, choice, finite_number, flag, whole_number
from linreg_core.limits import MAX_FEATURES, MAX_ROWS, MAX_SEED, MAX_TEST_FRACTION, SPLITS
from table_reader.wording import shown

VERSION = 1  # of the meaning of the names; another one when an old text would train otherwise
MAX_TEXT_CHARACTERS = 300_000  # the longest has a start of 10,000 weights
_ID_DIGITS = 20
_FINGERPRINT = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True)
class RunSpec:
    """What to train, on what: plain data, of which any server makes the same run.

    >>> problem = ProblemSpec(GeneratedData("line", (("noise", 0.2),), seed=3), seed=3)
    >>> spec = RunSpec(problem, TrainConfig(learning_rate=0.05))
    >>> spec.to_text()
    '{"config":{"learning_rate":0.05},"data":{"dataset":"line","knobs":{"noise":0.2},"seed":3},"problem":{"seed":3},"v":1}'
    >>> RunSpec.from_text(spec.to_text()) == spec
    True
    """

    problem: ProblemSpec
    config: TrainConfig

    @cached_property
    def id(self) -> str:
        """Twenty hexadecimal digits, the same for equal specs, on every machine."""
        return hashlib.sha256(self.to_text().encode()).hexdigest()[:_ID_DIGITS]

    def to_text(self) -> str:
        """Return the spec as JSON without spaces, names in alphabetical order, defaults left out.

        Raises ConfigError when the run starts from parameters that are not finite.
        """
        problem = _changed(self.problem)
        tree = {"v": VERSION, "data": _data_tree(problem.pop("data"))}
        tree |= {"problem": problem} if problem else {}
        tree |= {"config": config} if (config := _changed(self.config)) else {}
        try:
            return json.dumps(tree, sort_keys=True, separators=(",", ":"), allow_nan=False)
        except ValueError:
            raise broken(
                "init", "must be finite in a run that is named", self.config.init
            ) from None

    @classmethod
    def from_text(cls, text: str) -> RunSpec:
        """Return the spec that a text names, however it is spaced and ordered.

        Raises ConfigError when it is no such text, or a setting in it is out of bounds.
        """
        tree = _members("A run's text", _parsed(text), ("v", "data", "problem", "config"))
        if tree.get("v") != VERSION:
            raise broken("v", f"must be {VERSION}, the version of a run's text", tree.get("v"))
        data = _data_from(tree.get("data"))
        return cls(
            _problem_from(data, tree.get("problem", {})), _config_from(tree.get("config", {}))
        )


def _changed(settings: ProblemSpec | TrainConfig) -> dict[str, Any]:
    """Return what differs from the defaults, as JSON can hold it."""
    values = {
        field.name: (getattr(settings, field.name), field.default) for field in fields(settings)
    }
    return {name: _plain(value) for name, (value, default) in values.items() if value != default}


def _plain(value: Any) -> Any:
    """Spell a value that equals another one like it: no -0.0, no numpy."""
    if isinstance(value, Params):
        weights = [_plain(weight) for weight in value.weights.tolist()]
        return {"weights": weights, "bias": _plain(value.bias)}
    if isinstance(value, float):
        return float(value) + 0.0
    return value


def _data_tree(data: GeneratedData | SentData) -> dict[str, Any]:
    if isinstance(data, SentData):
        return {"own": data.fingerprint, "n_samples": data.n_samples, "n_features": data.n_features}
    source = DATASETS[data.dataset]
    knobs = {name: _plain(source.knob(name).check(value)) for name, value in data.knobs}
    changed = {name: value for name, value in knobs.items() if value != source.knob(name).default}
    tree: dict[str, Any] = {"dataset": data.dataset}
    tree |= {"knobs": changed} if changed else {}
    return tree | ({"seed": data.seed} if data.seed else {})


def _parsed(text: str) -> Any:
    if not isinstance(text, str) or len(text) > MAX_TEXT_CHARACTERS:
        size = f"{len(text):,}" if isinstance(text, str) else shown(text)
        raise ConfigError(
            f"A run's text must have at most {MAX_TEXT_CHARACTERS:,} characters. Got {size}."
        )
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ConfigError(f"A run's text must be JSON. Got {shown(text)}.") from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _members(what: str, tree: Any, names: Collection[str]) -> dict[str, Any]:
    """Return the members of a JSON object, all of which are known."""
    if not isinstance(tree, dict):
        raise ConfigError(f"{what} must be an object. Got {shown(tree)}.")
    for name in tree:
        choice(f"a name in {what}", name, names)
    return tree


def _data_from(tree: Any) -> GeneratedData | SentData:
    is_own = isinstance(tree, dict) and "own" in tree
    names = ("own", "n_samples", "n_features") if is_own else ("dataset", "knobs", "seed")
    tree = _members("`data`", tree, names)
    if is_own:
        if not isinstance(tree["own"], str) or not _FINGERPRINT.fullmatch(tree["own"]):
            raise broken("own", "must be 32 hexadecimal digits", tree["own"])
        return SentData(
            tree["own"],
            whole_number("n_samples", tree.get("n_samples"), minimum=1, maximum=MAX_ROWS),
            whole_number("n_features", tree.get("n_features"), minimum=1, maximum=MAX_FEATURES),
        )
    dataset = choice("dataset", tree.get("dataset"), DATASETS)
    source = DATASETS[dataset]
    given = _members("`knobs`", tree.get("knobs", {}), [knob.name for knob in source.knobs])
    knobs = tuple((name, source.knob(name).check(value)) for name, value in given.items())
    return GeneratedData(dataset, knobs, _seed_from(tree))


def _problem_from(data: GeneratedData | SentData, tree: Any) -> ProblemSpec:
    names = [field.name for field in fields(ProblemSpec) if field.name != "data"]
    given = _members("`problem`", tree, names)
    values = {name: given.get(name, getattr(ProblemSpec, name)) for name in names}
    return ProblemSpec(
        data,
        _seed_from(values),
        finite_number(
            "test_fraction", values["test_fraction"], minimum=0, maximum=MAX_TEST_FRACTION
        ),
        choice("split", values["split"], SPLITS),
        flag("standardize", values["standardize"]),
        flag("fit_intercept", values["fit_intercept"]),
    )


def _config_from(tree: Any) -> TrainConfig:
    values = dict(_members("`config`", tree, [field.name for field in fields(TrainConfig)]))
    if isinstance(init := values.get("init"), dict):
        start = _members("`init`", init, ("weights", "bias"))
        try:
            values["init"] = Params(start.get("weights"), start.get("bias"))  # type: ignore[arg-type]
        except DataError as error:
            raise ConfigError(str(error)) from None
    return TrainConfig(**values)


def _seed_from(tree: dict[str, Any]) -> int:
    return whole_number("seed", tree.get("seed", 0), minimum=0, maximum=MAX_SEED)
