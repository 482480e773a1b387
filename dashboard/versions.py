"""Which version of us made something, and with what it computed: told, never relied on."""

from __future__ import annotations

import functools
import platform
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PROJECT = Path(__file__).parents[1] / "pyproject.toml"
_COMPUTES_WITH = {"compiled": "numba", "torch": "torch"}
_UNKNOWN = "?"


@functools.cache
def app_version() -> str:
    """Return the version of this app; "?" where a checkout is not whole."""
    try:
        return str(tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]["version"])
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return _UNKNOWN


def numbers_versions(engine: str) -> tuple[str, ...]:
    """Return the libraries that made an engine's numbers, each as "name version"."""
    names = ("numpy", *filter(None, [_COMPUTES_WITH.get(engine)]))
    return tuple(f"{name} {_version(name)}" for name in names)


def report_versions() -> tuple[str, ...]:
    """Return what a report's figures are computed with, each as "name version"."""
    python = f"Python {platform.python_version()}"
    return (python, *(f"{name} {_version(name)}" for name in ("numpy", "scipy")))


@functools.cache
def processor() -> str:
    """Return the kind of processor, which decides how sums are rounded. For the trainer: slow."""
    try:
        from llvmlite.binding import get_host_cpu_name  # type: ignore[import-untyped]

        kind = str(get_host_cpu_name())
    except Exception:  # what is told only explains; a machine without it trains as well
        kind = _UNKNOWN
    return f"{platform.machine()} {kind}"


@functools.cache
def _version(package: str) -> str:
    try:
        return version(package).partition("+")[0]  # what was built for is not the same everywhere
    except PackageNotFoundError:
        return _UNKNOWN
