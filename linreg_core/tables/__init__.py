"""Tables that people bring: choosing among their columns, and making a Dataset of those.

`read_table` and what it gives are the table reader's, named here as well.
"""

from __future__ import annotations

from linreg_core.tables.choosing import Proposal, propose, usable_features, usable_targets
from linreg_core.tables.columns import PreparedColumn
from linreg_core.tables.encoding import Encoded, coded_values, encode
from linreg_core.tables.formula import Formula, formula_text, parse_formula
from linreg_core.tables.formula_calls import FUNCTIONS
from linreg_core.tables.formula_errors import FormulaError, formula_error
from linreg_core.tables.kinds import kind_of, read_categories, read_cells
from linreg_core.tables.prepared import Prepared, Recipe, prepare, prepare_alike, to_dataset
from linreg_core.tables.prepared_terms import PreparedFactor, PreparedTerm
from linreg_core.tables.row_clusters import cluster_codes
from linreg_core.tables.row_weights import weight_columns
from linreg_core.tables.selection import MISSING, Selection, select
from linreg_core.tables.terms import (
    AS_CATEGORY,
    TRANSFORMS,
    Factor,
    Term,
    columns_of,
    without_repeats,
)
from table_reader import CATEGORY, DATE, YES_NO, Question, ReadOptions, Table, read_table

__all__ = [
    "AS_CATEGORY",
    "CATEGORY",
    "DATE",
    "FUNCTIONS",
    "MISSING",
    "TRANSFORMS",
    "YES_NO",
    "Encoded",
    "Factor",
    "Formula",
    "FormulaError",
    "Prepared",
    "PreparedColumn",
    "PreparedFactor",
    "PreparedTerm",
    "Proposal",
    "Question",
    "ReadOptions",
    "Recipe",
    "Selection",
    "Table",
    "Term",
    "cluster_codes",
    "coded_values",
    "columns_of",
    "encode",
    "formula_error",
    "formula_text",
    "kind_of",
    "parse_formula",
    "prepare",
    "prepare_alike",
    "propose",
    "read_categories",
    "read_cells",
    "read_table",
    "select",
    "to_dataset",
    "usable_features",
    "usable_targets",
    "weight_columns",
    "without_repeats",
]
