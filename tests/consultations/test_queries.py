"""Reading what is asked, on both databases."""

from datetime import datetime

import pytest
from sqlmodel import Session

from app.consultations import queries, service
from app.consultations.models import Sitting
from app.consultations.rules import ParticipationBasis, QuestionKind, SittingMode, SourceKind
from app.core.errors import NotFound
from app.places.models import Place
from app.places.rules import PlaceKind
from tests.factories import make_round


def test_asked_holds_everything_in_order(session: Session, now: datetime) -> None:
    round_ = make_round(session, now=now)
    asked = queries.get_asked(session, round_.consultation.id or 0)
    assert [one.position for one in asked.questions] == [1, 2, 3, 4]
    (asked_ballot,) = asked.ballots
    ballot, options = asked_ballot.ballot, asked_ballot.sections[0].options
    assert ballot.id == round_.ballot.id
    assert len(options) == 12
    draft = queries.get_draft(session, round_.consultation)
    assert [one.kind for one in draft.questions] == list(QuestionKind)
    assert draft.questions[0].labels == ("Yes", "No")
    assert draft.ballots[0].sections[0].max_choices == 3


def test_open_sittings_come_first_and_only_from_own_places(session: Session, now: datetime) -> None:
    round_ = make_round(session, now=now)
    other = Place(kind=PlaceKind.CLUB, name="Sample Club B")
    session.add(other)
    session.flush()

    def sit(code: str, place_id: int | None) -> Sitting:
        made = Sitting(
            consultation_id=round_.consultation.id or 0, place_id=place_id, class_code=code,
            mode=SittingMode.PUBLIC_LINK, basis=ParticipationBasis.PUBLIC_PAGE, opened_at=now,
        )  # fmt: skip
        session.add(made)
        session.flush()
        return made

    club, city = sit("CLVB", other.id), sit("CXTY", None)
    service.close_sitting(session, city, actor=None, now=now)
    everything = queries.list_sittings(session, own_place_ids=None)
    assert [(one.id, place) for one, place, _ in everything] == [
        (club.id, "Sample Club B"),
        (round_.sitting.id, "Test School A"),
        (city.id, ""),
    ]
    own = queries.list_sittings(session, own_place_ids={other.id or 0})
    assert [one.id for one, _, _ in own] == [club.id]
    assert queries.list_sittings(session, own_place_ids=set()) == []


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}-", "\n{}\t"])
def test_a_code_is_found_however_it_is_typed(session: Session, now: datetime, typed: str) -> None:
    sitting = make_round(session, now=now).sitting
    spaced = " ".join(sitting.class_code.lower())
    assert queries.find_sitting(session, typed.format(spaced)) == sitting


@pytest.mark.parametrize("typed", ["", "????", "🎈", "x" * 1_000_000, "' OR 1=1 --"])
def test_what_is_no_code_finds_nothing(session: Session, now: datetime, typed: str) -> None:
    make_round(session, now=now)
    assert queries.find_sitting(session, typed) is None


def test_the_register_shows_the_newest_first(session: Session, now: datetime) -> None:
    edition_id = make_round(session, now=now).consultation.edition_id
    for slug in ("a", "b"):
        service.register_source(
            session, slug=slug, title=slug, kind=SourceKind.OTHER, edition_id=edition_id,
            actor=None, now=now,
        )  # fmt: skip
    assert [one.slug for one in queries.list_sources(session)] == ["b", "a"]


def test_what_is_not_there_is_not_found(session: Session) -> None:
    for get in (queries.lock_consultation, queries.lock_sitting, queries.get_consultation):
        with pytest.raises(NotFound):
            get(session, 12345)
