"""The participant's page: three people in contexts of their own, and what goes wrong in a room."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from benchmarks.participant import Database
from benchmarks.server import Server
from dashboard.room.rooms import NewRoom, Rooms
from dashboard.settings import make_settings
from linreg_core.__main__ import main
from tests.browser.conftest import PATIENCE_MS, Watch
from tests.browser.live import Live
from tests.browser.test_watch import shown_address
from tests.conftest import ROOT

LINE = make_settings("line", {}, n_epochs=100, learning_rate=0.05)
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
PHONES = (PHONE, PHONE | {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"})
LAPTOP = {"viewport": {"width": 1280, "height": 800}}
REFUSED = "Failed to load resource"
LOST = f"{REFUSED}|ERR_|Failed to fetch"
HOSTILE = '<img src=x onerror="document.title=1"><b>x</b>'
_SHIFTS = """window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) shifted += shift.value;
  }).observe({ type: "layout-shift", buffered: true });"""
_PRESENTS = """([code, key]) => {
  localStorage.setItem(`linreg-room-${code}`, key);
  localStorage.setItem("linreg-presenting", code);
}"""
_NARROW = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@dataclass
class Class:
    """The server and its rooms."""

    server: Server
    database: Database

    @property
    def rooms(self) -> Rooms:
        return self.database.rooms

    @property
    def address(self) -> str:
        return f"http://{self.server.address}"


@pytest.fixture
def school(server: Server, database: Database) -> Class:
    return Class(server, database)


@pytest.fixture
def room(school: Class) -> NewRoom:
    return school.rooms.create(LINE.run_spec, ["learning_rate", "batch_size"], "Monday")


@dataclass
class Participant:
    """One person's page."""

    page: Page
    requests: list[str] = field(default_factory=list)
    sockets: list[str] = field(default_factory=list)

    def wait(self, **data: str) -> Participant:
        """Waits until the page's own state says so."""
        wanted = "".join(f"[data-{name}='{value}']" for name, value in data.items())
        self.page.wait_for_selector(f"#join{wanted}", state="attached")
        return self

    def ready(self) -> Participant:
        self.page.wait_for_selector("#join[data-link=live][data-state]", state="attached")
        return self

    @property
    def name(self) -> str:
        return self.page.inner_text(".lj-name")

    @property
    def own(self) -> Locator:
        return self.page.locator(".lj-own")

    @property
    def rate(self) -> Locator:
        return self.page.get_by_label("Learning rate, exactly")

    def set_rate(self, text: str) -> Participant:
        self.rate.fill(text)
        self.rate.press("Enter")
        return self

    def see(self, text: str) -> None:
        expect(self.page.locator("#join")).to_contain_text(text)


@pytest.fixture
def people(browser: Browser, school: Class, watch: Watch) -> Iterator[Callable[..., Participant]]:
    """Makes people who open the page of a code; keyword arguments are their contexts'."""
    contexts: list[BrowserContext] = []

    def make(code: str, script: str = "", block: str = "", **options: Any) -> Participant:
        context = browser.new_context(**{**LAPTOP, **options})
        context.set_default_timeout(PATIENCE_MS)
        watch.follow(context)
        contexts.append(context)
        if script:
            context.add_init_script(script)
        if block:
            context.route(block, lambda route: route.abort())
        return opened(context, f"{school.address}/join/{code}")

    yield make
    for context in contexts:
        context.close()


def opened(context: BrowserContext, address: str) -> Participant:
    person = Participant(context.new_page())
    person.page.on("request", lambda request: person.requests.append(request.url))
    person.page.on("websocket", lambda socket: person.sockets.append(socket.url))
    person.page.goto(address)
    return person


@pytest.fixture
def lenient(watch: Watch) -> None:
    """Requests may fail."""
    watch.allowed = LOST


def dots(school: Class, room: NewRoom) -> list[dict[str, Any]]:
    changes = school.rooms.changes(room.code, 0, None).changes
    return [change.body for change in changes if change.kind == "dot"]


def persons(school: Class, room: NewRoom) -> list[dict[str, Any]]:
    changes = school.rooms.changes(room.code, 0, None).changes
    return [change.body for change in changes if change.kind == "person"]


