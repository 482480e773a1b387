"""What the browser loads once: our ES modules and plotly.js, compressed and named by content."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

import plotly
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dashboard.live.bundle import bundled, with_empty_comments

_DASHBOARD = Path(__file__).parent.parent
STATIC_FOLDER = _DASHBOARD / "live/static"
BUNDLED = ("room/static/join.js",)
"""Modules that come with all that they import, as one file: their pages are for slow lines."""
_WITH_MODULES = ("library", "live", "project", "replay", "room", "sweep", "watch")
STATIC_FOLDERS = tuple(_DASHBOARD / name / "static" for name in _WITH_MODULES)
_PLOTLY_JS = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
_MEDIA_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_DIGEST_LENGTH = 16


@dataclass(frozen=True)
class Asset:
    """A file as it goes over the wire."""

    media_type: str
    gzipped: bytes


class Assets:
    """All files by their path below the assets' route; a path changes whenever its content does."""

    def __init__(self) -> None:
        modules = static_files()
        self._folder = _digest(modules)
        self._files = {
            self.path_of(path.relative_to(_DASHBOARD).as_posix()): path for path in modules
        }
        self.view_path = self.path_of("live/static/view.js")
        self.style_path = self.path_of("live/static/view.css")
        self.reading_path = self.path_of("live/static/reading.js")
        self.reading_style_path = self.path_of("live/static/reading.css")
        self.plotly_path = f"plotly-{_digest([_PLOTLY_JS])}/plotly.min.js"
        self._files[self.plotly_path] = _PLOTLY_JS
        self._bundles = {self.bundle_path(name): _DASHBOARD / name for name in BUNDLED}
        self._compressed: dict[str, Asset] = {}

    def path_of(self, file: str) -> str:
        """Return the path of a file that is named as below `dashboard/`: modules import by it."""
        return f"{self._folder}/{file}"

    def bundle_path(self, file: str) -> str:
        """Return the path of a module that comes with all that it imports."""
        return self.path_of(file.removesuffix(".js") + ".bundle.js")

    def compress_all(self) -> None:
        """Compress every file, the small ones first."""
        for path in (*self._files, *self._bundles):
            self.find(path)

    def find(self, path: str) -> Asset | None:
        """Return the compressed file, or None where there is none of that name."""
        if path not in self._files and path not in self._bundles:
            return None
        if path not in self._compressed:
            compressed = gzip.compress(self._content(path), compresslevel=9, mtime=0)
            self._compressed[path] = Asset(_MEDIA_TYPES[Path(path).suffix], compressed)
        return self._compressed[path]

    def _content(self, path: str) -> bytes:
        if path in self._bundles:
            return bundled(self._bundles[path]).encode()
        file = self._files[path]
        if path == self.plotly_path or file.suffix != ".js":
            return file.read_bytes()
        return with_empty_comments(file.read_text("utf-8")).encode()

    async def respond(self, request: Request) -> Response:
        """Answer a request for one."""
        asset = self.find(request.path_params["path"])
        if asset is None:
            return PlainTextResponse("Not found", status_code=404)
        headers = {
            "Content-Encoding": "gzip",
            "Cache-Control": "public, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(asset.gzipped, media_type=asset.media_type, headers=headers)


def static_files() -> list[Path]:
    """Return every module and style sheet of ours."""
    files = (path for folder in STATIC_FOLDERS for path in folder.glob("*"))
    return sorted(path for path in files if path.suffix in _MEDIA_TYPES)


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:_DIGEST_LENGTH]
