"""The dashboard in a frame of another site's page, as in a learning-management system."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.server import HOST, Server
from dashboard.presets import T2
from dashboard.share.link import embed_code
from tests.browser.live import PLAYED, Live


@pytest.fixture
def course(server: Server) -> Iterator[str]:
    """The address of a page that frames the dashboard: localhost is another site than 127.0.0.1."""
    frame = embed_code(f"http://{server.address}/?v=1")
    page = f"<title>Course</title>{frame}"

    class Host(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer((HOST, 0), Host) as host:
        threading.Thread(target=host.serve_forever).start()
        yield f"http://localhost:{host.server_port}/"
        host.shutdown()


def test_it_plays_and_follows_links_in_another_sites_frame(
    course: str, newcomer: Callable[..., Live]
) -> None:
    page = newcomer().page
    page.goto(course)
    frame = page.frame_locator("iframe")
    frame.locator(PLAYED).wait_for()
    frame.get_by_role("link", name=T2.title).click()
    page.frames[1].wait_for_url("**dataset=exact_line**")
    frame.locator(PLAYED).wait_for()
    frame.get_by_role("link", name="Your data").first.click()
    frame.get_by_text("NIST Longley").first.click()
    frame.locator(".st-key-file_line").get_by_text("longley.csv").wait_for()
    frame.locator(PLAYED).wait_for()
