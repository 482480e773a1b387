"""Weights on the data page: chosen in the drawer, told by the link, used by the report."""

from __future__ import annotations

import numpy as np

from dashboard.live.held_data import DataHeader, DataReceiver, parts
from dashboard.own_data.settings import TABLE_DEFAULTS, read_table_query
from dashboard.problem_spec import fingerprint
from linreg_core import Dataset
from tests.dashboard.test_data_page import data_page, dropped, quiet, settings_of, texts_of

ROWS = b"x,n,w,y\n" + b"".join(
    b"%d,%d,%s,%d\n" % (i, i % 3, [b"0.5", b"", b"2.5"][i % 3], 3 * i + i % 5) for i in range(1, 25)
)
DATA = Dataset("d", np.arange(6.0).reshape(3, 2), [1.0, 2.0, 4.0])
WEIGHTED = Dataset("d", DATA.X, DATA.y, weights=[1.0, 2.0, 3.0], weights_name="n")


def test_a_column_weights_the_rows_and_says_what_it_means() -> None:
    page = dropped(data_page(), ROWS)
    first = settings_of(page)
    assert first.weights == "" and not any(each.key == "weight_kind" for each in page.selectbox)
    page = quiet(page.selectbox(key="weights").set_value("n").run())
    assert not page.error
    page = quiet(page.selectbox(key="weight_kind").set_value("frequency").run())
    settings = settings_of(page)
    assert (settings.weights, settings.weight_kind) == ("n", "frequency")
    assert settings.selection.weights == "n"
    page = quiet(page.selectbox(key="weights").set_value("w").run())
    told = "".join(texts_of(page, kind) for kind in ("error", "warning", "markdown", "info"))
    assert "Frequency weights must be whole numbers" in told
    page = quiet(page.selectbox(key="weights").set_value("").run())
    assert settings_of(page).selection == first.selection


def test_a_link_names_weights_and_their_kind() -> None:
    settings, notices = read_table_query({"weights": "n", "weight_kind": "frequency"})
    assert (settings.weights, settings.weight_kind, notices) == ("n", "frequency", [])
    _, notices = read_table_query({"weights": "n", "weight_kind": "sometimes"})
    assert "weight_kind" in notices[0]
    assert TABLE_DEFAULTS.selection.weights is None


def test_weights_travel_to_the_trainer_and_name_the_data() -> None:
    assert fingerprint(WEIGHTED) != fingerprint(DATA)
    receiver, received = DataReceiver(DataHeader.of(WEIGHTED, "f")), None
    for part in parts(WEIGHTED):
        received = receiver.add(bytes(part))
    assert received is not None and received.weights is not None
    assert (received.weights.tolist(), received.weights_name) == ([1.0, 2.0, 3.0], "n")
    assert (DataHeader.of(DATA, "f").n_numbers, DataHeader.of(WEIGHTED, "f").n_numbers) == (9, 12)
