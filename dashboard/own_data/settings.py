"""What the data page can be set to: which table, which of its columns, and the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from dashboard.controls.control import Control
from dashboard.controls.declared import BATCH_SIZE, SAMPLING
from dashboard.links import ERROR_NAMES, QueryReader, reconcile
from dashboard.own_data.declared import (
    LAGS,
    LEARN_ALL_ROWS,
    MISSING_CELLS,
    STANDARD_ERRORS,
    TARGET_TRANSFORM,
    WEIGHT_KIND,
)
from dashboard.own_data.reading_link import parse_reading, reading_text
from dashboard.own_data.stored_names import parse_table, source_of_table
from dashboard.own_data.term_edits import fitted_to, parsed_terms, right_side
from dashboard.problem_spec import ProblemSpec, SentData
from dashboard.settings import MODEL_FIELDS, ModelSettings, split
from linreg_core import ConfigError, TrainConfig
from linreg_core.datasets import Start
from linreg_core.tables import Selection, Term
from table_reader import ReadOptions

MAX_EXCLUDED = 500
"""Rows that can be left out one by one: a link has to carry them."""


@dataclass(frozen=True)
class TableSettings(ModelSettings):
    """Every control of the data page."""

    table: str = ""  # a bundled or stored one's name; "": the visitor's own, which no link carries
    all_rows: bool = LEARN_ALL_ROWS.default  # of stored data; else their sample is learned
    target: str = ""
    features: tuple[str, ...] = ()
    missing: str = MISSING_CELLS.default
    formula: str = ""  # the terms, as a formula's right side; "": the features as they are
    target_transform: str = TARGET_TRANSFORM.default
    excluded_rows: tuple[int, ...] = ()  # positions in the table
    weights: str = ""  # a column; "": all rows count alike
    weight_kind: str = WEIGHT_KIND.default
    standard_errors: str = STANDARD_ERRORS.default  # of the report; no run depends on them
    clusters: str = ""  # the column that says which rows belong together, for "cluster"
    lags: int | None = None  # for "newey_west"; None: the usual number
    sent: SentData | None = None  # at the trainer; no control, and in no link
    n_sent_for_test: int = 0  # the last of them, where they stand for all rows
    asked: ReadOptions = ReadOptions()  # how the file is to be read; can be taken back

    @property
    def selection(self) -> Selection:
        return Selection(
            self.target,
            self.features,
            self.missing,
            self.excluded_rows,
            self.fit_intercept,
            terms=self.terms if self.formula else (),
            target_transform=self.target_transform,
            weights=self.weights or None,
            weight_kind=self.weight_kind if self.weights else WEIGHT_KIND.default,
        )

    @property
    def terms(self) -> tuple[Term, ...]:
        """What the model is made of: the features as they are, where no formula says otherwise."""
        return parsed_terms(self.formula, self.features)

    @property
    def data(self) -> SentData:
        assert self.sent is not None, "columns are chosen before a run is shown"
        return self.sent

    @property
    def n_samples(self) -> int:
        return self.sent.n_samples if self.sent else 1

    @property
    def n_features(self) -> int:
        return self.sent.n_features if self.sent else 1

    @property
    def pictures(self) -> dict[str, Any]:
        return super().pictures | self.errors

    @property
    def errors(self) -> dict[str, Any]:
        """Which standard errors the report has."""
        return {name: getattr(self, name) for name in ERROR_NAMES}

    def uses(self, control: Control) -> bool:
        if self.all_rows and control in (BATCH_SIZE, SAMPLING):
            return False  # all rows are learned in full batches
        return super().uses(control)

    def config(self) -> TrainConfig:
        config = super().config()
        return replace(config, batch_size=None) if self.all_rows else config

    @property
    def problem_spec(self) -> ProblemSpec:
        spec = super().problem_spec
        if not self.all_rows:
            return spec
        for_test = self.n_sent_for_test / self.n_samples  # they were drawn where they are stored
        return replace(spec, seed=0, test_fraction=for_test, split="sequential")

    def controls(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in MODEL_FIELDS} | {
            "all_rows": self.all_rows,
            "target": self.target,
            "features": list(self.features),
            "formula": self.formula,
            "target_transform": self.target_transform,
            "missing": self.missing,
            "excluded_rows": list(self.excluded_rows),
            "weights": self.weights,
            "weight_kind": self.weight_kind,
            **self.errors,
        }

    def remembered(self) -> dict[str, Any]:
        return super().remembered() | {"asked": self.asked}

    def link_values(self) -> dict[str, Any]:
        return {
            "table": self.table,
            **({"all_rows": self.all_rows} if self.all_rows else {}),
            "target": self.target,
            "features": self.features,
            "formula": self.formula,
            "target_transform": self.target_transform,
            "missing": self.missing,
            "excluded_rows": self.excluded_rows,
            **({"weights": self.weights, "weight_kind": self.weight_kind} if self.weights else {}),
            "reading": reading_text(self.asked),
            **{name: value for name, value in self.errors.items() if value != _ERRORS[name]},
        }


_ERRORS = TableSettings().errors
TABLE_DEFAULTS = TableSettings(**asdict(Start()))
"""What a table starts with: coordinates in which every column learns at the same pace."""


def read_table_query(query: Mapping[str, str]) -> tuple[TableSettings, list[str]]:
    """Return the data page's settings that a link names, and a sentence for each unusable value.

    Whether the columns exist is not known here: see `fit_columns`.
    """
    reader = QueryReader(query)
    features = tuple(split(query.get("features", "")))
    settings = TableSettings(
        table=reader.read(
            "table",
            TABLE_DEFAULTS.table,
            parse_table,
        ),
        all_rows=reader.read("all_rows", LEARN_ALL_ROWS.default, LEARN_ALL_ROWS.parse),
        target=query.get("target", ""),
        features=features,
        formula=reader.read("formula", "", lambda text: _right_side(text, features)),
        target_transform=reader.read(
            "target_transform", TABLE_DEFAULTS.target_transform, TARGET_TRANSFORM.parse
        ),
        missing=reader.read("missing", TABLE_DEFAULTS.missing, MISSING_CELLS.parse),
        excluded_rows=reader.read("excluded_rows", (), _positions),
        weights=query.get("weights", ""),
        weight_kind=reader.read("weight_kind", TABLE_DEFAULTS.weight_kind, WEIGHT_KIND.parse),
        asked=reader.read("reading", ReadOptions(), parse_reading),
        standard_errors=reader.read("standard_errors", "classical", STANDARD_ERRORS.parse),
        clusters=query.get("clusters", ""),
        lags=reader.read("lags", None, LAGS.parse),
        **reader.model_values(TABLE_DEFAULTS),
    )
    if source_of_table(settings.table) is None:
        settings = replace(settings, all_rows=False)  # a table has all of its rows
    batch_size = settings.batch_size  # whether it suits the rows is not known here either
    settings, clashes = reconcile(replace(settings, batch_size=None))
    return replace(settings, batch_size=batch_size), reader.notices + clashes


def _right_side(text: str, features: tuple[str, ...]) -> str:
    """Return a formula's right side in the one way of spelling it, "" for plain features."""
    return right_side(fitted_to(parsed_terms(text, features), features), features)


def _positions(text: str) -> tuple[int, ...]:
    positions = sorted({int(part) for part in split(text)})
    if len(positions) > MAX_EXCLUDED or any(position < 0 for position in positions):
        raise ConfigError(
            f"`excluded_rows` must be at most {MAX_EXCLUDED} row positions, each 0 or more. "
            f"Got {len(positions)}, from {positions[0]} on."
        )
    return tuple(positions)
