"""The participant's page: what it loads, what it weighs, and that it is strict."""

from __future__ import annotations

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from dashboard.live.assets import Assets
from dashboard.live.modules import module_graph
from dashboard.room.join_page import ENTRY, JOIN_HEADERS, STYLES, join_page

DASHBOARD = Path(__file__).parents[3] / "dashboard"
MOST_BYTES = 150_000
AIM_BYTES = 72_000


class Reader(HTMLParser):
    """What a page's tags say, and the text between script tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def of(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [a for t, a in self.tags if t == tag and wanted.items() <= a.items()]


@pytest.fixture(scope="module")
def assets() -> Assets:
    return Assets()


def test_it_names_all_of_its_files_and_each_is_served(assets: Assets) -> None:
    page = Reader(join_page(assets, "", "CDF-346"))
    styles = [str(link["href"]) for link in page.of("link", rel="stylesheet")]
    scripts = [str(script["src"]) for script in page.of("script")]
    for path in styles + scripts:
        assert assets.find(path.removeprefix("/live/assets/")), path
    assert (len(scripts), len(styles)) == (1, len(STYLES))


def test_it_weighs_little(assets: Assets) -> None:
    paths = [assets.bundle_path(ENTRY), *map(assets.path_of, STYLES)]
    files = [assets.find(path) for path in paths]
    weight = sum(len(file.gzipped) for file in files if file)
    weight += len(gzip.compress(join_page(assets, "", "CDF346").encode()))
    assert all(files)
    assert weight < AIM_BYTES < MOST_BYTES


def test_it_knows_neither_plotly_nor_streamlit() -> None:
    modules = module_graph(DASHBOARD / ENTRY)
    for module in modules:
        source = module.read_text()
        assert "window).Plotly" not in source, module
        assert "WebSocket" not in source, module
    names = {module.name for module in modules}
    assert names.isdisjoint({"plot.js", "view.js", "gallery.js"})
    assert {"decode.js", "playback.js", "run.js", "line_picture.js", "strip.js"} <= names


@pytest.mark.parametrize("prefix", ["", "/below"])
@pytest.mark.parametrize(
    ("typed", "told"),
    [("cdf-346", "CDF346"), ("CDF346", "CDF346"), ("", ""), ("nothing", "nothing")],
)
def test_it_says_where_it_is_and_of_which_room(
    assets: Assets, prefix: str, typed: str, told: str
) -> None:
    page = Reader(join_page(assets, prefix, typed))
    [html] = page.of("html")
    assert (html["data-base"], html["data-code"]) == (f"{prefix}/", told)
    assert all(
        str(a["href"]).startswith(f"{prefix}/live/") for a in page.of("link", rel="stylesheet")
    )


@pytest.mark.parametrize(
    "code", ['"><script>alert(1)</script>', "' onload='x", "&lt;{entry}", "x" * 5000]
)
def test_a_hostile_code_is_text(assets: Assets, code: str) -> None:
    page = Reader(join_page(assets, "", code))
    [html] = page.of("html")
    assert html["data-code"] == code[:30]
    assert set(html) == {"lang", "data-base", "data-code"}
    assert len(page.of("script")) == 1


def test_nothing_runs_that_is_not_a_file_of_ours(assets: Assets) -> None:
    policy = dict(
        part.split(" ", 1) for part in JOIN_HEADERS["Content-Security-Policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    html = join_page(assets, "", "CDF346")
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=", html)


def test_a_graph_follows_imports_and_not_types(tmp_path: Path) -> None:
    files = {
        "a.js": 'import { b } from "./b.js";\nimport {\n  c,\n  d,\n} from "./deep/c.js";\n'
        '/** @import { T } from "./types.js" */\n/** @type {import("./types.js").T} */',
        "b.js": 'export { c } from "./deep/c.js";\nconst text = \'import "./text.js"\';',
        "deep/c.js": 'import "../a.js";\n',
    }
    (tmp_path / "deep").mkdir()
    for name, source in files.items():
        (tmp_path / name).write_text(source)
    graph = [
        path.relative_to(tmp_path.resolve()).as_posix() for path in module_graph(tmp_path / "a.js")
    ]
    assert graph == ["a.js", "b.js", "deep/c.js"]
