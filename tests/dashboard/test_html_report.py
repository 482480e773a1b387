"""The HTML report: one file, nothing from outside, and nobody else's text is markup in it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from dashboard.exports import html_report
from dashboard.exports.training import how_it_was_trained
from dashboard.figures import figures_for
from dashboard.live.result import RunResult
from dashboard.numbers import number
from linreg_core import Params, Status, TrainConfig
from linreg_core.inference import Covariance
from linreg_core.tables import Prepared, Selection
from table_reader import Table
from tests.dashboard.fits import HOSTILE, fit_of, fits
from tests.dashboard.taken_away import awkward

TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "ul", "li",
    "div", "details", "summary", "table", "caption", "thead", "tbody", "tr", "th", "td", "figure",
    "figcaption", "noscript", "script", "button",
}  # fmt: skip
FILE_NAME = "my <script>alert(3)</script> file.csv"


class Page(HTMLParser):
    """What is in a page: its tags with their attributes, its visible text, and its scripts."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.scripts: list[str] = []
        self._open: list[str] = []
        self.feed(page.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self._open.append(tag)
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, "tags are nested"

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "script":
            self.scripts[-1] += data
        elif self._open and self._open[-1] != "style":
            self.text += data + " "


def result() -> RunResult:
    losses = np.array([9.0, 3.0, 1.0])
    epochs = np.array([0, 1, 2])
    params = Params([1.0], 0.0)
    return RunResult(params, Status.CONVERGED, 2, 0.25, epochs, losses, losses * 2, "torch")


@pytest.fixture(scope="module")
def page() -> Page:
    fitted = awkward()
    config = TrainConfig(solver="adam", learning_rate=0.05, batch_size=4)
    file = html_report(fitted.report, fitted.prepared, FILE_NAME, fitted.table, config, result())
    assert len(file) < 6_000_000
    return Page(file)


def test_it_is_one_file(page: Page) -> None:
    assert {tag for tag, _ in page.tags} == TAGS
    allowed = {"lang", "charset", "http-equiv", "content", "name", "class", "scope",
               "data-picture", "aria-label", "style", "id", "tabindex",
               "type", "hidden"}  # fmt: skip
    assert {name for _, attributes in page.tags for name in attributes} <= allowed


def test_its_policy_runs_our_scripts_only(page: Page) -> None:
    data, *scripts = page.scripts
    assert len(scripts) == 2
    policy = next(a["content"] for _, a in page.tags if a.get("http-equiv"))
    assert policy and policy.startswith("default-src 'none'; script-src 'sha256-")
    digests = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts]
    assert re.findall(r"'sha256-([^']+)'", policy) == digests
    assert json.loads(data)


def test_it_says_what_was_fitted(page: Page) -> None:
    fitted = awkward()
    report, table, prepared = fitted.report, fitted.table, fitted.prepared
    sentences = [*table.notes, *prepared.notes, *prepared.warnings, *report.notes, table.summary]
    for finding in report.findings:
        sentences += [finding.title, finding.look_for, finding.found, finding.test]
    sentences += [picture.title for picture in figures_for(report)]
    sentences += [picture.look_for for picture in figures_for(report)]
    for each in report.coefficients:
        sentences += [each.name, number(each.estimate, 5), number(each.standard_error)]
        sentences += [number(each.learned, 7), number(each.digits, 2)]
    for value in (report.r_squared, report.cv_r_squared, report.rmse, report.test_rmse):
        sentences.append(number(value, 5))
    for label, value in how_it_was_trained(
        report.problem, TrainConfig(solver="adam", learning_rate=0.05, batch_size=4), result()
    ):
        sentences += [label, value]
    missing = [each for each in sentences if each not in page.text]
    assert not missing
    assert FILE_NAME in page.text
    assert "predicted = " in page.text


