"""The browser's modules under `node --test`, as one test of ours."""

import json
import re
import subprocess

from dashboard.controls.declared import CONTROLS, PICTURE_CHOICES
from tests.conftest import ROOT
from tests.dashboard.nodes import node

_IMPORT_ALL = "for (const file of process.argv.slice(1)) await import(file);"


def test_javascript() -> None:
    """In one process, but for files with hooks: those would be hooks of all files."""
    files = sorted((ROOT / "tests" / "js").glob("*.test.js"))
    alone = [file for file in files if re.search(r"^(before|after)\w*\(", file.read_text(), re.M)]
    together = [file.as_uri() for file in files if file not in alone]
    assert alone and together
    for command in (
        [node(), "--input-type=module", "--eval", _IMPORT_ALL, *together],
        [node(), "--test", *map(str, alone)],
    ):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def test_pictures_have_one_name_here_and_in_links() -> None:
    source = (ROOT / "dashboard" / "live" / "static" / "gallery.js").read_text()
    lines = source.partition("const PLACES = {\n")[2].partition("};")[0].splitlines()
    parts = [line.strip(" ,").partition(": ") for line in lines]
    places = {place: json.loads(names) for place, _, names in parts}
    offered = {place: names for place, names in places.items() if len(names) > 1}
    linked = {place: list(CONTROLS[name].options) for place, name in PICTURE_CHOICES.items()}
    assert {place: ["default", *names] for place, names in offered.items()} == linked
