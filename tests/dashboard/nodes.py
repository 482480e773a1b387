"""Where node is."""

import shutil

import pytest


def node() -> str:
    """The path of node; a test that needs it fails where there is none, for it guards the page."""
    found = shutil.which("node")
    if found is None:
        pytest.fail(
            "These tests need node 18 or later on the PATH: install Node.js.", pytrace=False
        )
    return found
