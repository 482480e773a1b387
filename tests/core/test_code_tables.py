"""A person's own file, read by a script with the choices that were made of it."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linreg_core import Problem, TrainConfig, fit, pytorch_script, read_table
from linreg_core.code import DataCode, table_code
from linreg_core.code.script import SCRIPT_STYLES
from linreg_core.tables import Prepared, Selection, parse_formula, prepare
from tests.core.test_code import assert_same, run

PLAIN = "size,city,price\n40,Oslo,3.5\n55,Rome,4.25\n60,Oslo,5\n72,Bergen,5.5\n81,Oslo,7\n"
GERMAN = "Fläche;Preis;Balkon\n40,5;1.203,5;ja\n55,25;1.411;nein\n60;1.502,25;ja\n71;1.650,5;nein\n"
GAPS = (
    "a,b,day,y\n1,2,2024-03-01,1\n,3,2024-03-05,2\n3,NA,2024-03-02,2.5\n4,8,2024-03-09,5\n"
    "5,9,2024-03-11,\n"
)
FILES = {
    "plain": (PLAIN.encode(), Selection("price", ("city", "size"))),
    "left out": (PLAIN.encode(), Selection("price", ("size",), excluded_rows=(1,))),
    "decimal commas": (GERMAN.encode("cp1252"), Selection("Preis", ("Fläche", "Balkon"))),
    "gaps": (GAPS.encode(), Selection("y", ("a", "b"))),
    "filled": (GAPS.encode(), Selection("y", ("a", "b", "day"), "fill")),
    "tabs": (PLAIN.replace(",", "\t").encode(), Selection("price", ("size",))),
    "notes above": (b"Prices of flats\n\n" + PLAIN.encode(), Selection("price", ("size",))),
    "quotes": (b'"a ""b"",\nc",y\n1,2\n2,3.5\n3,4\n4,7\n', Selection("y", ('a "b", c',))),
}
TERMS = {
    "plain": (PLAIN, "price ~ log(size) + city"),
    "polynomials": (PLAIN, "log(price) ~ poly(size, 2) + poly(size, 2):city"),
    "raw": (PLAIN, 'sqrt(size) + size:C(city, base="Rome") + poly(size, 2, raw=True)'),
    "as a category": (PLAIN, "price ~ C(size, base=55)"),
    "yes and no": (GERMAN, "log(Preis) ~ center(Fläche) * Balkon + scale(Fläche):Balkon"),
    "gaps": (GAPS, "y ~ log(a) + scale(b) + poly(day, 2, raw=True)"),
    "no logarithm": ("a,b,y\n1,2,3\n4,5,6\n-1,2,2\n9,1,4\n2,7,0\n", "log(y) ~ sqrt(a) + b"),
    "categories": (PLAIN + "12,Rome,8\n", "price ~ city:C(size)"),
}
ODD = {
    "percentages": b"share,y\n12 %,1\n15 %,2\n9 %,3\n20 %,5\n",
    "dates of Europe": b"day,y\n01.02.2024,1\n03.02.2024,2\n28.02.2024,3\n05.03.2024,4\n",
    "totals": b"x,y\n1,2\n2,3\n3,5\nTotal,10\n",
}


def told(data: bytes, selection: Selection) -> tuple[Prepared, DataCode | None]:
    """The data set that is made of a file, and the code that makes it."""
    table = read_table(io.BytesIO(data))
    prepared = prepare(table, selection)
    return prepared, table_code(table, prepared, prepared.dataset, "../mine's.csv", data)


@pytest.mark.parametrize("missing", ["drop", "fill"])
@pytest.mark.parametrize("name", TERMS)
def test_terms_are_told_in_numpy(
    name: str, missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, formula = TERMS[name]
    data = text.encode("cp1252" if text is GERMAN else "utf-8")
    names = [str(column) for column in read_table(io.BytesIO(data)).frame.columns]
    model = parse_formula(formula, names)
    selection = Selection(
        model.target or "price",
        model.features,
        missing,
        terms=model.terms,
        target_transform=model.target_transform,
    )
    prepared, code = told(data, selection)
    assert code is not None and code.file == "mine's.csv"
    monkeypatch.chdir(tmp_path)
    Path(code.file).write_bytes(data)
    found: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec("import numpy as np\nimport pandas as pd\n" + "\n".join(code.lines), found)
    np.testing.assert_allclose(found["X"], prepared.dataset.X, rtol=1e-12)
    np.testing.assert_allclose(found["y"], prepared.dataset.y, rtol=1e-14)


WEIGHTED = (
    "size,city,price,w,n\n40,Oslo,3.5,1.5,2\n55,Rome,4.25,0,1\n60,Oslo,5,0.25,3\n72,Bergen,5.5,2,1\n"
    "81,Oslo,7,,4\n35,Rome,3,1,5\n90,Rome,0,1,2\n66,Bergen,4.75,3,0\n48,Oslo,4,0.5,1\n,Rome,4,2,2\n"
    "77,Rome,6.5,1.25,3\n59,Bergen,4.5,2.5,2\n"
)
EVERYTHING = [
    # weights and their kind, the model, how it is trained
    ("w", "analytic", "log(price) ~ poly(size, 2) + log(size) * city", {}),
    ("n", "frequency", 'log(price) ~ scale(size) * C(city, base="Rome") - 1', {"batch_size": 4}),
    ("w", "analytic", "log(price) ~ sqrt(size) + city:size", {"solver": "adam", "loss": "l1"}),
    ("n", "frequency", "log(price) ~ poly(size, 2, raw=True)", {"solver": "closed_form"}),
]


@pytest.mark.parametrize("style", SCRIPT_STYLES)
@pytest.mark.parametrize("case", range(len(EVERYTHING)))
def test_weights_terms_and_a_logarithm_together(
    case: int, style: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights, kind, formula, how = EVERYTHING[case]
    model = parse_formula(formula, WEIGHTED.partition("\n")[0].split(","))
    selection = Selection(
        "price",
        (),
        terms=model.terms,
        target_transform="log",
        fit_intercept=model.fit_intercept,
        weights=weights,
        weight_kind=kind,
    )
    prepared, code = told(WEIGHTED.encode(), selection)
    assert code is not None
    monkeypatch.chdir(tmp_path)
    Path(code.file).write_bytes(WEIGHTED.encode())
    problem = Problem.from_dataset(
        prepared.dataset, 0.25, standardize=True, fit_intercept=model.fit_intercept, seed=1
    )
    config = TrainConfig(**{"n_epochs": 4, "learning_rate": 0.05, **how})
    script = pytorch_script(problem, config, style, data=code, last_epoch=config.n_epochs)
    assert_same(run(script), fit(problem, config).final)


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_read_as_it_was(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, selection = FILES[name]
    prepared, code = told(data, selection)
    if name == "quotes":  # a name over two lines is another one in the table
        assert code is None
        return
    assert code is not None and code.file == "mine's.csv"
    monkeypatch.chdir(tmp_path)
    Path(code.file).write_bytes(data)
    problem = Problem.from_dataset(prepared.dataset, standardize=True)
    config = TrainConfig(n_epochs=3)
    script = pytorch_script(problem, config, data=code)
    assert "import pandas as pd" in script
    scope = run(script)
    assert_same(scope, fit(problem, config).final)


@pytest.mark.parametrize("name", ODD)
def test_what_takes_more_than_a_few_lines_is_not_told(name: str) -> None:
    feature = ODD[name].split(b",")[0].decode()
    assert told(ODD[name], Selection("y", (feature,)))[1] is None
