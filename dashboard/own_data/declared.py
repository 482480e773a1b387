"""The controls that the data page has beside those of every page, declared once."""

from __future__ import annotations

from dashboard.controls.control import Choice, Number, Place, Switch
from linreg_core.limits import ANALYTIC, FREQUENCY, MAX_LAGS

LEARN_ALL_ROWS = Switch(
    "all_rows",
    "All rows",
    "Learns all rows that are stored, not only the sample: one pass sums up what full batches and "
    "squared losses need of them. Pictures go on showing the sample.",
    default=False,
    place=Place.DATA,
)
MISSING_CELLS = Choice(
    "missing",
    "Rows with empty cells",
    "What becomes of a row where a chosen column is empty.",
    default="drop",
    place=Place.DATA,
    options={"drop": "Leave the row out", "fill": "Fill in the mean or commonest"},
)
TARGET_TRANSFORM = Choice(
    "target_transform",
    "Target taken as",
    "What is learned: the target, or its natural logarithm.",
    default="identity",
    place=Place.DATA,
    options={"identity": "As it is", "log": "Logarithm"},
)
STANDARD_ERRORS = Choice(
    "standard_errors",
    "Standard errors",
    "What the residuals are taken to be: alike and independent (classical), scattering unevenly "
    "(HC0 to HC3; take HC3), related within clusters, or related to the rows before them.",
    default="classical",
    place=Place.DATA,
    options={
        "classical": "Classical",
        "HC0": "HC0 (White)",
        "HC1": "HC1",
        "HC2": "HC2",
        "HC3": "HC3 (robust)",
        "cluster": "Clustered by a column",
        "newey_west": "Newey-West (rows in order)",
    },
)
LAGS = Number(
    "lags",
    "Lags",
    "Over how many rows in order residuals are related. Empty: 4 (n / 100)^(2/9), rounded down.",
    default=None,
    place=Place.DATA,
    minimum=0,
    maximum=MAX_LAGS,
    is_whole=True,
    word_for_none="usual",
)
WEIGHT_KIND = Choice(
    "weight_kind",
    "They are",
    "Analytic: a row is as exact as that many rows together, as the mean of so many measurements "
    "is. Frequency: it stands for so many equal rows, and every figure counts them.",
    default=ANALYTIC,
    place=Place.DATA,
    options={ANALYTIC: "Analytic: how exact", FREQUENCY: "Frequency: how often"},
)
