"""The presenter's page: a presenter and three participants, each in a context of their own."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, Page, expect

from dashboard.presets import T4
from tests.browser.data_page import DataPage
from tests.browser.live import Live
from tests.browser.test_access import SCREEN, check

ROOM = ".linreg-room"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
_TOO_WIDE = """() => [...document.querySelectorAll(".linreg-room *")]
  .filter((element) => {
    const { width, right } = element.getBoundingClientRect();
    return width > 0 && right > innerWidth + 0.5 && !element.closest(".ll-described");
  })
  .map((element) => `${element.tagName}.${element.className}`)"""


class Participant:
    """One who takes part over HTTP, as the page for phones does."""

    def __init__(self, http: APIRequestContext, room: str) -> None:
        self._http, self._room = http, room
        self._headers = {"Authorization": f"Bearer {secrets.token_urlsafe(24)}"}
        self._visitor = secrets.token_urlsafe(18)
        self.name = str(self._sent("post", "people", data={}).json()["person"]["name"])

    def run(self, rate: float, task: int = 1) -> None:
        """Trains to the end with a learning rate."""
        query = {"task": task, "visitor": self._visitor, "slot": 0, "learning_rate": rate}
        self._sent("get", "run", params=query)

    def changes(self) -> list[dict[str, Any]]:
        """All that this person is told."""
        changes: list[dict[str, Any]] = self._sent("get", "changes").json()["changes"]
        return changes

    def told(self, kind: str) -> dict[str, Any]:
        """The newest of a kind."""
        found: dict[str, Any] = [c["body"] for c in self.changes() if c["kind"] == kind][-1]
        return found

    def _sent(self, method: str, path: str, **options: Any) -> Any:
        answer = getattr(self._http, method)(
            f"{self._room}/{path}", headers=self._headers, **options
        )
        assert answer.ok, (answer.status, answer.text())
        return answer


class Presenter:
    """One who presents a room."""

    def __init__(self, live: Live) -> None:
        self.live = live
        self.page = live.page

    @property
    def code(self) -> str:
        found = re.search(r"room=(\w+)", self.page.url)
        assert found, self.page.url
        return found[1]

    @property
    def room(self) -> str:
        """What the addresses of the room's routes begin with."""
        return f"{self.live.address}/room/{self.code}"

    @property
    def key(self) -> str:
        key: str = self.page.evaluate(
            "(name) => localStorage.getItem(name)", f"linreg-room-{self.code}"
        )
        return key

    def start(self) -> Presenter:
        """Starts a room that trains the fourth tutorial."""
        self.live.open(T4.settings.link())
        self.page.get_by_role("button", name="Start a room").click()
        self.wait("[data-join=full]")
        return self

    def wait(self, state: str) -> None:
        """Waits until the page says so of itself."""
        self.page.wait_for_selector(ROOM + state)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def do_next(self, name: str) -> None:
        """Presses the one button that stands out, which must have this name."""
        expect(self.page.locator(".pr-task .pr-primary")).to_have_text([name])
        self.page.locator(".pr-task .pr-primary").click()

    def begin(self, kind: str, countdown: str = "0") -> None:
        """Starts a task of the list."""
        self.page.locator(f".pr-form input[value={kind}]").check()
        self.page.locator(".pr-countdown").select_option(countdown)
        self.page.locator(".pr-form .pr-primary").click()

    def point_at_dot(self) -> str:
        """Moves the pointer over the chart until it meets a dot; returns what stands there."""
        box = self.page.locator(".ll-surface").bounding_box()
        assert box
        tip = self.page.locator(".pr-tip")
        for down in range(4, 100, 4):
            for across in range(4, 100, 3):
                self.page.mouse.move(
                    box["x"] + box["width"] * across / 100, box["y"] + box["height"] * down / 100
                )
                if tip.is_visible():
                    return tip.inner_text()
        raise AssertionError("There is no dot in the chart.")


@pytest.fixture
def presenter(guest: Callable[..., Live]) -> Presenter:
    return Presenter(guest()).start()


@pytest.fixture
def join(
    newcomer: Callable[..., Live], presenter: Presenter
) -> Iterator[Callable[[], Participant]]:
    """Makes participants, each in a context of their own."""
    yield lambda: Participant(newcomer().page.context.request, presenter.room)


