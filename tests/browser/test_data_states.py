"""States of the data page that nobody plans for: bad files, divergence, hostile text."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
from playwright.sync_api import expect

from dashboard.own_data.settings import TABLE_DEFAULTS
from tests.browser.data_page import DataPage, number
from tests.browser.live import FIT
from tests.browser.tables import csv, line

BAD_FILES = {
    "photo.csv": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "Got a PNG picture"),
    "nothing.csv": (b"", "must not be empty"),
    "people.csv": (b"name,city\nAnn,Oslo\nBob,Bergen\n", "at least 1 column of numbers"),
    "wide.csv": (
        b",".join(b"c%d" % i for i in range(100_000)) + b"\n" + b"1," * 99_999 + b"1\n",
        "at most 10,000 columns. Got 100,000",
    ),
}
IMAGE = "<img src=x onerror='window.hacked=1'>"
SCRIPT = "<script>window.hacked=1</script>"
MARKUP = "$x^2$ **b** :red[r] [l](http://example.org) &amp; %{z}"
LONG = "a very long name " * 18
HOSTILE_FILE = "<img src=x onerror=alert(1)> $x$ :red[f] *.csv"


def test_a_file_that_is_no_table_costs_nothing(data: DataPage) -> None:
    x, y = line()
    data.start().learn("line.csv", csv(hours=x, output=y)).move("Learning rate")
    data.wait_for_comparison()  # from then on the equation is that of least squares
    data.mark()
    data.zoom(FIT)
    equation, runs, query, axes = data.equation, data.n_runs, data.query, data.ranges(FIT)
    for name, (content, sentence) in BAD_FILES.items():
        data.drop(name, content)
        expect(data.alerts).to_have_text(re.compile(f"{name}.*{sentence}"))
        expect(data.file_line).to_contain_text("line.csv")
    assert (data.equation, data.n_runs, data.query) == (equation, runs, query)
    assert data.ranges(FIT) == axes
    data.assert_marks()
    data.move("Learning rate", "ArrowRight")
    assert data.ranges(FIT) == axes


def test_a_diverged_run_leaves_the_report_standing(data: DataPage) -> None:
    settings = replace(
        TABLE_DEFAULTS, table="norris", target="y", features=("x",), learning_rate=10.0
    )
    data.start(settings.link()).to_end()
    assert data.metric("Status") == "Diverged"
    expect(data.note).to_have_text(re.compile(r"Diverged at epoch \d+: the learning rate 10 is "))
    expect(data.page.get_by_text("The run diverged at epoch")).to_be_visible()
    slope = next(row for row in data.grid if row[0] == "x")
    assert slope[1] == "1.00212"
    assert data.n_points("normal_qq") == 36


def test_hostile_text_is_shown_as_text(data: DataPage) -> None:
    levels = [IMAGE, MARKUP, SCRIPT]
    rng = np.random.default_rng(0)
    rows = [(*rng.normal(size=2).round(3), levels[i % 3], i + i % 5) for i in range(36)]
    names = [IMAGE, MARKUP, SCRIPT, LONG]
    lines = [",".join(f'"{cell}"' for cell in row) for row in (names, *rows)]
    data.start().learn(HOSTILE_FILE, "\n".join(lines).encode())
    expect(data.file_line).to_contain_text(HOSTILE_FILE)
    assert data.equation.startswith("a very") and "<img src=" in data.equation
    assert data.whole_equation.startswith(LONG.strip()[:100]) and IMAGE in data.whole_equation
    tags = data.page.locator(".st-key-features [data-testid=stMultiSelectTagsContainer]")
    expect(tags).to_contain_text(IMAGE)
    expect(tags).to_contain_text(MARKUP)
    check_pictures(data)
    check_tabs(data)
    assert data.page.evaluate("window.hacked") is None
    assert data.page.locator("img[src=x]").count() == 0
    assert data.page.locator("a[href*='example.org']").count() == 0
    assert data.page.evaluate("document.documentElement.scrollWidth") <= 1280


def check_pictures(data: DataPage) -> None:
    """Axes, labels and hover of the live view."""
    partial = data.page.locator(".ll-plot", has_text="Partial regression")
    expect(partial.locator(".ll-feature option").nth(1)).to_have_text(re.compile(r"^\$x\^2\$ "))
    partial.locator(".ll-feature").select_option(index=1)
    expect(partial.locator(".xtitle")).to_contain_text("$x^2$")
    labels = data.page.locator(".ll-plot .ytick text")
    expect(labels.filter(has_text="<script>").first).to_be_visible()
    weights = data.page.locator(".ll-plot", has_text="Weights, feature by feature")
    weights.locator(".points .point").first.hover(force=True)
    expect(weights.locator(".hovertext").first).to_contain_text("<")


def check_tabs(data: DataPage) -> None:
    """The report's table, the fields of predictions, the equation to take away."""
    assert [row[0] for row in data.grid[2:4]] == [IMAGE, MARKUP]
    expect(data.page.get_by_text("training rows, ")).to_be_visible()
    predict = data.tab("Predict")
    for name in (IMAGE, MARKUP, SCRIPT):
        expect(predict.get_by_text(name, exact=True).first).to_be_visible()
    expect(predict.locator("[data-testid=stMetricLabel]")).to_contain_text("a very long name")
    equation_and_methods = data.tab("Take away").locator("code")
    expect(equation_and_methods.first).to_contain_text(f"({SCRIPT} = {SCRIPT})")
    expect(equation_and_methods.last).to_contain_text(SCRIPT)
    data.tab("Table")
    assert data.grid[0][1:3] == [IMAGE, MARKUP]


def test_an_unfinished_run_says_so_and_one_button_finishes_it(data: DataPage) -> None:
    names = ("deflator", "gnp", "unemployed", "armed_forces", "population", "year")
    chosen = replace(TABLE_DEFAULTS, table="longley", target="employed", features=names)
    settings = replace(chosen, solver="momentum")  # few epochs are enough, whichever engine trains
    data.start(settings.link()).to_end()
    go_on = data.page.get_by_role("button", name="Go on to 5,000 epochs")
    expect(go_on).to_be_visible()
    assert data.metric("Status") == "Not there yet"
    assert "Least squares: employed = 15.062 · deflator" in data.equation  # certified: 15.0619
    expect(data.note).to_have_text(re.compile("After 200 epochs .* least squares has"))
    former = data.n_runs
    go_on.click()
    data.wait_for_run(former)
    data.wait_for_comparison()
    assert data.query["n_epochs"] == "5000" and data.query["learning_rate"] == "0.1"
    expect(go_on).to_have_count(0)
    assert data.metric("Status") != "Not there yet" and "Least squares:" not in data.equation
    near = {row[0]: (number(row[1]), number(row[2]), number(row[-2])) for row in data.grid[1:]}
    assert all(abs(learned - best) < 0.1 * error for best, error, learned in near.values()), near
