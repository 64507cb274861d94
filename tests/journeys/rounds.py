"""An invented open consultation for journeys: four questions, one vote, a club to hold it at."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from app.ballots.box.keys import BallotKeys
from app.classroom.rules import Door
from app.classroom.service import hold_sitting as hold
from app.consultations import queries
from app.consultations import service as asking
from app.consultations.models import Ballot, Consultation, Sitting, Survey
from app.consultations.rules import (
    BallotRule,
    ParticipationBasis,
    QuestionKind,
    SectionDraft,
    SittingMode,
)
from app.core.clock import leeds_day
from app.core.keystore import KeyStore
from app.places.models import Place
from app.places.rules import PlaceKind
from app.places.service import add_place
from app.wishes.models import Wish
from app.wishes.queries import get_current_edition, list_wishes

TITLE = "What should change next?"
AGE = "How old are you?"
PLACES = "Where do you feel safe?"
BUSES = "How easy is it to get around by bus?"
WORDS = "What is one thing that Leeds should change?"
VOTE = "Which wishes matter most to you?"


@dataclass(frozen=True)
class Club:
    """A place, what is asked there, and the wishes of the ballot."""

    place: Place
    consultation: Consultation
    survey: Survey
    ballot: Ballot
    wishes: dict[int, Wish]  # by number


def open_round(session: Session) -> Club:
    """Draft and open it, by the verbs an officer uses."""
    now = datetime.now(UTC)
    edition_id = get_current_edition(session).id or 0
    place = add_place(
        session, name="Sample Youth Club", kind=PlaceKind.CLUB, ward_code=None, actor_id=None,
        now=now,
    )  # fmt: skip
    round_ = asking.draft_consultation(
        session, title=TITLE, edition_id=edition_id, purpose="Tell the city what to do first.",
        asked_by="An invented team", decision_maker="An invented board",
        reply_by=leeds_day(now + timedelta(days=60)), actor=None, now=now,
    )  # fmt: skip
    questions: list[tuple[QuestionKind, str, list[str], int | None]] = [
        (QuestionKind.SINGLE, AGE, ["7 to 10", "11 to 14", "15 to 19"], None),
        (QuestionKind.SEVERAL, PLACES, ["At home", "At school", "In the park"], 2),
        (QuestionKind.SCALE, BUSES, ["1", "2", "3", "4", "5"], None),
        (QuestionKind.TEXT, WORDS, [], None),
    ]
    for kind, text, labels, most in questions:
        asking.add_question(
            session, round_, kind=kind, text=text, labels=labels, max_choices=most, actor=None,
            now=now,
        )  # fmt: skip
    options = queries.list_wish_options(session, edition_id)
    ballot = asking.set_ballot(
        session, round_, None, title="The wishes", is_shuffled=True,
        sections=[SectionDraft(VOTE, BallotRule.CHOICES, 3, seats=1, options=options)],
        actor=None, now=now,
    )  # fmt: skip
    asking.open_consultation(session, round_, actor=None, now=now)
    survey = queries.list_surveys(session, round_.id or 0)[0]
    wishes = {wish.number: wish for wish in list_wishes(session, edition_id)}
    return Club(place, round_, survey, ballot, wishes)


def keys_in(data_dir: Path) -> BallotKeys:
    """The keys of the site that keeps its files here."""
    return BallotKeys(KeyStore(data_dir / "keys"))


def hold_room(
    session: Session, club: Club, data_dir: Path, *, doors: Collection[Door] = (Door.PHONES,),
    heads: int = 3,
) -> Sitting:  # fmt: skip
    """A sitting at the club with its room and its boxes, opened without a browser."""
    return hold(
        session, club.consultation, doors=doors, mode=SittingMode.CLASS_CODE,
        keys=keys_in(data_dir), actor=None, now=datetime.now(UTC), place_id=club.place.id,
        basis=ParticipationBasis.INFORMED_OPT_OUT, basis_confirmed=True, expected_heads=heads,
    )  # fmt: skip


def hold_sitting(session: Session, club: Club) -> Sitting:
    """A sitting at the club, opened without a browser."""
    return asking.open_sitting(
        session, club.consultation, place_id=club.place.id, mode=SittingMode.CLASS_CODE,
        basis=ParticipationBasis.INFORMED_OPT_OUT, basis_confirmed=True, expected_heads=3,
        actor=None, now=datetime.now(UTC),
    )  # fmt: skip
