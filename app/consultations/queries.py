"""Every SELECT of the consultations floor."""

from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from app.consultations.models import (
    Ballot,
    BallotOption,
    Consultation,
    Question,
    Sitting,
    Source,
    Survey,
)
from app.core.errors import NotFound
from app.core.tokens import tidy_code


def get_consultation(session: Session, consultation_id: int) -> Consultation:
    """The consultation with this id."""
    consultation = session.get(Consultation, consultation_id)
    if consultation is None:
        raise NotFound
    return consultation


def list_consultations(session: Session) -> list[Consultation]:
    """All consultations, newest first."""
    return list(session.exec(select(Consultation).order_by(col(Consultation.id).desc())))


def list_surveys(session: Session, consultation_id: int) -> list[Survey]:
    """The surveys of a consultation in the order they were made."""
    query = select(Survey).where(Survey.consultation_id == consultation_id)
    return list(session.exec(query.order_by(col(Survey.id))))


def get_survey(session: Session, survey_id: int) -> Survey:
    """The survey with this id."""
    survey = session.get(Survey, survey_id)
    if survey is None:
        raise NotFound
    return survey


def list_questions(session: Session, survey_id: int) -> list[Question]:
    """The questions of a survey in order."""
    query = select(Question).where(Question.survey_id == survey_id)
    return list(session.exec(query.order_by(col(Question.position))))


def list_ballots(session: Session, consultation_id: int) -> list[Ballot]:
    """The ballots of a consultation in the order they were made."""
    query = select(Ballot).where(Ballot.consultation_id == consultation_id)
    return list(session.exec(query.order_by(col(Ballot.id))))


def get_ballot(session: Session, ballot_id: int) -> Ballot:
    """The ballot with this id."""
    ballot = session.get(Ballot, ballot_id)
    if ballot is None:
        raise NotFound
    return ballot


def list_options(session: Session, ballot_id: int) -> list[BallotOption]:
    """The options of a ballot in their printed order."""
    query = select(BallotOption).where(BallotOption.ballot_id == ballot_id)
    return list(session.exec(query.order_by(col(BallotOption.position))))


def get_sitting(session: Session, sitting_id: int) -> Sitting:
    """The sitting with this id."""
    sitting = session.get(Sitting, sitting_id)
    if sitting is None:
        raise NotFound
    return sitting


def find_sitting(session: Session, typed_code: str) -> Sitting | None:
    """The sitting with this class code, open or closed; typing slips are forgiven."""
    query = select(Sitting).where(Sitting.class_code == tidy_code(typed_code))
    return session.exec(query).first()


def get_source(session: Session, source_id: int) -> Source:
    """The source with this id."""
    source = session.get(Source, source_id)
    if source is None:
        raise NotFound
    return source


def find_source(session: Session, slug: str) -> Source | None:
    """The source with this slug, if it is registered."""
    return session.exec(select(Source).where(Source.slug == slug)).first()


@dataclass(frozen=True)
class Part:
    """One thing to do at a sitting: a survey to answer or a ballot to vote in."""

    kind: str  # "survey" or "ballot"
    id: int
    title: str


def list_parts(session: Session, consultation_id: int) -> list[Part]:
    """What a young person does at a sitting of this consultation, in order: surveys, ballots."""
    surveys = [
        Part("survey", one.id or 0, one.title) for one in list_surveys(session, consultation_id)
    ]
    ballots = [
        Part("ballot", one.id or 0, one.title) for one in list_ballots(session, consultation_id)
    ]
    return surveys + ballots


def find_next_part(session: Session, consultation_id: int, kind: str, part_id: int) -> Part | None:
    """The part after this one, or None after the last."""
    parts = list_parts(session, consultation_id)
    here = [index for index, part in enumerate(parts) if (part.kind, part.id) == (kind, part_id)]
    return parts[here[0] + 1] if here and here[0] + 1 < len(parts) else None


def hold_sitting_open(session: Session, sitting_id: int) -> tuple[Sitting, Consultation]:
    """The sitting and its consultation as they are now, kept from closing until this send is in.

    On PostgreSQL a share lock, so that a close waits for sends under way and every later send sees
    it; SQLite has one writer and needs none.
    """
    query = (
        select(Sitting, Consultation)
        .join(Consultation, col(Consultation.id) == Sitting.consultation_id)
        .where(Sitting.id == sitting_id)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    )
    row = session.exec(query).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


def count_open_sittings(session: Session, consultation_id: int) -> int:
    """How many sittings of this consultation are still open."""
    query = select(func.count()).where(
        Sitting.consultation_id == consultation_id, col(Sitting.closed_at).is_(None)
    )
    return session.exec(query).one()
