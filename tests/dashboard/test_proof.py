"""A link's proof: it holds on another machine, and for no other run."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from dashboard.data_print import DataPrint
from dashboard.live.result import RunResult
from dashboard.packed import packed
from dashboard.presets import PRESETS
from dashboard.problem_spec import ProblemSpec, SentData, fingerprint
from dashboard.proof import PROOF_WORDS, Proof, settings_id
from dashboard.run_spec import RunSpec
from dashboard.settings import Settings, make_settings
from linreg_core import ConfigError, Dataset, Params, Status, TrainConfig, fit, make_dataset

LINE = make_settings("line", {"noise": 0.3}, learning_rate=0.2, n_epochs=60)
RUNS = {
    "line": LINE,
    "half way": make_settings("line", {"noise": 0.3}, learning_rate=0.01, n_epochs=10),
    "exact": make_settings("line", {"noise": 0.0}, learning_rate=0.3, n_epochs=500),
    "no slope": make_settings("line", {"slope": 0.0, "noise": 0.0}, learning_rate=0.3),
    "minibatches": make_settings("line", {"noise": 0.3}, batch_size=8, n_epochs=50),
    "absolute": make_settings("line", loss="l1", learning_rate=0.1),
    "several": make_settings("correlated", learning_rate=0.01, n_epochs=50),
    "large units": make_settings("norris", standardize=True, learning_rate=0.1),
    "diverged": make_settings("line", learning_rate=3.0),
    "float32": make_settings("line", {"noise": 0.3}, dtype="float32"),
}


def result_of(settings: Settings, engine: str = "compiled") -> RunResult:
    config = replace(settings.config(), engine=engine)
    final = fit(settings.problem_spec.build(), config).final
    assert final.train_loss is not None
    nothing = np.array([])
    return RunResult(
        *(final.params, final.status, final.epoch, 0.0, np.array([], dtype=int), nothing, nothing),
        engine="compiled",
        final_loss=final.train_loss,
    )


@cache
def proof_of(settings: Settings) -> Proof:
    data = DataPrint.of(settings.problem_spec.build().dataset)
    return Proof.of(settings.run_spec, result_of(settings), data)


def rounded(proof: Proof, part: float) -> Proof:
    """The proof as another machine would have made it: each number another one in that digit."""
    names = ("loss", "bias", "norm")
    numbers: dict[str, Any] = {name: getattr(proof, name) * (1 + part) for name in names}
    weights = tuple(weight * (1 - part) for weight in proof.weights)
    near = tuple(number * (1 + part) for number in proof.data.numbers)
    data = replace(proof.data, numbers=near if part < 1e-10 else proof.data.numbers)
    return replace(proof, **numbers, weights=weights, data=data)


@pytest.mark.parametrize("name", RUNS)
def test_a_proof_comes_back_from_its_link(name: str) -> None:
    proof = proof_of(RUNS[name])
    text = proof.to_text()
    assert len(text) <= 260  # of a link that has 2,000
    assert Proof.from_text(text) == proof
    assert proof.compare(proof, RUNS[name].run_spec).is_reproduced


@pytest.mark.parametrize("name", [name for name in RUNS if name != "float32"])
@pytest.mark.parametrize(("part", "least"), [(1e-15, 14), (1e-13, 12), (1e-11, 10)])
def test_another_processors_rounding_is_the_same_run(name: str, part: float, least: int) -> None:
    proof = proof_of(RUNS[name])
    verdict = proof.compare(rounded(proof, part), RUNS[name].run_spec)
    assert verdict.is_reproduced
    digits = int(verdict.sentence.removeprefix("Reproduced to ").removesuffix(" digits."))
    assert least <= digits <= 15


@pytest.mark.parametrize(
    "name", ["line", "half way", "exact", "several", "large units", "absolute"]
)
def test_the_other_engine_reproduces_it(name: str) -> None:
    """It makes the same sums in another order, as another processor does."""
    settings = RUNS[name]
    other = Proof.of(settings.run_spec, result_of(settings, "torch"), proof_of(settings).data)
    assert proof_of(settings).compare(other, settings.run_spec).is_reproduced


def test_single_precision_has_seven_digits() -> None:
    settings = RUNS["float32"]
    proof = proof_of(settings)
    assert proof.compare(proof, settings.run_spec).sentence == "Reproduced to 7 digits."
    assert proof.compare(rounded(proof, 1e-5), settings.run_spec).is_reproduced
    assert not proof.compare(rounded(proof, 1e-2), settings.run_spec).is_reproduced


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"loss": 0.3}, "Not reproduced: the final loss is 0.3 there"),
        ({"bias": 7.0}, "Not reproduced: the bias is 7 there"),
        ({"norm": 1.2}, "Not reproduced: the norm of the weights is 1.2 there"),
        ({"weights": (-1.2,)}, "Not reproduced: weight 1 is -1.2 there"),
        ({"loss": float("nan")}, "Not reproduced: the final loss is nan there"),
        ({"loss": float("inf")}, "Not reproduced: the final loss is inf there"),
        ({"status": "diverged", "epoch": 7}, "the run diverged at epoch 7 there, and ended at"),
        ({"settings": "0123456789"}, "Not compared: a setting of this link"),
    ],
)
def test_another_number_is_named(changes: dict[str, Any], words: str) -> None:
    proof = proof_of(LINE)
    verdict = replace(proof, **changes).compare(proof, LINE.run_spec)
    assert not verdict.is_reproduced and words in verdict.sentence


@pytest.mark.parametrize("part", [1e-8, 1e-6, 1e-4])
def test_a_few_digits_are_told(part: float) -> None:
    proof = proof_of(LINE)
    verdict = rounded(proof, part).compare(proof, LINE.run_spec)
    assert not verdict.is_reproduced
    assert " digits only: " in verdict.sentence


def test_the_likely_reason_is_told() -> None:
    proof, wrong = proof_of(LINE), replace(proof_of(LINE), loss=1.0)
    old = replace(wrong, versions=("0.0.9", "numpy 1.26.4"))
    assert (
        "another version: 0.0.9, numpy 1.26.4 there" in old.compare(proof, LINE.run_spec).sentence
    )
    torch = replace(wrong, engine="torch").compare(proof, LINE.run_spec).sentence
    assert "engine 'torch' there, 'compiled' here" in torch
    assert "the link's numbers were changed" in wrong.compare(proof, LINE.run_spec).sentence
    other = replace(wrong, processor="x86_64 znver3").compare(proof, LINE.run_spec).sentence
    assert "another processor's rounding" in other and "x86_64 znver3 there" in other


# --- Data --------------------------------------------------------------------------------------

TABLE = make_dataset("correlated", seed=3)


def changed(**arrays: Any) -> Dataset:
    return replace(TABLE, **arrays)


def _with_cell(value: float) -> Dataset:
    X = TABLE.X.copy()
    X[17, 2] += value
    return changed(X=X)


OTHERS = {
    "a cell": (_with_cell(1e-4), "other numbers"),
    "a target": (changed(y=np.where(np.arange(300) == 5, 0.5, TABLE.y)), "other numbers"),
    "rows swapped": (changed(X=TABLE.X[::-1], y=TABLE.y[::-1]), "other numbers"),
    "columns swapped": (changed(X=TABLE.X[:, ::-1]), "other numbers"),
    "another unit": (changed(X=TABLE.X * 100), "other numbers"),
    "a row less": (changed(X=TABLE.X[1:], y=TABLE.y[1:]), "300 rows of 5 features there, 299 rows"),
    "a name": (changed(target_name="price"), "under other names"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_data_are_told(name: str) -> None:
    other, words = OTHERS[name]
    assert words in DataPrint.of(TABLE).difference(DataPrint.of(other))


def test_data_rounded_otherwise_are_the_same() -> None:
    noise = 1 + 1e-13 * np.random.default_rng(0).standard_normal(TABLE.X.shape)
    near = changed(X=TABLE.X * noise, y=TABLE.y * (1 - 1e-13))
    assert DataPrint.of(TABLE).difference(DataPrint.of(near)) == ""
    assert fingerprint(TABLE) != fingerprint(near)


@pytest.mark.parametrize("scale", [0.0, 1e-300, 1e300])
def test_data_of_any_size_have_a_print(scale: float) -> None:
    data = DataPrint.of(changed(X=TABLE.X * scale, y=TABLE.y * scale))
    assert np.isfinite(data.numbers).all()
    assert DataPrint.from_list(json.loads(json.dumps(data.as_list()))) == data


def test_own_data_are_named_by_their_print_and_not_by_their_bytes() -> None:
    one, other = (
        RunSpec(ProblemSpec(SentData(digit * 32, 10, 2), seed=4), TrainConfig()) for digit in "ab"
    )
    assert one.id != other.id and settings_id(one) == settings_id(other)
    assert settings_id(replace(one, config=TrainConfig(n_epochs=7))) != settings_id(one)


def test_every_presets_settings_have_an_id_of_their_own() -> None:
    assert len({settings_id(preset.settings.run_spec) for preset in PRESETS}) == len(PRESETS)


# --- What is no proof --------------------------------------------------------------------------


def tree_with(place: int, value: Any) -> list[Any]:
    data = [3, 1, "01234567", 1.0, 1.0, 1.0, 0.0, 2.0]
    tree = [
        1,
        "0123456789",
        data,
        "finished",
        5,
        [1.0, 2.0, 3.0, 3.0],
        "compiled",
        ["0.1.0"],
        "x86_64",
    ]
    tree[place] = value
    return tree


DATA = tree_with(0, 1)[2]


def text_of(tree: Any) -> str:
    return packed(json.dumps(tree).encode(), PROOF_WORDS)


def test_the_tree_that_the_next_test_spoils_is_good() -> None:
    assert Proof.from_text(text_of(tree_with(0, 1))).weights == (3.0,)


@pytest.mark.parametrize(
    "tree",
    [
        *(1, [], {}, None, "text"),
        tree_with(0, 2),
        tree_with(1, 7),
        tree_with(1, "x" * 41),
        tree_with(2, []),
        tree_with(2, [0, *DATA[1:]]),
        tree_with(2, [*DATA[:3], 0.0, *DATA[4:]]),
        tree_with(2, [*DATA[:-1], float("inf")]),
        tree_with(2, [*DATA[:2], "a name that is long", *DATA[3:]]),
        tree_with(3, "running"),
        tree_with(3, "<script>"),
        tree_with(4, -1),
        tree_with(4, 1.5),
        tree_with(5, [1.0, 2.0]),
        tree_with(5, [1.0, 2.0, 3.0]),
        tree_with(5, [1.0, 2.0, "3", 3.0]),
        tree_with(5, [True, 2.0, 3.0, 3.0]),
        tree_with(7, [1]),
        tree_with(8, 1),
        tree_with(8, "x" * 41),
        tree_with(7, ["x"] * 100),
        [*tree_with(0, 1), "more"],
    ],
)
def test_what_is_no_proof_is_a_sentence(tree: Any) -> None:
    with pytest.raises(ConfigError, match="made by another version, or changed"):
        Proof.from_text(text_of(tree))


@pytest.mark.parametrize("text", ["", "AAAA", proof_of(LINE).to_text()[:-4], "x" * 9_000])
def test_a_damaged_text_is_a_sentence(text: str) -> None:
    with pytest.raises(ConfigError, match="`proof`"):
        Proof.from_text(text)


def test_deep_nesting_is_a_sentence() -> None:
    with pytest.raises(ConfigError):
        Proof.from_text(packed(b"[" * 3_900, PROOF_WORDS))


def test_numbers_without_end_compare() -> None:
    data = DataPrint.of(TABLE)
    huge = Params(np.full(5, 1e300), -1e308)
    spec = make_settings("correlated").run_spec
    result = replace(result_of(RUNS["several"]), params=huge, status=Status.DIVERGED)
    proof = Proof.of(spec, result, data)
    assert Proof.from_text(proof.to_text()).compare(proof, spec).is_reproduced
    verdict = replace(proof, bias=1e308).compare(proof, spec)
    assert not verdict.is_reproduced
