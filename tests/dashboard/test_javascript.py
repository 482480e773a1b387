"""The browser's modules under `node --test`, as one test of ours."""

import subprocess

from tests.conftest import ROOT
from tests.dashboard.nodes import node


def test_javascript() -> None:
    files = sorted((ROOT / "tests" / "js").glob("*.test.js"))
    assert files
    command = [node(), "--test", *map(str, files)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
