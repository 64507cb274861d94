"""Small worlds for tests, in a few rows. Prefer the verbs of a floor once they exist."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from app.ballots import service as voting
from app.ballots.box.keys import BallotKeys
from app.ballots.models import BallotBox
from app.consultations.models import (
    Ballot,
    BallotOption,
    BallotSection,
    Consultation,
    Question,
    Sitting,
    Survey,
)
from app.consultations.rules import (
    BallotRule,
    ConsultationStatus,
    ParticipationBasis,
    QuestionKind,
    SittingMode,
)
from app.consultations.service import freeze_ballots
from app.core.keystore import KeyStore
from app.core.tokens import new_class_code
from app.places.models import Place
from app.places.rules import PlaceKind
from app.wishes.models import Wish, WishEdition


def make_edition(session: Session) -> list[Wish]:
    """The current edition with twelve wishes of placeholder words."""
    edition = WishEdition(year=2022, name="Test edition", is_current=True, source="test")
    session.add(edition)
    session.flush()
    wishes = [
        Wish(
            edition_id=edition.id or 0, number=number, slug=f"wish-{number}",
            title=f"Title {number}", title_source="test", short_label=f"Short {number}",
            child_label=f"Child label {number}", scope=f"Scope {number}",
        )
        for number in range(1, 13)
    ]  # fmt: skip
    session.add_all(wishes)
    session.flush()
    return wishes


@dataclass(frozen=True)
class Round:
    """An open consultation with a survey of four questions, a ballot and one sitting."""

    wishes: list[Wish]
    consultation: Consultation
    survey: Survey
    questions: list[Question]
    ballot: Ballot
    options: list[BallotOption]
    place: Place
    sitting: Sitting


def make_round(session: Session, *, now: datetime) -> Round:
    """A whole open round at one place."""
    wishes = make_edition(session)
    consultation = Consultation(
        slug="test-round", title="Test round", purpose="To test", edition_id=wishes[0].edition_id,
        status=ConsultationStatus.OPEN, created_at=now, opened_at=now,
    )  # fmt: skip
    place = Place(kind=PlaceKind.SCHOOL, name="Test School A", urn=900001)
    session.add_all([consultation, place])
    session.flush()
    survey = Survey(consultation_id=consultation.id or 0, title="Test survey")
    ballot = Ballot(consultation_id=consultation.id or 0, title="Test ballot")
    session.add_all([survey, ballot])
    session.flush()
    section = BallotSection(
        ballot_id=ballot.id or 0, position=1, question="Which?", rule=BallotRule.CHOICES,
        max_choices=3,
    )  # fmt: skip
    session.add(section)
    session.flush()
    options = [{"key": "yes", "label": "Yes"}, {"key": "no", "label": "No"}]
    steps = [{"key": str(step), "label": f"Step {step}"} for step in range(1, 6)]
    kinds = [
        (QuestionKind.SINGLE, options),
        (QuestionKind.SEVERAL, [*options, {"key": "maybe", "label": "Maybe"}]),
        (QuestionKind.SCALE, steps), (QuestionKind.TEXT, []),
    ]  # fmt: skip
    questions = [
        Question(
            survey_id=survey.id or 0, position=position, kind=kind, text=f"Question {position}",
            options=choices, max_choices=2 if kind is QuestionKind.SEVERAL else None,
        )
        for position, (kind, choices) in enumerate(kinds, start=1)
    ]  # fmt: skip
    papers = [
        BallotOption(
            section_id=section.id or 0, key=f"w{wish.number}", position=wish.number,
            label=wish.short_label, picture=f"wish-{wish.number}", wish_id=wish.id,
        )
        for wish in wishes
    ]  # fmt: skip
    sitting = Sitting(
        consultation_id=consultation.id or 0, place_id=place.id, mode=SittingMode.CLASS_CODE,
        class_code=new_class_code(), expected_heads=30,
        basis=ParticipationBasis.INFORMED_OPT_OUT, opened_at=now,
    )  # fmt: skip
    session.add_all([*questions, *papers, sitting])
    session.flush()
    freeze_ballots(session, consultation)
    session.flush()
    return Round(wishes, consultation, survey, questions, ballot, papers, place, sitting)


@dataclass(frozen=True)
class Box:
    """A box put up at a round's sitting, and slips to vote with."""

    round: Round
    keys: BallotKeys
    box: BallotBox
    codes: list[str]


def put_up_box(session: Session, here: Round, data_dir: Path, *, slips: int, now: datetime) -> Box:
    """Open the boxes of a round's sitting and print this many slips."""
    keys = BallotKeys(KeyStore(data_dir / "keys"))
    boxes = voting.open_boxes(session, here.sitting, keys=keys, now=now)
    codes = voting.issue_slips(session, here.sitting, slips, keys=keys, now=now) if slips else []
    return Box(here, keys, boxes[0], list(codes))
