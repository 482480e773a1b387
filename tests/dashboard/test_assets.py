"""What the browser loads of ours: each file once, compressed, and nothing else."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

import dashboard
from dashboard.live.assets import static_files
from dashboard.live.bundle import with_empty_comments
from dashboard.live.modules import module_graph
from tests.dashboard.serving import LocalServer, got

DASHBOARD = Path(dashboard.__file__).parent
FILES = [path.relative_to(DASHBOARD).as_posix() for path in static_files()]


def folder(server: LocalServer) -> str:
    return server.assets.view_path.split("/")[0]


@pytest.mark.parametrize("name", FILES)
def test_an_asset_is_compressed_and_kept_for_good(server: LocalServer, name: str) -> None:
    answer = got(server, f"/live/assets/{folder(server)}/{name}")
    assert answer.status == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    expected = "text/javascript" if name.endswith(".js") else "text/css"
    assert answer.headers["content-type"].startswith(expected)
    came, source = gzip.decompress(answer.body).decode(), (DASHBOARD / name).read_text("utf-8")
    assert came == (with_empty_comments(source) if name.endswith(".js") else source)
    assert came.count("\n") == source.count("\n")


def test_plotly_is_served_out_of_its_package(server: LocalServer) -> None:
    answer = got(server, f"/live/assets/{server.assets.plotly_path}")
    assert b"plotly.js v" in gzip.decompress(answer.body)[:200]
    assert len(answer.body) < 1_500_000


def test_a_first_visit_is_within_its_budget(server: LocalServer) -> None:
    static = DASHBOARD / "live" / "static"
    loaded = {*static.glob("*.css")}.union(
        *map(module_graph, (static / "view.js", static / "reading.js"))
    )
    ours = [path.relative_to(DASHBOARD).as_posix() for path in loaded]
    paths = [f"{folder(server)}/{name}" for name in ours] + [server.assets.plotly_path]
    sizes = [len(got(server, f"/live/assets/{path}").body) for path in paths]
    assert sum(sizes) < 1_600_000, sum(sizes)


def test_names_are_by_content(server: LocalServer) -> None:
    other = LocalServer()
    assert other.assets.view_path == server.assets.view_path
    assert server.assets.style_path.split("/")[0] == folder(server)
    other.stop()


@pytest.mark.parametrize(
    "path",
    [
        "",
        "view.js",
        "0000000000000000/view.js",
        "{folder}",
        "{folder}/",
        "{folder}/nothing.js",
        "{folder}/live/static/VIEW.JS",
        "{folder}/live/static/../assets.py",
        "{folder}/live/static/..%2fassets.py",
        "{folder}/%2e%2e/%2e%2e/assets.py",
        "{folder}/live/static/..\\assets.py",
        "../../../etc/passwd",
        "%2e%2e/%2e%2e/app.py",
        "..%252f..%252fapp.py",
        "//etc/passwd",
        "/etc/passwd",
        "{folder}/live/static/view.js%00.css",
        "{folder}/live/static/view.js/",
        "{folder}/live//static/view.js",
    ],
)
def test_there_is_nothing_else(server: LocalServer, path: str) -> None:
    answer = got(server, f"/live/assets/{path.format(folder=folder(server))}")
    assert (answer.status, answer.body) == (404, b"Not found")
