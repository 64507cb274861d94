"""An evening of counting: two people, one pile on a phone, another with a keyboard."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.consultations.models import Ballot
from app.core.db import Database
from app.paper import queries
from app.staff.rules import Role
from tests.journeys.conftest import OpenTown, Town
from tests.journeys.people import Person, make_person
from tests.journeys.rounds import VOTE, hold_sitting, open_round
from tests.journeys.visitor import DESK, Visitor
from tests.paper.papers import RANKED_TOO, make_ballot

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Night:
    """The club, its worker, an officer who helps, and what lies on the table."""

    town: Town
    worker: Any  # what a signed-in browser keeps: a code opens the door once only
    officer: Any
    sitting_id: int
    ballot_id: int
    ranked_id: int

    @property
    def here(self) -> str:
        """The page of the sitting's paper."""
        return f"/staff/sittings/{self.sitting_id}/paper"


@pytest.fixture(scope="module")
def night(open_town: OpenTown) -> Iterator[Night]:
    found: dict[str, Any] = {}

    def prepare(db: Database, _folder: Path) -> None:
        with db.session(writes=True) as session:
            club = open_round(session)
            found["sitting_id"] = hold_sitting(session, club).id
            found["ballot_id"] = club.ballot.id
            found["ranked_id"] = make_ballot(session, club.consultation, RANKED_TOO).id
            place_ids = [club.place.id or 0]
            found["worker"] = make_person(session, Role.YOUTH_WORKER, "Ada", place_ids=place_ids)
            found["officer"] = make_person(session, Role.OFFICER, "Ben")

    with open_town(prepare) as town:
        for name in ("worker", "officer"):
            found[name] = sign_in_once(town, found[name])
        yield Night(town, **found)


def sign_in_once(town: Town, person: Person) -> Any:
    """What a browser keeps once this person has signed in."""
    with town.visitor() as visitor:
        visitor.sign_in(person)
        return visitor.context.storage_state()


# ---- what people do -------------------------------------------------------------------------


def fill_figures(visitor: Visitor, **figures: int) -> None:
    """Type into the fields of these names."""
    for name, figure in figures.items():
        visitor.page.locator(f"input[name='{name}']").fill(str(figure))


def balance(visitor: Visitor) -> str:
    """What the page says of the whole pile now."""
    return str(visitor.page.locator("[data-account]").inner_text())


def press_keys(visitor: Visitor, *keys: str) -> None:
    """Type keys that stay on the page."""
    for key in keys:
        visitor.page.keyboard.press(key)


def so_far(visitor: Visitor) -> str:
    """What the page says of the papers entered."""
    return str(visitor.page.locator("[data-pile]").inner_text())


# ---- the journeys ---------------------------------------------------------------------------


def test_a_pile_is_counted_twice_on_phones(night: Night) -> None:
    pile = {"issued": 30, "valid": 27, "blank": 1, "spoilt": 1, "s1.w2": 20, "s1.w6": 15}
    with (
        night.town.visitor(storage_state=night.worker) as worker,
        night.town.visitor(size=DESK, storage_state=night.officer) as officer,
    ):
        worker.go(night.here)
        worker.follow("Count paper ballots for The wishes")
        worker.sees(VOTE, "A second person counts the same pile afterwards")
        fill_figures(worker, **pile)
        assert balance(worker) == (
            "30 handed out, 27 filled in + 1 blank + 1 spoilt = 29: one is missing."
        )
        worker.click("Keep this count")
        worker.sees("Something needs another look", "= 29: one is missing.")
        worker.touch("One more: Not used")
        worker.touch("One more: Not used")
        assert balance(worker).endswith("2 not used = 31: one too many.")
        worker.touch("One less: Not used")
        assert balance(worker).endswith("1 not used = 30: it balances.")
        worker.sees("Marks in all: 35. Filled-in papers: 27. It fits.")
        worker.check()
        worker.click("Keep this count")
        worker.sees("Kept. It counts as soon as a second person has found the same.")
        where = worker.path
        officer.go(where)
        assert "27" not in officer.text
        officer.follow("Count it again")
        assert officer.page.locator("input[name=issued]").input_value() == ""
        fill_figures(officer, **pile | {"unused": 1, "s1.w6": 16})
        officer.click("Keep this count")
        officer.sees("The two counts differ", "The other count says something else here.")
        assert officer.page.locator("[aria-invalid=true]").count() == 1
        worker.go(where)
        worker.sees("They differ here:", "Getting around")
        worker.follow("Count it again")
        fill_figures(worker, **{"s1.w6": 16})
        worker.click("Keep this count")
        worker.sees("Both counts agree. The pile counts.")
        officer.go(night.here)
        officer.sees("Counts")
    with night.town.db.session(writes=False) as session:
        (counted,) = queries.list_confirmed(session, night.ballot_id)
        assert (counted.contents.marks or {})["s1"]["w6"] == 16