def test_every_picture_has_its_place_and_its_words(page: Page) -> None:
    pictures = json.loads(page.scripts[0])
    places = [a for tag, a in page.tags if tag == "div" and "data-picture" in a]
    fitted = awkward()
    n_pictures = len(figures_for(fitted.report)) + 2 + 1  # partial regressions, loss
    assert len(pictures) == len(places) == n_pictures
    assert [place["data-picture"] for place in places] == [str(i) for i in range(n_pictures)]
    figures = [a for tag, a in page.tags if tag == "figure"]
    titles = [picture.title for picture in figures_for(fitted.report)]
    for figure, title in zip(figures, titles, strict=False):
        assert (figure["aria-label"] or "").startswith(f"{title}. ")
    texts = [t for picture in pictures for trace in picture["data"] for t in trace.get("text", [])]
    named = set(fitted.table.line_numbers[fitted.prepared.rows].tolist())  # type: ignore[index]
    numbers = {int(text.removeprefix("Row ")) for text in texts if text.startswith("Row ")}
    assert numbers == named


def test_every_picture_is_also_a_table(page: Page) -> None:
    assert page.text.count("Table ") == len(json.loads(page.scripts[0]))
    fitted = awkward()
    residuals = fitted.report.diagnostics.residuals.tolist()
    assert all(number(residual, 6) in page.text for residual in residuals)


@pytest.mark.parametrize("name", ["hostile", "two rows", "exact", "origin", "diverged", "curved"])
def test_a_report_of_any_fit(name: str) -> None:
    dataset = fits()[name].problem.dataset
    clusters = Covariance("cluster", np.arange(dataset.n_samples) // 3, name="<i>school</i>")
    report = fits()[name].with_covariance(clusters)
    selection = Selection(dataset.target_name, dataset.feature_names)
    rows = np.arange(dataset.n_samples)
    sentence = "<b>a & b</b> </script><!-- " + " ".join(HOSTILE)
    prepared = Prepared(selection, rows, (), (), (sentence,), (sentence,), dataset)
    import pandas as pd

    table = Table(pd.DataFrame(dataset.X), (sentence,), FILE_NAME, sentence)
    page = Page(html_report(report, prepared, FILE_NAME, table, TrainConfig()))
    assert {tag for tag, _ in page.tags} <= TAGS | {"b"} - {"b"}
    assert len(page.scripts) == 3 and json.loads(page.scripts[0])
    assert page.text.count("<b>a & b</b> </script><!--") == 4
    assert report.errors_meaning in page.text
    assert ("<i>school</i>" in page.text) == (name not in ("two rows", "exact"))


def test_how_it_was_trained_is_enough_to_repeat_it() -> None:
    problem = fit_of(np.arange(10.0), np.arange(10.0)).problem
    minibatches = TrainConfig(
        solver="momentum", learning_rate=1e-7, batch_size=3, seed=7, engine="compiled"
    )
    rows = dict(how_it_was_trained(problem, minibatches, result()))
    assert rows["Learning rate"] == "1e-07" and rows["Momentum"] == "0.9"
    assert rows["Batch size"] == "3" and rows["Updates in an epoch"] == "4"
    assert rows["Sampling"] == "shuffle" and rows["Seed"] == "7"
    assert rows["End"] == "converged after 2 epochs and 0.25 s"
    assert rows["Engine"] == "PyTorch (autograd)"  # which ran in the place of the one asked for
    planned = dict(how_it_was_trained(problem, minibatches))
    assert planned["Engine"] == "Compiled"
    closed = dict(how_it_was_trained(problem, TrainConfig(solver="closed_form"), None))
    assert "Epochs" not in closed and closed["End"] == "not reached yet"


def test_a_schedule_is_part_of_how_it_was_trained() -> None:
    problem = fit_of(np.arange(10.0), np.arange(10.0)).problem
    config = TrainConfig(schedule="cosine", warmup_epochs=1_000, n_epochs=9_000)
    rows = dict(how_it_was_trained(problem, replace(config, stop_when_converged=True)))
    assert rows["Schedule"] == "Cosine: down to 0" and rows["Warm-up"] == "1,000 epochs"
    assert rows["Stop when converged"] == "yes"
    assert "Schedule" not in dict(how_it_was_trained(problem, TrainConfig()))
