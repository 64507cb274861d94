"""Casting and counting on both databases."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from app.ballots import queries
from app.ballots.models import Vote
from app.ballots.rules import Reason
from app.ballots.service import cast_vote, count_ballot
from app.consultations.models import Ballot
from app.consultations.rules import GRACE, ConsultationStatus
from app.core.errors import NotFound, Refused
from app.core.tokens import new_submission_id
from tests.factories import Round, make_round

KEY = b"k" * 32


def cast(
    session: Session, here: Round, now: datetime, choices: list[str], **changes: object
) -> bool:
    facts = {"ballot": here.ballot, "submission_id": new_submission_id(), "key": KEY} | changes
    return cast_vote(session, here.sitting, choices=choices, now=now, **facts)  # type: ignore[arg-type]


def test_the_count_is_exact_and_knows_blank(session: Session, now: datetime) -> None:
    here = make_round(session, now=now)
    papers = [["w1"], ["w1", "w2"], ["w1", "w2"], [], [], ["w12"]]
    for choices in papers:
        assert cast(session, here, now, choices)
    count = queries.count_votes(session, here.ballot.id or 0)
    assert (count.votes, count.blank, count.choices) == (6, 2, 6)
    assert count.by_option == {"w1": 3, "w2": 2, "w12": 1}
    assert queries.count_by_sitting(session, here.sitting.id or 0) == 6


def test_one_phone_has_one_vote_in_each_ballot(session: Session, now: datetime) -> None:
    here = make_round(session, now=now)
    second = Ballot(
        consultation_id=here.consultation.id or 0, title="B", question="?", max_choices=1
    )
    session.add(second)
    session.flush()
    phone = new_submission_id()
    assert cast(session, here, now, ["w1"], submission_id=phone)
    assert not cast(session, here, now, ["w1"], submission_id=phone)
    assert cast(session, here, now, ["w1"], submission_id=phone, ballot=second)
    with pytest.raises(Refused) as refusal:
        cast(session, here, now, ["w2"], submission_id=phone)
    assert refusal.value.reason is Reason.CHANGED
    assert len(session.exec(select(Vote)).all()) == 2


def test_a_repeat_is_fine_after_the_close_a_new_vote_is_not(
    session: Session, now: datetime
) -> None:
    here = make_round(session, now=now)
    phone = new_submission_id()
    cast(session, here, now, ["w1"], submission_id=phone)
    here.sitting.closed_at = now
    session.flush()
    assert cast(session, here, now + GRACE, ["w2"])  # was on its way when the class ended
    later = now + GRACE + timedelta(seconds=1)
    assert not cast(session, here, later, ["w1"], submission_id=phone)
    with pytest.raises(Refused) as refusal:
        cast(session, here, later, ["w2"])
    assert refusal.value.reason is Reason.ENDED


def test_a_ballot_of_another_consultation_takes_nothing(session: Session, now: datetime) -> None:
    here = make_round(session, now=now)
    here.ballot.consultation_id += 1
    with session.no_autoflush, pytest.raises(NotFound):
        cast(session, here, now, ["w1"])
    session.expire(here.ballot)


def test_nothing_is_counted_while_a_sitting_is_open(session: Session, now: datetime) -> None:
    here = make_round(session, now=now)
    with pytest.raises(Refused) as refusal:
        count_ballot(session, here.ballot)
    assert refusal.value.reason is Reason.SITTING_OPEN
    here.sitting.closed_at = now
    session.flush()
    with pytest.raises(Refused) as refusal:
        count_ballot(session, here.ballot)
    assert refusal.value.reason is Reason.NOT_CLOSED
    here.consultation.status = ConsultationStatus.CLOSED
    session.flush()
    assert count_ballot(session, here.ballot).votes == 0


def test_the_vote_row_holds_neither_time_nor_phone() -> None:
    assert set(Vote.model_fields) == {"id", "ballot_id", "sitting_id", "choices"}
