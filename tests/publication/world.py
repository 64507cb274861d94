"""Small consultations with answers, closed and ready to be released. All of it invented."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from sqlmodel import Session

from app.ballots.box.digests import ledger_start
from app.ballots.box.keys import BallotKeys
from app.ballots.models import BallotLedger, Vote
from app.ballots.rules import BallotState
from app.consultations.models import Source
from app.consultations.rules import ConsultationStatus, NonAnswer, SourceKind
from app.core.clock import leeds_day
from app.core.keystore import KeyStore
from app.publication.queries import Subject, find_subject
from app.responses.models import Answer, Response
from app.results.rules import ResultStatus
from app.results.service import approve_result, propose_result
from app.staff.models import StaffAccount
from app.staff.rules import Role
from app.texts.models import DecidedWish, Decision, FreeText, Quote
from app.texts.rules import QuoteStatus, Sorting
from app.wishes.models import Wish
from tests.factories import Round, make_edition, make_round


def make_staff(session: Session, name: str, *, now: datetime) -> StaffAccount:
    account = StaffAccount(
        email=f"{uuid4().hex}@example.org", name=name, role=Role.OFFICER, password_hash="",
        totp_secret="", created_at=now,
    )  # fmt: skip
    session.add(account)
    session.flush()
    return account


def add_texts(
    session: Session,
    about: list[tuple[Wish | None, int]],
    *,
    now: datetime,
    source_id: int | None = None,
    consultation_id: int | None = None,
) -> list[FreeText]:
    """So many decided texts for each wish; None is a text about something else."""
    made = []
    for wish, number in about:
        for _ in range(number):
            text = FreeText(
                id=uuid4().hex, text="Invented words", text_hash=uuid4().hex,
                arrived_on=leeds_day(now), source_id=source_id, consultation_id=consultation_id,
            )  # fmt: skip
            session.add(text)
            session.flush()
            decide(session, text, wish, now=now)
            made.append(text)
    return made


def decide(session: Session, text: FreeText, wish: Wish | None, *, now: datetime) -> None:
    decision = Decision(
        text_id=text.id, sorting=Sorting.WISHES if wish else Sorting.NONE, decided_at=now
    )
    session.add(decision)
    session.flush()
    if wish:
        session.add(DecidedWish(decision_id=decision.id or 0, wish_id=wish.id or 0))
        session.flush()


@dataclass(frozen=True)
class Evidence:
    """A closed source of decided texts: 60 about wish 1, 20 about 2, 3 about 3, 17 others."""

    wishes: list[Wish]
    source: Source
    texts: list[FreeText]
    subject: Subject


def make_evidence(
    session: Session,
    *,
    now: datetime,
    numbers: tuple[int, ...] = (60, 20, 3),
    other: int = 17,
    is_closed: bool = True,
    slug: str = "test-source",
    wishes: list[Wish] | None = None,
) -> Evidence:
    wishes = wishes or make_edition(session)
    source = Source(
        slug=slug, title="Test source", kind=SourceKind.COMMENTS, edition_id=wishes[0].edition_id,
        is_closed=is_closed, created_at=now, method="Comment cards",
    )  # fmt: skip
    session.add(source)
    session.flush()
    about: list[tuple[Wish | None, int]] = [
        (wish, number) for wish, number in zip(wishes, numbers, strict=False)
    ]
    texts = add_texts(session, [*about, (None, other)], source_id=source.id, now=now)
    return Evidence(wishes, source, texts, find_subject(session, source_id=source.id))


def add_quote(session: Session, text: FreeText, wish: Wish, wording: str, *, now: datetime) -> None:
    proposer = make_staff(session, "Quote proposer", now=now)
    judge = make_staff(session, "Quote judge", now=now)
    session.add(
        Quote(
            text_id=text.id,
            wish_id=wish.id or 0,
            wording=wording,
            status=QuoteStatus.APPROVED,
            proposed_by_id=proposer.id or 0,
            proposed_at=now,
            judged_by_id=judge.id,
            judged_at=now,
        )
    )
    session.flush()


def answer_round(session: Session, one: Round, *, yes: int, no: int, unsure: int = 0) -> None:
    """Responses to the four questions: `yes` and `no` choose, `unsure` do not know."""
    single, several, scale, _ = one.questions  # no row for the text: it was skipped
    for number in range(yes + no + unsure):
        response = Response(
            id=uuid4().hex, survey_id=one.survey.id or 0, sitting_id=one.sitting.id,
            received_on=one.sitting.opened_at.date(), answers_hash="", slip_hash=uuid4().hex,
        )  # fmt: skip
        session.add(response)
        session.flush()
        chosen = ["yes"] if number < yes else ["no"] if number < yes + no else []
        both = [*chosen, "maybe"] if number % 3 == 0 and chosen else chosen
        for question, keys in ((single, chosen), (several, both), (scale, ["3"])):
            session.add(
                Answer(
                    id=uuid4().hex,
                    response_id=response.id,
                    question_id=question.id or 0,
                    chosen=keys,
                    non_answer=None if keys else NonAnswer.DONT_KNOW,
                )
            )
    session.flush()


def add_votes(
    session: Session, one: Round, papers: list[tuple[list[str], int]], *, rest: str = ""
) -> None:
    """Mixed votes of a closed ballot."""
    for choices, number in papers:
        for _ in range(number):
            session.add(
                Vote(
                    leaf=secrets.token_bytes(32),
                    ballot_id=one.ballot.id or 0,
                    blind=secrets.token_bytes(32),
                    choices=f"s1={','.join(choices)}{rest}",
                )
            )
    session.add(
        BallotLedger(
            ballot_id=one.ballot.id or 0, state=BallotState.CLOSED,
            head=ledger_start(one.ballot.definition_hash),
        )
    )  # fmt: skip
    session.flush()


def release_result(
    session: Session, one: Round, *, embargo_until: datetime | None = None, now: datetime
) -> None:
    """The count of the round's ballot, public by two people."""
    with TemporaryDirectory() as folder:
        keys = BallotKeys(KeyStore(Path(folder)))
        result = propose_result(
            session, one.ballot, status=ResultStatus.CONFIRMED, embargo_until=embargo_until,
            keys=keys, actor=None, now=now,
        )  # fmt: skip
        approve_result(
            session, one.ballot, result.version, keys=keys,
            actor=make_staff(session, "Counts", now=now), now=now,
        )  # fmt: skip


def close_round(session: Session, one: Round, *, now: datetime) -> Subject:
    one.sitting.closed_at = now
    one.consultation.status = ConsultationStatus.CLOSED
    one.consultation.closed_at = now + timedelta(hours=1)
    session.flush()
    return find_subject(session, consultation_id=one.consultation.id)


def make_answered_round(session: Session, *, now: datetime) -> tuple[Round, Subject]:
    """A closed round: 120 responses, 61 votes, 40 texts."""
    one = make_round(session, now=now)
    answer_round(session, one, yes=70, no=46, unsure=4)
    add_votes(session, one, [(["w1", "w2"], 30), (["w3"], 28), ([], 3)])
    wishes: list[tuple[Wish | None, int]] = [(one.wishes[0], 25), (one.wishes[4], 11), (None, 4)]
    add_texts(session, wishes, consultation_id=one.consultation.id, now=now)
    release_result(session, one, now=now)
    return one, close_round(session, one, now=now)