def test_a_round(
    presenter: Presenter, join: Callable[[], Participant], newcomer: Callable[..., Live]
) -> None:
    """From the QR code to the podium, with somebody removed, and resumed elsewhere."""
    page = presenter.page
    check_way_in(presenter)
    others = [join() for _ in range(3)]
    presenter.wait("[data-people='3']")
    for number, person in enumerate(others):
        person.run(0.1 * (number + 1))
    others[0].run(0.1)  # again, which is the same dot
    others[0].run(5)
    presenter.wait("[data-dots='4']")
    expect(page.locator(".pr-legend")).to_have_text("3 within 1 %0 short of it1 diverged")
    told = presenter.point_at_dot()
    assert told.splitlines()[0] in {person.name for person in others}
    check_open(presenter)

    presenter.do_next("Start a task")
    presenter.begin("fewest_epochs")
    presenter.wait("[data-task='2'][data-dots='0'][data-join='line']")
    for number, person in enumerate(others):
        person.run(0.05 * (number + 1), task=2)
    presenter.wait("[data-dots='3']")
    presenter.do_next("End task")
    presenter.do_next("Reveal")
    presenter.wait("[data-board=shown]")
    expect(page.locator(".pr-board td:nth-child(2)")).to_have_text([p.name for p in others[::-1]])
    assert others[0].told("board")["you"]["rank"] == 3
    expect(page.locator(".pr-podium")).to_be_hidden()
    presenter.do_next("Explain")
    expect(page.get_by_role("button", name="Hide theory")).to_be_visible()
    assert others[0].told("room")["isExplained"]

    check_removal(presenter, others[2].name)
    page.reload()
    presenter.wait("[data-dots='2'][data-people='2'][data-board=shown]")
    check_link(presenter, newcomer)
    check_podium_and_csv(presenter, others)


def check_way_in(presenter: Presenter) -> None:
    """A code, a QR code that has loaded, and on localhost a place for another address."""
    page = presenter.page
    expect(page.locator(".pr-code")).to_have_text(f"{presenter.code[:3]}-{presenter.code[3:]}")
    expect(page.locator(".pr-address")).to_have_text(re.compile(f"/join/{presenter.code}$"))
    loaded = "document.querySelector('.pr-qr').naturalWidth > 0"
    page.wait_for_function(loaded)
    page.get_by_label("This machine's address").fill("class.example:81")
    expect(page.locator(".pr-address")).to_have_text(f"class.example:81/join/{presenter.code}")
    picture = page.locator(".pr-qr").get_attribute("src") or ""
    assert picture.endswith(f"class.example%3A81%2Fjoin%2F{presenter.code}")
    page.wait_for_function(loaded)
    assert presenter.key not in page.url and presenter.key not in page.inner_text("body")


def check_open(presenter: Presenter) -> None:
    """A click on a dot opens its run on the Play page, in a tab of its own."""
    with presenter.page.context.expect_page() as opened:
        presenter.page.mouse.down()
        presenter.page.mouse.up()
    opened.value.wait_for_selector(".linreg-live[data-runs]")
    assert "learning_rate=" in opened.value.url
    opened.value.close()


def check_removal(presenter: Presenter, name: str) -> None:
    presenter.page.locator(".pr-people-button").click()
    presenter.page.get_by_role("button", name=f"Remove {name}").click()
    presenter.press("Cancel")
    presenter.page.get_by_role("button", name=f"Remove {name}").click()
    presenter.press("Remove")
    presenter.wait("[data-dots='2'][data-people='2']")
    expect(presenter.page.locator(".pr-board td:nth-child(2)")).not_to_contain_text([name])
    presenter.page.keyboard.press("Escape")


def check_link(presenter: Presenter, newcomer: Callable[..., Live]) -> None:
    """The link with the key presents elsewhere, and keeps the key out of the address bar."""
    phone = newcomer(**PHONE).page
    phone.goto(f"{presenter.live.address}/room?room={presenter.code}#key={presenter.key}")
    phone.wait_for_selector(f"{ROOM}[data-dots='2']")
    assert phone.evaluate("location.hash") == ""
    assert phone.evaluate(_TOO_WIDE) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def check_podium_and_csv(presenter: Presenter, people: list[Participant]) -> None:
    page = presenter.page
    presenter.press("Room")
    page.get_by_label("A podium at the reveal").check()
    expect(page.locator(".pr-step-name")).to_have_text([people[0].name, people[1].name])
    with page.expect_download() as download:
        presenter.press("Download results (CSV)")
    text = download.value.path().read_text()
    assert all(person.name in text for person in people[:2])
    assert text.count("\n") >= 6


