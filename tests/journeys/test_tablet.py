"""One tablet for a whole room: turn after turn, nothing left, and no way out but the PIN."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from app.classroom import queries
from app.classroom.rules import Door
from app.consultations.models import Sitting
from app.core.db import Database
from app.staff.guards import COOKIE
from app.staff.models import StaffAccount
from app.staff.rules import Role
from app.staff.service import open_session
from tests.journeys.conftest import OpenTown, Town
from tests.journeys.people import make_person
from tests.journeys.rounds import TITLE, Club, hold_room, open_round
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser
TABLET = (820, 1180)
PIN = "4821"
IDLE = 3
# Everything a page can keep in a browser, in one list of words.
KEPT = """async () => [
    ...Object.keys(sessionStorage), ...Object.keys(localStorage), ...await caches.keys(),
]"""
HIDE = """() => {
    Object.defineProperty(document, "hidden", { get: () => true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


@dataclass(frozen=True)
class Room:
    """A town with a room that has one tablet."""

    town: Town
    club: Club
    worker_email: str

    def hold(self) -> Sitting:
        """A new sitting."""
        with self.town.db.session(writes=True) as session:
            return hold_room(session, self.club, self.town.data_dir, doors=[Door.TABLET])

    def sign_in(self, device: Visitor) -> None:
        """A session of its own for this device, as the sign-in page would give."""
        with self.town.db.session(writes=True) as session:
            query = select(StaffAccount).where(StaffAccount.email == self.worker_email)
            token = open_session(session, session.exec(query).one(), 1, datetime.now(UTC))
        cookie = {"name": COOKIE, "value": token, "url": self.town.server.url + "/staff"}
        device.context.add_cookies([cookie | {"httpOnly": True}])

    def voted(self, sitting: Sitting) -> int:
        """How many votes came from a sitting."""
        with self.town.db.session(writes=False) as session:
            return queries.count_room(session, sitting).voted


@pytest.fixture(scope="module")
def room(open_town: OpenTown) -> Iterator[Room]:
    found: dict[str, Any] = {}

    def prepare(db: Database, _folder: Path) -> None:
        with db.session(writes=True) as session:
            found["club"] = open_round(session)
            place_ids = [found["club"].place.id or 0]
            found["worker"] = make_person(session, Role.YOUTH_WORKER, "Sam", place_ids=place_ids)

    with open_town(prepare, kiosk_idle_seconds=str(IDLE)) as town:
        yield Room(town, found["club"], found["worker"].email)


@contextmanager
def tablet_of(room: Room, sitting: Sitting, **options: Any) -> Iterator[Visitor]:
    """A device the worker makes the shared tablet, through its pages."""
    with room.town.visitor(size=TABLET, **options) as tablet:
        room.sign_in(tablet)
        tablet.go(f"/staff/sittings/{sitting.id}")
        tablet.follow("Make this device the tablet")
        tablet.fill("Choose a PIN for this sitting", "1234")
        tablet.click("Start")
        tablet.sees("first one everybody tries")
        tablet.fill("Choose a PIN for this sitting", PIN)
        tablet.click("Start")
        tablet.sees("Whose turn is it?", TITLE)
        yield tablet


def vote(tablet: Visitor, number: int) -> None:
    """A whole vote, with script."""
    tablet.click("I am next")
    assert tablet.page.locator("input:checked").count() == 0  # nobody else's
    tablet.page.locator(f"input[value=w{number}]").check()
    tablet.page.locator("[data-forward]").click()
    tablet.check()
    tablet.page.locator("[data-forward]").click()
    tablet.page.get_by_role("heading", name="Thank you for voting").wait_for()
    tablet.check()


def kept_on(tablet: Visitor) -> list[str]:
    """What this device keeps of anybody's turn."""
    cookies = [one["name"] for one in tablet.context.cookies()]
    return tablet.page.evaluate(KEPT) + [name for name in cookies if name.startswith("seat-")]


def test_two_children_in_a_row_leave_nothing_behind(room: Room) -> None:
    sitting = room.hold()
    with tablet_of(room, sitting) as tablet:
        for wish in (6, 9):
            vote(tablet, wish)
            tablet.click("I am done: hand the tablet on")
            tablet.sees("Thank you! Hand the tablet on.")
            assert kept_on(tablet) == []
            tablet.page.get_by_role("heading", name="Whose turn is it?").wait_for()  # by itself
            assert kept_on(tablet) == []
        for _ in range(6):  # back, and back, and back: always the first page, never a choice
            tablet.page.go_back(wait_until="load")
            if not tablet.path.startswith("/k/"):
                break
            assert tablet.page.locator("input").count() == 0
            tablet.sees("Whose turn is it?")
        assert room.voted(sitting) == 2


def test_without_script_a_turn_is_wiped_too(room: Room) -> None:
    sitting = room.hold()
    with tablet_of(room, sitting, javascript=False) as tablet:
        tablet.click("I am next")
        tablet.page.locator("input[value=w3]").check()
        tablet.click("Send my vote")
        tablet.sees("Thank you for voting")
        tablet.click("I am done: hand the tablet on")
        tablet.follow("Next person")
        paper = f"/b/{sitting.class_code}/{room.club.ballot.id}"
        tablet.go(paper)
        assert tablet.path == f"/k/{sitting.class_code}"
        assert room.voted(sitting) == 1


def test_nobody_gets_out_without_the_pin(room: Room) -> None:
    sitting = room.hold()
    with tablet_of(room, sitting) as tablet:
        tablet.go("/staff/sittings")
        tablet.sees("Sign in")  # signed out on this device
        for path in (f"/s/{sitting.class_code}", f"/j/{sitting.class_code}"):
            tablet.go(path)
            assert tablet.path == f"/k/{sitting.class_code}"
        assert tablet.page.locator("a[href='/']").count() == 0
        tablet.follow("For the grown-up")
        tablet.fill("The PIN you chose", "1111")
        tablet.click("End it here")
        tablet.sees("That PIN is wrong")
        tablet.fill("The PIN you chose", PIN)
        tablet.click("End it here")
        tablet.sees("Sign in")
        tablet.go(f"/k/{sitting.class_code}")
        tablet.sees("Wait for your turn")  # an ordinary browser again


def test_a_tablet_nobody_touches_asks_and_then_forgets(room: Room) -> None:
    sitting = room.hold()
    with tablet_of(room, sitting) as tablet:
        tablet.click("I am next")
        tablet.page.locator("input[value=w2]").check()
        dialog = tablet.page.get_by_role("dialog", name="Still there?")
        dialog.wait_for(timeout=(IDLE + 5) * 1000)
        tablet.check()
        tablet.touch("Yes, I am still here")
        dialog.wait_for(state="hidden")
        assert tablet.page.locator("input[value=w2]").is_checked()  # nothing was lost
        dialog.wait_for(timeout=(IDLE + 5) * 1000)
        tablet.page.get_by_role("heading", name="Whose turn is it?").wait_for(timeout=30_000)
        assert kept_on(tablet) == []
        tablet.page.go_back(wait_until="load")
        tablet.sees("Whose turn is it?")
        assert room.voted(sitting) == 0


def test_a_tablet_that_is_put_away_forgets_at_once(room: Room) -> None:
    sitting = room.hold()
    with tablet_of(room, sitting) as tablet:
        tablet.click("I am next")
        tablet.page.locator("input[value=w2]").check()
        tablet.page.evaluate(HIDE)
        tablet.page.get_by_role("heading", name="Whose turn is it?").wait_for()
        assert kept_on(tablet) == []


def test_after_the_vote_nobody_is_asked_whether_they_are_there(room: Room) -> None:
    sitting = room.hold()
    with tablet_of(room, sitting) as tablet:
        vote(tablet, 4)
        tablet.page.get_by_role("heading", name="Whose turn is it?").wait_for(timeout=15_000)
        assert kept_on(tablet) == []
        assert room.voted(sitting) == 1


def test_a_vote_that_waits_for_a_network_is_covered_and_never_lost(room: Room) -> None:
    sitting = room.hold()
    with tablet_of(room, sitting) as tablet:
        tablet.click("I am next")
        tablet.page.locator("input[value=w2]").check()
        tablet.page.locator("[data-forward]").click()
        tablet.context.set_offline(True)
        tablet.page.locator("[data-forward]").click()
        tablet.page.locator("[data-waiting]:not([hidden])").wait_for()
        covered = tablet.page.get_by_role("dialog", name="A vote waits for the connection")
        covered.wait_for(timeout=(IDLE + 5) * 1000)
        tablet.page.evaluate(HIDE)  # put away: still not wiped
        tablet.context.set_offline(False)
        tablet.page.get_by_role("heading", name="Thank you for voting").wait_for(timeout=60_000)
        assert room.voted(sitting) == 1
