"""A club evening: a worker opens a sitting, phones of all kinds answer and vote, words return."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import delete, select

from app.ballots.models import SealedVote
from app.ballots.rules import SEAT_GRACE
from app.classroom import queries as rooms
from app.classroom import service as room
from app.consultations.models import Sitting
from app.core.db import Database
from app.responses.models import Answer, Response
from app.staff.rules import Role
from app.texts.models import DecidedWish, Decision, FreeText
from app.texts.rules import Sorting
from app.texts.service.deciding import decide_wishes
from tests.journeys.conftest import OpenTown, Town
from tests.journeys.people import Person, make_person
from tests.journeys.rounds import AGE, TITLE, VOTE, Club, hold_room, keys_in, open_round
from tests.journeys.visitor import DESK, Visitor
from tests.texts.factories import make_officer

pytestmark = pytest.mark.browser
NARROW = (320, 640)
ENGLISH = "The last bus leaves before our club ends 🚌"
PLAIN = "Lights on the path by the field, please."
ARABIC = "أريد حافلة أرخص للشباب في المساء"
WISHES = {ENGLISH: [6], PLAIN: [2], ARABIC: [6, 8]}
TURN = (
    "document.addEventListener('DOMContentLoaded', () => { document.documentElement.dir = 'rtl' })"
)


@dataclass(frozen=True)
class Evening:
    """The town with its club and the worker who runs it."""

    town: Town
    club: Club
    worker: Person

    def hold(self) -> str:
        """The code of a new sitting."""
        with self.town.db.session(writes=True) as session:
            return hold_room(session, self.club, self.town.data_dir).class_code

    def rows(self, table: Any) -> list[Any]:
        """All rows of a table."""
        with self.town.db.session(writes=False) as session:
            return list(session.exec(select(table)))

    def let_in(self, code: str) -> None:
        """Let in everybody who waits, without a browser."""
        with self.town.db.session(writes=True) as session:
            here = session.exec(select(Sitting).where(Sitting.class_code == code)).one()
            for arrival in rooms.list_arrivals(session, here.id or 0):
                room.let_in_one(
                    session, here, arrival.id or 0, keys=keys_in(self.town.data_dir),
                    actor=make_officer(session, now=datetime.now(UTC)), now=datetime.now(UTC),
                )  # fmt: skip

    def close(self, code: str) -> None:
        """End a sitting without a browser, so long ago that no grace is left."""
        ended_at = datetime.now(UTC) - SEAT_GRACE - timedelta(minutes=1)
        with self.town.db.session(writes=True) as session:
            here = session.exec(select(Sitting).where(Sitting.class_code == code)).one()
            room.end_sitting(
                session, here, note="Over.", slips_in_hand=None, is_waited=False, actor=None,
                now=ended_at,
            )  # fmt: skip

    def decide(self) -> None:
        """An officer reads the texts and says which wishes they join."""
        now = datetime.now(UTC)
        with self.town.db.session(writes=True) as session:
            officer = make_officer(session, now=now)
            for text in session.exec(select(FreeText)).all():
                joins = [self.club.wishes[number].id or 0 for number in WISHES[text.text]]
                decide_wishes(
                    session, text, sorting=Sorting.WISHES, wish_ids=joins, suggestion_id=None,
                    actor=officer, now=now,
                )  # fmt: skip


@pytest.fixture(scope="module")
def open_evening(open_town: OpenTown) -> Iterator[Evening]:
    found: dict[str, Any] = {}

    def prepare(db: Database, _folder: Path) -> None:
        with db.session(writes=True) as session:
            found["club"] = open_round(session)
            place_id = found["club"].place.id or 0
            found["worker"] = make_person(
                session, Role.YOUTH_WORKER, "Sample worker", place_ids=[place_id]
            )

    with open_town(prepare) as town:
        yield Evening(town, found["club"], found["worker"])


@pytest.fixture
def evening(open_evening: Evening) -> Evening:
    """The same evening for each test, with nothing sent yet."""
    with open_evening.town.db.session(writes=True) as session:
        for table in (Answer, DecidedWish, Decision, FreeText, Response, SealedVote):
            session.exec(delete(table))
    return open_evening


# ---- what people do -------------------------------------------------------------------------


def open_sitting(worker: Visitor) -> str:
    """From the list of sittings to a code, as at the door of a noisy club; gives the code."""
    worker.go("/staff/sittings")
    worker.follow("Open a sitting")
    worker.sees(TITLE)
    worker.fill("Name of the group", "Tuesday evening")
    worker.click("Open the sitting")
    worker.sees("Something needs another look", "Fill this in")
    worker.tick("The school told families")
    worker.click("Open the sitting")
    worker.sees("Tick the box to confirm")
    assert worker.page.get_by_label("Name of the group").input_value() == "Tuesday evening"
    worker.tick("I have checked this and confirm it")
    worker.click("Open the sitting")
    worker.sees("Count the heads")
    worker.fill("How many young people are here?", "3")
    worker.click("Open the sitting")
    worker.sees("Type this code", "0 waiting in the lobby")
    return str(worker.page.locator(".code").inner_text())


def join(phone: Visitor) -> str:
    """From the welcome to the lobby; gives the nickname."""
    phone.click("Join in")
    phone.sees("You are", "Wait for the grown-up")
    return str(phone.page.locator(".nickname").inner_text())


def let_everybody_in(worker: Visitor, names: list[str]) -> None:
    """The worker sees who came, without touching anything, and lets all in with one tap."""
    worker.page.get_by_text(f"{len(names)} waiting in the lobby").wait_for()
    worker.sees(*names)
    worker.check()
    worker.touch(f"Let in all {len(names)} waiting")
    worker.page.get_by_text("0 waiting in the lobby").wait_for()
    worker.check()


def forward(phone: Visitor) -> None:
    """The big button at the thumb, staying on the page."""
    phone.page.locator("[data-forward]").click()
    phone.check()


def answer_in_steps(phone: Visitor, words: str) -> None:
    """One question after another, to the review."""
    phone.sees(AGE)
    phone.tick("11 to 14")
    forward(phone)
    phone.tick("At home")
    phone.tick("In the park")
    forward(phone)
    phone.tick("4", exact=True)
    forward(phone)
    phone.page.locator("textarea").fill(words)
    forward(phone)
    phone.sees("Check before you send", "11 to 14", "In the park", words)


def double_tap(phone: Visitor, heading: str) -> None:
    """Two taps on the big button, faster than any answer; then the page of this heading."""
    phone.page.locator("[data-forward]").dblclick(no_wait_after=True)
    phone.page.get_by_role("heading", name=heading, exact=True).wait_for()
    phone.page.wait_for_load_state("load")
    phone.check()


def four_words(phone: Visitor) -> list[str]:
    """The words of the slip on the page."""
    words = [str(word) for word in phone.page.locator(".slip-words li").all_inner_texts()]
    assert len(words) == 4
    return words


def vote_for(phone: Visitor, *numbers: int) -> None:
    """Tick these wishes on the ballot."""
    for number in numbers:
        phone.page.locator(f"input[value=w{number}]").check()


def answer_and_vote_in_steps(phone: Visitor, words: str) -> list[str]:
    """All that a phone with script does, tapping twice where it sends; gives the four words."""
    phone.follow("Start")
    answer_in_steps(phone, words)
    double_tap(phone, "Thank you")
    slip = four_words(phone)
    phone.follow("Next: The wishes")
    vote_for(phone, 6, 2)
    forward(phone)
    double_tap(phone, "Thank you for voting")
    return slip


# ---- the journeys ---------------------------------------------------------------------------


def test_a_class_answers_and_votes_on_three_kinds_of_phone(evening: Evening) -> None:
    town = evening.town
    with town.visitor() as worker:
        worker.sign_in(evening.worker)
        code = open_sitting(worker)
        kept = worker.context.storage_state()
        with (
            town.visitor(size=DESK, storage_state=kept) as screen,
            town.visitor() as modern,
            town.visitor(javascript=False) as old,
            town.visitor(size=NARROW, locale="ar") as narrow,
        ):
            screen.go(worker.path + "/screen")
            screen.sees(TITLE, code)
            find_the_room(modern, code)
            old.go("/j/" + code)
            narrow.context.add_init_script(TURN)
            narrow.go("/j/" + code)
            right = narrow.page.locator("html").evaluate("e => getComputedStyle(e).direction")
            assert right == "rtl"
            names = [join(phone) for phone in (modern, old, narrow)]
            assert len(set(names)) == 3
            let_everybody_in(worker, names)
            modern.page.get_by_text(f"You are in, {names[0]}!").wait_for()  # by itself
            modern.check()
            slips = {
                ENGLISH: use_a_phone(modern),
                PLAIN: use_a_phone_without_script(old),
                ARABIC: answer_and_vote_in_steps(narrow, ARABIC),
            }
            screen.page.locator(".screen-numbers .strong dd", has_text="3").wait_for()
            screen.sees("Everybody is done")
            screen.check()
            said = screen.text
            assert VOTE not in said
            assert not [one.short_label for one in evening.club.wishes.values()
                        if one.short_label in said]  # fmt: skip
        assert sorted(text.text for text in evening.rows(FreeText)) == sorted(WISHES)
        assert len(evening.rows(Response)) == len(evening.rows(SealedVote)) == 3
        follow_the_words(evening, slips)
        close_the_sitting(worker)
        with town.visitor() as stranger:
            stranger.go("/j/" + code)
            stranger.sees("This session has ended")


def find_the_room(phone: Visitor, code: str) -> None:
    """A wrong code first, then the right one in small letters with spaces."""
    phone.go("/j")
    phone.fill("Type the code you were given", "zzzz 9")
    phone.click("Go")
    phone.sees("We do not know this code")
    assert phone.page.get_by_label("Type the code you were given").input_value() == "zzzz 9"
    phone.fill("Type the code you were given", f" {code[:2].lower()} {code[2:].lower()}")
    phone.click("Go")
    phone.sees(TITLE, "It is up to you")


def use_a_phone(phone: Visitor) -> list[str]:
    """A phone as most are: double taps, then back over the vote to the survey."""
    slip = answer_and_vote_in_steps(phone, ENGLISH)
    for _ in range(3):  # what was sent is not asked again
        phone.page.go_back(wait_until="load")
        phone.check()
        if phone.path.endswith("/stop") or "/s/" not in phone.path:
            continue
        break
    phone.sees("already in")
    assert phone.page.locator("[data-forward]").count() == 0
    return slip


def use_a_phone_without_script(phone: Visitor) -> list[str]:
    """An old phone: a button looks again, one long page, the same words and the same two taps."""
    phone.follow("Look again")
    phone.sees("You are in")
    phone.follow("Start")
    phone.tick("7 to 10")
    phone.tick("At home")
    phone.tick("At school")
    phone.tick("In the park")
    phone.page.locator("textarea").fill(PLAIN)
    phone.click("Send my answers")
    phone.sees("Something needs another look", "Choose up to 2")
    assert phone.page.locator("textarea").input_value() == PLAIN
    phone.page.get_by_label("At school").uncheck()
    double_tap(phone, "Thank you")
    slip = four_words(phone)
    phone.page.reload()  # sends the same once more
    assert four_words(phone) == slip
    phone.follow("Next: The wishes")
    vote_for(phone, 4)
    double_tap(phone, "Thank you for voting")
    return slip


def follow_the_words(evening: Evening, slips: dict[str, list[str]]) -> None:
    """Four words lead to the wishes an answer joined, before and after somebody read it."""
    with evening.town.visitor() as reader:
        reader.go("/follow")
        reader.fill("Your four words", "  ".join(slips[ENGLISH]).upper())
        reader.click("Show me")
        reader.sees("Your answer is waiting to be read")
        reader.go("/follow")
        reader.fill("Your four words", "river, apple, lamp")
        reader.click("Show me")
        reader.sees("We do not find these four words")
        assert reader.page.get_by_label("Your four words").input_value() == "river, apple, lamp"
    evening.decide()
    for words, slip in slips.items():
        with evening.town.visitor() as reader:
            reader.page.goto("/follow#" + "-".join(slip))  # as the QR on the slip does
            reader.page.get_by_role("heading", name="What happened with your answer").wait_for()
            reader.check()
            reader.sees(*[evening.club.wishes[one].short_label for one in WISHES[words]])
            reader.sees("A person checked this")
            assert words not in reader.page.content()
            assert slip[0] not in reader.page.url


def close_the_sitting(worker: Visitor) -> None:
    """All are done: the account is right, so no note is asked for."""
    worker.follow("All done: end it")
    worker.sees("3 in the room · 3 let in · 3 voted · 0 unused", "It balances")
    worker.click("End the sitting")
    worker.sees("cannot be opened again", "Counted together with small groups at the end")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_late_sender_is_told_and_keeps_what_they_wrote(
    evening: Evening, javascript: bool
) -> None:
    code = evening.hold()
    town, club = evening.town, evening.club
    with town.visitor(javascript=javascript) as late, town.visitor(javascript=javascript) as voter:
        late.go(f"/s/{code}/survey/{club.survey.id}")
        voter.go(f"/s/{code}")
        join(voter)
        evening.let_in(code)
        voter.go(f"/b/{code}/{club.ballot.id}")
        vote_for(voter, 9)
        if javascript:
            answer_in_steps(late, ENGLISH)
            forward(voter)
        else:
            late.page.locator("textarea").fill(ENGLISH)
        evening.close(code)
        late.page.locator("[data-forward]").click()
        late.page.get_by_text("This session has ended").wait_for()
        late.check()
        assert late.page.locator("textarea").input_value() == ENGLISH
        assert late.page.locator("[data-waiting]").is_hidden()  # the network was not to blame
        voter.page.locator("[data-forward]").click()
        voter.page.get_by_text("Voting has ended").wait_for()
        voter.check()
        assert voter.page.locator("input[value=w9]").is_checked()
    assert evening.rows(Response) == []
    assert evening.rows(SealedVote) == []
    with town.visitor(javascript=javascript) as phone:
        phone.go("/j")
        phone.fill("Type the code you were given", code)
        phone.click("Go")
        phone.sees("This session has ended. Ask the person who gave you the code.")
        phone.go(f"/s/{code}/survey/{club.survey.id}", status=409)
        phone.sees("This session has ended")