def test_three_take_part_and_one_is_away_for_a_while(
    school: Class, room: NewRoom, people: Callable[..., Participant], watch: Watch
) -> None:
    watch.allowed = LOST
    ann, bob, cleo = (people(room.code, **options).ready() for options in (*PHONES, LAPTOP))
    assert len({ann.name, bob.name, cleo.name}) == 3
    for person, rate in ((ann, "0.3"), (bob, "0.5"), (cleo, "0.7")):
        person.set_rate(rate).wait(dots="1")
    cleo.page.context.set_offline(True)
    cleo.set_rate("0.1").wait(link="lost")
    school.rooms.start_task(
        room.code,
        "fewest_epochs",
        LINE.run_spec,
        ["learning_rate"],
        title="Fewest epochs",
        bounds={"learning_rate": [0.001, 2]},
    )
    for person in (ann, bob):
        person.wait(task="2").set_rate("0.5").wait(dots="1")
    cleo.page.context.set_offline(False)
    cleo.wait(link="live", task="2").set_rate("0.7").wait(dots="1")
    for person in (ann, bob, cleo):
        expect(person.own).to_contain_text("Best: ")
    found = dots(school, room)
    assert len({(dot["person"], dot["task"], dot["run"]) for dot in found}) == len(found)
    assert {dot["person"] for dot in found if dot["task"] == 2} == {
        p["id"] for p in persons(school, room)
    }
    school.rooms.reveal(room.code, True)
    for person in (ann, bob, cleo):
        expect(person.page.locator(".lj-top tbody tr")).to_have_count(3)
        expect(person.page.locator(".lj-me td").nth(1)).to_have_text(person.name)
    assert not any(person.sockets for person in (ann, bob, cleo))


def test_it_asks_for_nothing_of_streamlits(
    school: Class, room: NewRoom, people: Callable[..., Participant]
) -> None:
    person = people(room.code).ready().set_rate("0.3").wait(dots="1")
    paths = [url.removeprefix(school.address) for url in person.requests]
    assert all(
        path.startswith(("/join/", "/live/", f"/room/{room.code}/", "data:")) for path in paths
    )
    assert not any("plotly" in path or "_stcore" in path for path in paths)
    assert not person.sockets
    assert sum("/assets/" in path for path in paths) == 4
    assert person.page.evaluate("'Plotly' in window") is False


@pytest.mark.parametrize("options", [*PHONES, LAPTOP], ids=["360", "390", "1280"])
def test_the_page_fits(
    room: NewRoom, people: Callable[..., Participant], options: dict[str, Any]
) -> None:
    person = people(room.code, script=_SHIFTS, **options).ready().wait(state="paused")
    assert person.page.evaluate(_NARROW)
    assert person.page.evaluate("shifted") < 0.02
    for selector in (".ll-knob-slider", ".lj-entry .lj-field", ".ll-play"):
        box = person.page.locator(selector).first.bounding_box()
        assert box and box["height"] >= 44, selector
    knob = person.page.locator(".ll-knob-slider").first.bounding_box()
    picture = person.page.locator(".lj-fit .ll-surface").bounding_box()
    assert knob and picture
    assert picture["y"] >= 0 and knob["y"] + knob["height"] <= options["viewport"]["height"]


def test_dragging_shows_where_it_leads_and_letting_go_is_a_run(
    school: Class, room: NewRoom, people: Callable[..., Participant]
) -> None:
    person = people(room.code).ready()
    slider = person.page.locator(".ll-knob-slider").first
    box = slider.bounding_box()
    assert box
    handle, y = 22 + (box["width"] - 44) * 0.77, box["y"] + box["height"] / 2
    person.page.mouse.move(box["x"] + handle, y)
    person.page.mouse.down()
    person.page.mouse.move(box["x"] + handle + 40, y, steps=5)
    person.wait(preview="true")
    assert dots(school, room) == []
    person.page.mouse.up()
    person.wait(dots="1", preview="false")
    [dot] = dots(school, room)
    assert person.rate.input_value() == f"{dot['settings']['learning_rate']:g}"


