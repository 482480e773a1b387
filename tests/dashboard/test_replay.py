"""What is made of a run on the server: a page that replays it, and a GIF of its frames."""

from __future__ import annotations

import base64
import io
import json
import re
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette

from dashboard.live.visitors import Visitor
from dashboard.own_data.settings import TableSettings
from dashboard.problem_spec import DATA_IS_GONE
from dashboard.replay import whole_stream
from dashboard.replay.gif import MOST_FRAMES, BadMovie, gif_of, read_movie
from dashboard.replay.routes import replay_routes
from linreg_core import make_dataset
from tests.dashboard.serving import (
    TINY,
    Answer,
    LocalServer,
    address_of,
    ask,
    got,
    shown,
    within_patience,
)
from tests.dashboard.streams import received

HOSTILE = "</title><script>alert(1)</script><!-- & {title}"
ORIGIN = "http://testserver"
KEPT = re.compile(r'<script id="kept" type="application/json">(.*?)</script>', re.DOTALL)


def posted(server: LocalServer, address: str, body: bytes, origin: str = ORIGIN) -> Answer:
    app = Starlette(routes=replay_routes(server, ""))
    answer: Answer = within_patience(ask(app, address, "POST", {"origin": origin}, body))
    return answer


def asked_of(visitor: Visitor, name: str) -> str:
    return address_of(visitor).replace("?", f"/{name}?")


def replayed(server: LocalServer, visitor: Visitor, **told: Any) -> Answer:
    return posted(server, asked_of(visitor, "replay"), json.dumps(told).encode())


def kept(answer: Answer) -> dict[str, Any]:
    (found,) = KEPT.findall(answer.body.decode())
    tree: dict[str, Any] = json.loads(found)
    return tree


def test_a_replay_holds_the_run_as_its_browser_has_it(server: LocalServer) -> None:
    session = shown(server, TINY)
    look = {"residuals": "squares", "lossAxes": "log-log", "pictures": {"weights": "landscape"}}
    answer = replayed(server, session, title="A run", look=look, sentence="It converged.")
    assert answer.status == 200
    page = kept(answer)
    assert (page["look"], page["sentence"]) == (look, "It converged.")
    stream = received(base64.b64decode(page["stream"]))
    live = received(got(server, address_of(session)).body)
    np.testing.assert_array_equal(stream.column("trainLoss"), live.column("trainLoss"))
    assert stream.the("end").fields["bias"] == live.the("end").fields["bias"]
    for fact in ("Noisy line", "SGD", "Learning rate", "finished after 30 epochs"):
        assert fact in answer.body.decode()


def test_text_in_a_replay_stays_text(server: LocalServer) -> None:
    session = shown(server, TINY)
    answer = replayed(server, session, title=HOSTILE, link=f'{ORIGIN}/"><script>', sentence=HOSTILE)
    html = answer.body.decode()
    assert html.count("<script") == html.count("</script") == 2
    assert kept(answer)["sentence"] == HOSTILE
    assert "&lt;/title&gt;&lt;script&gt;alert(1)" in html
    assert "<a href=" in html and '"><script>' not in html


@pytest.mark.parametrize(
    ("link", "origin", "is_there"),
    [
        (f"{ORIGIN}/?solver=sgd", ORIGIN, True),
        ("https://elsewhere.example/", ORIGIN, False),
        (f"{ORIGIN}.elsewhere.example/", ORIGIN, False),
        ("javascript:alert(1)", ORIGIN, False),
        ("javascript:alert(1)", "javascript:alert(1)", False),
        ("null/", "null", False),
        ("", ORIGIN, False),
    ],
)
def test_a_replay_links_to_a_page_of_its_own_server(
    server: LocalServer, link: str, origin: str, is_there: bool
) -> None:
    session = shown(server, TINY)
    body = json.dumps({"link": link}).encode()
    answer = posted(server, asked_of(session, "replay"), body, origin)
    assert ("<a href=" in answer.body.decode()) is is_there


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "must be a JSON object"),
        (b"[1]", "must be a JSON object"),
        (b"\xff\xfe", "must be a JSON object"),
        (b"[" * 20_000, "must be a JSON object"),
        (b" " * 40_000, "must have at most 32,000 bytes"),
    ],
)
def test_what_is_told_of_a_replay_is_checked(server: LocalServer, body: bytes, said: str) -> None:
    answer = posted(server, asked_of(shown(server, TINY), "replay"), body)
    assert answer.status == 400
    assert said in answer.message


def test_what_is_no_word_is_left_out(server: LocalServer) -> None:
    look = {"residuals": 3, "lossAxes": "x" * 100, "pictures": {"fit": ["line"]}, "a": {"b": "c"}}
    for told in (look, [look], "look", None):
        answer = replayed(server, shown(server, TINY), look=told, title=7)
        assert kept(answer)["look"] in ({}, {"pictures": {}})