def test_a_ranked_pile_is_entered_by_keyboard_and_signed(night: Night) -> None:
    with (
        night.town.visitor(size=DESK, storage_state=night.officer) as officer,
        night.town.visitor(storage_state=night.worker) as worker,
    ):
        officer.go(night.here)
        officer.follow("Enter papers one by one for A paper")
        press_keys(officer, "3", "1", " ", "2", "4", "1", "Enter")
        officer.sees("Option o1, Option o3 · Option o2 > Option o4 > Option o1")
        press_keys(officer, "Enter")
        officer.sees("Nothing is marked on this paper.")
        press_keys(officer, "b", "x", "1", "Enter", "u", "2", "Enter")  # the last one mended
        officer.sees("Last: Option o1, Option o2 · –.")
        assert so_far(officer) == "So far 4: 2 filled in, 1 blank, 1 spoilt."
        officer.check()
        officer.page.reload()
        officer.sees("This browser still holds papers of this pile that were not sent: 4.")
        officer.check()
        officer.touch("Go on with them")
        assert so_far(officer) == "So far 4: 2 filled in, 1 blank, 1 spoilt."
        fill_figures(officer, issued=5)
        assert balance(officer).endswith("= 4: one is missing.")
        officer.page.get_by_text("Option o4").last.click()
        officer.touch("Next paper")
        officer.sees("– · Option o4")
        assert balance(officer).endswith("= 5: it balances.")
        officer.click("Keep the pile")
        where = officer.path
        officer.go(night.here)
        officer.follow("Enter papers one by one for A paper")
        assert "This browser still holds" not in officer.text
        worker.go(where)
        worker.fill("How many papers did you count?", "4")
        worker.click("I have checked this pile")
        worker.sees("is not the number that was entered")
        worker.fill("How many papers did you count?", "5")
        worker.click("I have checked this pile")
        worker.sees("Signed. The pile counts.")
    with night.town.db.session(writes=False) as session:
        ballot = session.get(Ballot, night.ranked_id)
        assert ballot is not None
        assert queries.paper_votes(session, ballot) == {
            "s1=o1,o3;s2=o2,o4,o1": 1, "s1=o1,o2;s2=": 1, "s1=;s2=o4": 1,
        }  # fmt: skip


def test_everything_works_without_script(night: Night) -> None:
    with night.town.visitor(javascript=False, storage_state=night.worker) as worker:
        worker.go(f"/staff/ballots/{night.ballot_id}/paper/new?sitting_id={night.sitting_id}"
                  "&kind=hands_up")  # fmt: skip
        fill_figures(worker, **{"issued": 12, "valid": 11, "s1.w1": 11})
        worker.click("One more: Did not raise a hand")
        worker.sees("12 heads, 11 raised a hand + 1 did not = 12: it balances.")
        worker.click("Keep this count")
        worker.sees("Kept. It counts as soon as a second person has found the same.")
        worker.go(f"/staff/ballots/{night.ballot_id}/paper/new?sitting_id={night.sitting_id}"
                  "&way=papers")  # fmt: skip
        worker.tick("Having a say")
        worker.click("Next paper")
        worker.sees("Last: Having a say.", "So far 1: 1 filled in, 0 blank, 0 spoilt.")
        worker.click("Spoilt")
        worker.click("Undo")
        worker.sees("So far 1: 1 filled in, 0 blank, 0 spoilt.")
        worker.tick("Being yourself")
        fill_figures(worker, issued=3)
        worker.click("Keep the pile")
        worker.sees("3 handed out, 2 filled in = 2: one is missing.")
        fill_figures(worker, unused=1)
        worker.page.locator("summary", has_text="Several piles of this kind?").click()
        worker.fill("Name of the pile", "Box 2")
        worker.click("Keep the pile")
        worker.sees("sign for the pile")