def test_a_finger_drags(school: Class, room: NewRoom, people: Callable[..., Participant]) -> None:
    person = people(room.code, **PHONE).ready()
    school.rooms.explain(room.code, True)  # zones and marks lie about the handle then
    expect(person.page.locator(".ll-zone").first).to_be_visible()
    box = person.page.locator(".ll-knob-slider").first.bounding_box()
    assert box
    x, y = box["x"] + 22 + (box["width"] - 44) * 0.77, box["y"] + 22
    touch = person.page.context.new_cdp_session(person.page)

    def send(kind: str, *points: dict[str, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    send("touchStart", {"x": x, "y": y})
    for step in range(8):
        send("touchMove", {"x": x + 5 * step, "y": y + step / 3})
    person.wait(preview="true")
    send("touchEnd")
    person.wait(dots="1")
    assert person.page.evaluate("scrollY") == 0
    assert dots(school, room)[0]["settings"]["learning_rate"] > LINE.learning_rate


def test_it_can_be_done_by_keyboard(room: NewRoom, people: Callable[..., Participant]) -> None:
    person = people(room.code).ready()
    person.page.locator(".ll-knob-slider").first.focus()
    person.page.keyboard.press("ArrowRight")
    person.wait(dots="1")
    assert person.rate.input_value() == "0.1"
    person.page.keyboard.press("Space")
    person.page.keyboard.press("e")
    person.wait(state="paused", epoch="100")


def test_reduced_motion_shows_the_end(room: NewRoom, people: Callable[..., Participant]) -> None:
    person = people(room.code, reduced_motion="reduce").ready()
    person.wait(state="paused", epoch="100")


def test_a_reload_and_a_second_tab_are_the_same_person(
    school: Class, room: NewRoom, people: Callable[..., Participant]
) -> None:
    person = people(room.code).ready().set_rate("0.3").wait(dots="1")
    name = person.name
    person.page.reload()
    person.wait(dots="1")
    assert (person.name, person.rate.input_value()) == (name, "0.3")
    tab = opened(person.page.context, person.page.url).wait(dots="1")
    assert tab.name == name
    tab.set_rate("0.5").wait(dots="2")
    person.wait(dots="2")
    assert len(persons(school, room)) == 1
    assert len(dots(school, room)) == 2


@pytest.mark.usefixtures("lenient")
def test_a_reload_in_mid_run_loses_nothing(
    school: Class, room: NewRoom, people: Callable[..., Participant]
) -> None:
    person = people(room.code).ready()
    person.page.route("**/run?**", lambda route: route.abort())
    person.set_rate("0.3")
    person.page.unroute("**/run?**")
    person.page.reload()
    person.wait(dots="1")
    assert [dot["settings"]["learning_rate"] for dot in dots(school, room)] == [0.3]


@pytest.mark.usefixtures("lenient")
def test_where_events_are_blocked_it_polls(
    school: Class, room: NewRoom, people: Callable[..., Participant]
) -> None:
    person = people(room.code, block="**/events?**").wait(link="polling")
    expect(person.page.locator(".lj-link")).to_have_text("Slow connection")
    person.set_rate("0.5").wait(dots="1")
    school.rooms.reveal(room.code, True)
    expect(person.page.locator(".lj-place")).not_to_be_empty()


def test_a_browser_that_keeps_nothing_says_so(
    room: NewRoom, people: Callable[..., Participant]
) -> None:
    script = """for (const name of ["localStorage", "sessionStorage"]) {
      const get = () => { throw new DOMException("no", "SecurityError"); };
      Object.defineProperty(window, name, { get });
    }"""
    person = people(room.code, script=script).ready().set_rate("0.3").wait(dots="1")
    person.see("This browser keeps nothing of this page")


@pytest.mark.usefixtures("lenient")
def test_who_is_removed_stays_out(
    school: Class, room: NewRoom, people: Callable[..., Participant]
) -> None:
    person = people(room.code).ready()
    [someone] = persons(school, room)
    school.rooms.remove(room.code, someone["id"])
    person.see("You were taken out of this room")
    person.page.reload()
    person.see("You can\u2019t join this room")
    assert person.page.get_by_label("Another code").is_visible()


def test_who_leaves_comes_back_as_the_same(
    room: NewRoom, people: Callable[..., Participant]
) -> None:
    person = people(room.code).ready()
    name = person.name
    person.page.get_by_role("button", name="Leave the room").click()
    person.see("You have left the room")
    person.page.get_by_role("button", name="Join").click()
    assert person.ready().name == name


@pytest.mark.usefixtures("lenient")
def test_where_there_is_no_room_it_says_so(
    school: Class, room: NewRoom, people: Callable[..., Participant]
) -> None:
    person = people("CDF346")
    person.see("No such room")
    person.page.get_by_label("Another code").fill("abc")
    person.page.get_by_role("button", name="Join").click()
    person.see("six letters and digits")
    person.page.get_by_label("Another code").fill(room.code.lower()[:3] + " " + room.code[3:])
    person.page.get_by_role("button", name="Join").click()
    person.ready()
    school.rooms.end(room.code)
    person.see("This room has ended")
    person.page.reload()
    person.see("This room has ended")
    people("").see("The code on the screen in front")
    people("not-a-code").see("A room\u2019s code has six letters")


@pytest.mark.usefixtures("lenient")
def test_a_full_room_says_so_and_lets_one_try_again(
    room: NewRoom, people: Callable[..., Participant]
) -> None:
    person = people("")

    def refuse(route: Route) -> None:
        route.fulfill(status=429, body=json.dumps({"message": "This room is full."}))

    person.page.route("**/people", refuse, times=1)
    person.page.get_by_label("The code").fill(room.code)
    person.page.get_by_role("button", name="Join").click()
    person.see("This room is full.")
    person.page.get_by_role("button", name="Try again").click()
    person.ready()


@pytest.mark.usefixtures("lenient")
def test_what_is_out_of_bounds_is_refused_with_a_sentence(
    school: Class, room: NewRoom, people: Callable[..., Participant]
) -> None:
    person = people(room.code).ready().set_rate("0.3").wait(dots="1")
    person.set_rate("-1")
    person.see("learning_rate must be > 0. Got -1")
    expect(person.rate).to_have_value("0.3")
    assert len(dots(school, room)) == 1


def test_following_and_freezing(
    school: Class, room: NewRoom, people: Callable[..., Participant]
) -> None:
    person = people(room.code).ready()
    person.wait(state="paused")
    address = school.rooms.state(room.code)  # the routes sign it: what the page was told
    told = person.page.evaluate(
        """async ([code, token]) => (await (await fetch(`/room/${code}/changes?after=0`,
        { headers: { Authorization: `Bearer ${token}` } })).json()).changes[0].body.task.address""",
        [room.code, person.page.evaluate("localStorage[Object.keys(localStorage)[0]]")],
    )
    assert address.kind == "room"
    school.rooms.follow(room.code, True)
    person.wait(hold="following")
    person.see("You are following the presenter.")
    playhead = {"address": told, "row": 42, "isPlaying": False, "speed": 1}
    school.rooms.set_playhead(room.code, playhead)
    person.wait(epoch="42", state="paused")
    assert person.page.locator(".lj-knobs").evaluate("(knobs) => knobs.inert")
    person.page.keyboard.press("Home")
    assert person.page.get_attribute("#join", "data-epoch") == "42"
    school.rooms.freeze(room.code, True)
    person.wait(hold="frozen")
    school.rooms.set_playhead(room.code, playhead | {"row": 7})
    school.rooms.freeze(room.code, False)
    person.wait(hold="following", epoch="7")
    school.rooms.follow(room.code, False)
    person.wait(hold="").set_rate("0.3").wait(dots="1")


def test_a_run_from_elsewhere_comes_before_the_class(
    school: Class,
    room: NewRoom,
    people: Callable[..., Participant],
    guest: Callable[..., Live],
) -> None:
    calm = {"reduced_motion": "reduce"}
    person = people(room.code, **PHONE, **calm).ready()
    page = guest(**calm).page
    page.goto(f"{school.address}/watch")
    address = shown_address(page)
    page.evaluate(_PRESENTS, [room.code, room.key])

    def send(n_epochs: int) -> None:
        table = [str(ROOT / "data" / "condos.csv"), "--target", "sale_price"]
        assert main([*table, "--epochs", str(n_epochs), "--watch", address]) == 0

    send(60)
    person.wait(hold="", preview="false")
    page.get_by_role("button", name="Let it follow").click()
    person.wait(hold="following", epoch="60", state="paused")
    assert page.evaluate("localStorage.getItem('linreg-shown')") is None, "no task can be of it"
    page.goto(f"{school.address}/join")  # the run's own page is gone
    send(40)
    person.wait(hold="following", epoch="40", state="paused").see("sale_price")
    told = [person.page.content(), *person.requests]
    assert not [text for text in told if address.rpartition("/")[2] in text]
    school.rooms.follow(room.code, False)
    person.wait(hold="", epoch="100")


def test_a_task_counts_down_and_is_over(
    school: Class, room: NewRoom, people: Callable[..., Participant]
) -> None:
    person = people(room.code).ready()
    school.rooms.start_task(
        room.code, "own", LINE.run_spec, ["learning_rate"], title=HOSTILE, text=HOSTILE, seconds=10
    )
    person.wait(task="2").see(HOSTILE)
    assert person.page.locator("#join img").count() == 0
    expect(person.page.get_by_role("timer")).to_have_text("0:07")
    school.rooms.end_task(room.code)
    person.wait(hold="over")
    expect(person.page.get_by_role("timer")).to_have_text("Over")


def test_theory_is_told_once_it_is_explained(
    school: Class, room: NewRoom, people: Callable[..., Participant]
) -> None:
    person = people(room.code, **PHONE).ready().set_rate("3").wait(dots="1", status="diverged")
    person.wait(state="paused")
    assert person.page.locator(".ll-zone").count() == 0
    assert "0.788" not in person.page.inner_text("#join")
    school.rooms.explain(room.code, True)
    expect(person.page.locator(".ll-zone").first).to_be_visible()
    assert person.page.evaluate(_NARROW)


def test_a_name_is_typed_where_that_is_allowed(
    school: Class, room: NewRoom, people: Callable[..., Participant]
) -> None:
    person = people(room.code).ready()
    change = person.page.get_by_role("button", name="Change")
    expect(change).to_be_hidden()
    school.rooms.typed_names(room.code, True)
    change.click()
    person.page.get_by_label("Your name in this room").fill("<i>Ann</i>")
    person.page.get_by_role("button", name="Save").click()
    expect(person.page.locator(".lj-name")).to_have_text("<i>Ann</i>")