@pytest.mark.parametrize("name", ["replay", "gif"])
def test_only_addresses_of_ours_are_served(server: LocalServer, name: str) -> None:
    session = shown(server, TINY)
    assert posted(server, f"/live/forged/{name}", b"{}").status == 403
    assert posted(server, f"/live/{'x' * 5_000}/{name}", b"{}").status == 414
    bad = f"{asked_of(session, name)}&learning_rate=-1"
    assert posted(server, bad, b"{}").status == 400


def test_own_data_are_replayed_for_their_visitor_only(server: LocalServer) -> None:
    own = make_dataset("line", n_samples=20)
    held = server.trainers.hold(own, lambda: own)
    server.problems.hold(held.spec.fingerprint, own)
    owner = shown(server, TableSettings(sent=held.spec, n_epochs=3))
    stranger = shown(server, TINY)
    answer = replayed(server, owner, dataName="<b>mine</b>.csv")
    assert "&lt;b&gt;mine&lt;/b&gt;.csv" in answer.body.decode()
    other = f"/live/{owner.address}/replay?visitor={stranger.id}"
    refused = posted(server, other, b"{}")
    assert (refused.status, refused.message) == (410, DATA_IS_GONE)


def test_a_run_that_is_too_large_for_a_file_is_refused(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole_stream, "MOST_STREAM_BYTES", 100)
    answer = replayed(server, shown(server, TINY))
    assert answer.status == 400
    assert "Fewer rows, features or epochs" in answer.message


def png(color: int = 0, size: tuple[int, int] = (40, 30)) -> bytes:
    """A frame: a dot that moves on a ground."""
    picture = Image.new("RGB", size, (255, 255, 255))
    picture.paste((217, 118, 0), (color % size[0], 3, color % size[0] + 4, 8))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def movie(frames: list[bytes], delay: int = 50) -> bytes:
    return b"".join(struct.pack("<II", delay, len(frame)) + frame for frame in frames)


def claiming(width: int, height: int) -> bytes:
    """A PNG file that says it is as large as this, and holds nothing."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + body


def test_a_gif_shows_the_frames_in_their_order(server: LocalServer) -> None:
    frames = [png(i) for i in range(0, 30, 3)]
    answer = posted(server, asked_of(shown(server, TINY), "gif"), movie(frames, delay=60))
    assert (answer.status, answer.headers["content-type"]) == (200, "image/gif")
    with Image.open(io.BytesIO(answer.body)) as made:
        assert (made.n_frames, made.size, made.info["loop"]) == (len(frames), (40, 30), 0)
        for i, frame in enumerate(frames):
            made.seek(i)
            assert made.info["duration"] == 60
            with Image.open(io.BytesIO(frame)) as drawn:
                gap = np.abs(np.asarray(made.convert("RGB"), int) - np.asarray(drawn, int))
            assert gap.max() <= 8


BAD_MOVIES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "at least one frame"),
    "half of a head": (b"\1\0\0", "cut off"),
    "half of a frame": (movie([png()])[:-5], "cut off"),
    "no size": (struct.pack("<II", 50, 0), "cut off"),
    "a frame of no time": (movie([png()], delay=0), "must stand for"),
    "a frame of a day": (movie([png()], delay=86_400_000), "must stand for"),
    "no PNG": (movie([b"GIF89a" + bytes(60)]), "must be a PNG"),
    "a page": (movie([b"<svg xmlns='http://www.w3.org/2000/svg'/>"]), "must be a PNG"),
    "two sizes": (movie([png(), png(size=(40, 31))]), "one size"),
    "a bomb": (movie([claiming(60_000, 60_000)]), "at most 307,200 pixels"),
    "nothing to see": (movie([claiming(0, 30)]), "at most 307,200 pixels"),
    "a head without a picture": (movie([claiming(40, 30)]), "damaged"),
    "a damaged picture": (movie([png()[:60] + bytes(40)]), "damaged"),
    "too many": (movie([png()] * (MOST_FRAMES + 1)), "at most 120 frames"),
}


@pytest.mark.parametrize(("body", "said"), BAD_MOVIES.values(), ids=BAD_MOVIES)
def test_a_bad_movie_is_refused(body: bytes, said: str) -> None:
    with pytest.raises(BadMovie, match=said):
        gif_of(read_movie(body))


def test_a_refused_movie_is_a_sentence(server: LocalServer) -> None:
    answer = posted(server, asked_of(shown(server, TINY), "gif"), movie([claiming(9_999, 9_999)]))
    assert answer.status == 400
    assert "at most 307,200 pixels. Got 9,999 times 9,999." in answer.message
    too_large = posted(server, asked_of(shown(server, TINY), "gif"), bytes(16_000_001))
    assert (too_large.status, "16,000,000 bytes" in too_large.message) == (400, True)
