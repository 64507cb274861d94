"""Papers of every kind for tests of voting: an open round whose ballots are made by the verbs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlmodel import Session

from app.ballots import service as voting
from app.ballots.box.keys import BallotKeys
from app.consultations import service as asking
from app.consultations.models import Ballot, Consultation, Sitting
from app.consultations.rules import (
    BallotRule,
    OptionDraft,
    ParticipationBasis,
    SectionDraft,
    SittingMode,
)
from app.core.keystore import KeyStore
from app.places.models import Place
from app.places.rules import PlaceKind
from tests.factories import make_edition


def section(
    rule: BallotRule, *labels: str, most: int | None = None, question: str = "Which?",
    seats: int = 1,
) -> SectionDraft:  # fmt: skip
    """A section of plain options."""
    return SectionDraft(question, rule, most, seats, tuple(OptionDraft(label) for label in labels))


WISHES = SectionDraft(
    "Which wishes?", BallotRule.CHOICES, 3, 1,
    tuple(
        OptionDraft(f"Short {number}", f"In easy words {number}", wish_number=number)
        for number in range(1, 13)
    ),
)  # fmt: skip
MAYOR = section(
    BallotRule.CHOICES, *(f"Finalist {sign}" for sign in "ABCDEFGHIJKL"), most=2,
    question="Who should be Children’s Mayor?",
)  # fmt: skip
MARK = (
    section(BallotRule.PLURALITY, "Jobs", "Health", "Climate", question="For the whole UK?"),
    section(BallotRule.PLURALITY, "Exams", "Housing", question="For England?"),
    section(BallotRule.CHOICES, "Buses", "Parks", "Clubs", most=1, question="For Leeds?"),
)
FINE = section(BallotRule.APPROVAL, "Bowling", "Baking", "Films", question="What would be fine?")
ORDER = SectionDraft(
    "In which order?", BallotRule.IRV, None, 1,
    (
        OptionDraft("A cheaper bus", "Going out costs less", "🚌", {"ar": "حافلة أرخص"}),
        OptionDraft("Lights in the park", "", "💡", {"ar": "أضواء في الحديقة"}),
        OptionDraft("A place to meet", words={"ar": "مكان للقاء"}),
        OptionDraft("More trees"),
    ),
)  # fmt: skip
TWO_PLACES = section(BallotRule.BORDA, "One", "Two", "Three", most=2, question="Your two?")


@dataclass(frozen=True)
class Paper:
    """A round with its ballots, held at a class (slips) and behind a public link."""

    consultation: Consultation
    ballots: list[Ballot]
    class_: Sitting
    public: Sitting
    codes: list[str]

    @property
    def open_page(self) -> str:
        """Where anybody may vote."""
        return f"/b/{self.public.class_code}/{self.ballots[0].id}"

    @property
    def slip_page(self) -> str:
        """Where a slip is needed."""
        return f"/b/{self.class_.class_code}/{self.ballots[0].id}"


def hold_paper(
    session: Session, data_dir: Path, *ballots: Sequence[SectionDraft], now: datetime,
    slips: int = 10, is_shuffled: bool = True, title: str = "The paper",
) -> Paper:  # fmt: skip
    """Draft, open and hold a round with these ballots."""
    wishes = make_edition(session)
    doer = {"actor": None, "now": now}
    round_ = asking.draft_consultation(
        session, title=title, edition_id=wishes[0].edition_id, purpose="To try", asked_by="A team",
        decision_maker="A board", reply_by=date(now.year + 1, 9, 1), actor=None, now=now,
    )  # fmt: skip
    made = [
        asking.set_ballot(
            session, round_, None, title=f"{title} {number}" if number > 1 else title,
            is_shuffled=is_shuffled, sections=sections, actor=None, now=now,
        )
        for number, sections in enumerate(ballots, start=1)
    ]  # fmt: skip
    asking.open_consultation(session, round_, actor=None, now=now)
    place = Place(kind=PlaceKind.SCHOOL, name="Test School A", urn=900001)
    session.add(place)
    session.flush()
    class_ = asking.open_sitting(
        session, round_, place_id=place.id, mode=SittingMode.CLASS_CODE, expected_heads=30,
        basis=ParticipationBasis.INFORMED_OPT_OUT, basis_confirmed=True, **doer,
    )  # fmt: skip
    public = asking.open_sitting(
        session, round_, place_id=None, mode=SittingMode.PUBLIC_LINK, expected_heads=None,
        basis=ParticipationBasis.PUBLIC_PAGE, basis_confirmed=True, **doer,
    )  # fmt: skip
    keys = BallotKeys(KeyStore(data_dir / "keys"))
    for sitting in (class_, public):
        voting.open_boxes(session, sitting, keys=keys, now=now)
    codes = list(voting.issue_slips(session, class_, slips, keys=keys, now=now)) if slips else []
    return Paper(round_, made, class_, public, codes)