def test_every_screen_and_theme(presenter: Presenter, join: Callable[[], Participant]) -> None:
    """Nothing is too wide, a projector needs no scrolling, and axe finds nothing serious."""
    page = presenter.page
    check(page, (SCREEN, "light"), (PHONE["viewport"], "dark"))
    others = [join() for _ in range(2)]
    for number, person in enumerate(others):
        person.run(0.3 + 2 * number)
    page.set_viewport_size(SCREEN)
    presenter.wait("[data-dots='2'][data-join=side]")
    check_fits(page)
    presenter.press("Start a task")
    page.locator(".pr-form input[value=own]").check()
    check(page, (SCREEN, "light"), (PHONE["viewport"], "dark"))
    page.get_by_label("Title").fill("<b>Mine</b>")
    page.get_by_label("What counts").select_option("final_loss")
    page.locator(".pr-form .pr-primary").click()
    page.set_viewport_size(SCREEN)
    expect(page.locator(".pr-title")).to_have_text("1. <b>Mine</b>")
    for person in others:
        person.run(0.3, task=2)
    presenter.do_next("End task")
    presenter.do_next("Reveal")
    presenter.do_next("Explain")
    presenter.press("Room")
    page.get_by_label("A podium at the reveal").check()
    expect(page.locator(".pr-podium")).to_be_visible()
    check(page, (SCREEN, "dark"), (PHONE["viewport"], "light"))
    assert page.evaluate(_TOO_WIDE) == []
    page.keyboard.press("Escape")
    presenter.press("Table")
    expect(page.locator(".pr-sheet tbody tr")).to_have_count(2)
    check(page, (SCREEN, "light"))
    page.keyboard.press("Escape")
    check_fits(page)


def check_fits(page: Page) -> None:
    """On a projector everything is in view."""
    assert page.evaluate(_TOO_WIDE) == []
    for part in (".pr-head", ".pr-task", ".ll-surface"):
        box = page.locator(part).bounding_box()
        assert box and box["y"] >= 0 and box["y"] + box["height"] <= 800, (part, box)


def test_strangers_end_and_deletion(presenter: Presenter, guest: Callable[..., Live]) -> None:
    stranger = guest().page
    stranger.goto(f"{presenter.live.address}/room?room={presenter.code}")
    expect(stranger.locator(".pr-door")).to_contain_text("does not have the key")
    expect(stranger.locator(".pr-door .pr-primary")).to_have_attribute(
        "href", f"/join/{presenter.code}"
    )
    expect(stranger.locator(".pr-task")).to_have_count(0)
    presenter.press("Room")
    presenter.press("End the room")
    presenter.press("End it")
    expect(presenter.page.locator(".pr-title")).to_have_text("This room has ended")
    presenter.press("Delete everything")
    presenter.press("Delete")
    expect(presenter.page.locator(".pr-door")).to_contain_text("are deleted")
    assert presenter.page.evaluate("localStorage.getItem('linreg-presenting')") is None


def test_the_room_follows_the_play_page(
    presenter: Presenter, join: Callable[[], Participant], newcomer: Callable[..., Live]
) -> None:
    person = join()
    presenter.press("Follow")
    presenter.press("Freeze")
    expect(presenter.page.get_by_role("button", name="Unfreeze")).to_be_visible()
    assert person.told("room")["mode"] == "follow" and person.told("room")["isFrozen"]
    play = presenter.page.context.new_page()
    live = Live(play, presenter.live.address).open(T4.settings.link())
    play.wait_for_selector(".ll-presenting[data-follows=true]")
    live.to_end()
    for _ in range(3):
        play.keyboard.press("j")
    _wait_for_row(play, person, 997)
    play.get_by_role("button", name="Set free").click()
    play.wait_for_selector(".ll-presenting[data-follows=false]")
    assert person.told("room")["mode"] == "free"
    play.close()


def _wait_for_row(page: Page, person: Participant, row: int) -> None:
    """Waits until a participant is told that the presenter's picture is at a row."""
    for _ in range(600):
        told = [change["body"] for change in person.changes() if change["kind"] == "playhead"]
        if told and told[-1]["row"] == row and not told[-1]["isPlaying"]:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"The room was last told {told}")


def test_a_room_on_a_table_of_ones_own(data: DataPage, newcomer: Callable[..., Live]) -> None:
    """It asks first; then the class trains on the table, and theory knows it."""
    data.start("?table=longley")
    data.page.get_by_role("button", name="Start a room").click()
    expect(data.page.locator("[data-testid=stPopoverBody]")).to_contain_text("longley.csv")
    data.page.get_by_role("button", name="Start a room with this table").click()
    presenter = Presenter(Live(data.page, data.address))
    presenter.wait("[data-join=full]")
    expect(data.page.locator(".pr-about")).to_contain_text("16 rows")
    person = Participant(newcomer().page.context.request, presenter.room)
    person.run(0.001)
    presenter.wait("[data-dots='1']")
    expect(data.page.locator(".ll-chart .ll-described")).to_contain_text("Theory's limit")
