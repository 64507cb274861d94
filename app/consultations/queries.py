"""Every SELECT of the consultations floor."""

from collections.abc import Collection
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
from app.consultations.rules import BallotFacts, ConsultationStatus, Draft, QuestionFacts
from app.core.errors import NotFound
from app.core.tokens import tidy_code
from app.places.models import Place
from app.staff.models import StaffAccount
from app.staff.queries import list_place_ids
from app.staff.rules import Role


@dataclass(frozen=True)
class Asked:
    """What a consultation asks: each survey with its questions, each ballot with its options."""

    surveys: list[tuple[Survey, list[Question]]]
    ballots: list[tuple[Ballot, list[BallotOption]]]

    @property
    def questions(self) -> list[Question]:
        """The questions of all surveys, one after the other."""
        return [question for _, questions in self.surveys for question in questions]


def get_consultation(session: Session, consultation_id: int) -> Consultation:
    """The consultation with this id."""
    consultation = session.get(Consultation, consultation_id)
    if consultation is None:
        raise NotFound
    return consultation


def list_consultations(session: Session) -> list[Consultation]:
    """All consultations, newest first."""
    return list(session.exec(select(Consultation).order_by(col(Consultation.id).desc())))


def list_open_consultations(session: Session) -> list[Consultation]:
    """The consultations that take answers now, newest first."""
    query = select(Consultation).where(col(Consultation.status) == ConsultationStatus.OPEN)
    return list(session.exec(query.order_by(col(Consultation.id).desc())))


def list_consultation_slugs(session: Session) -> set[str]:
    """Every slug in use."""
    return set(session.exec(select(Consultation.slug)))


def lock_consultation(session: Session, consultation_id: int) -> Consultation:
    """The consultation as it stands now, held until the transaction ends.

    Editing, opening and closing decide on its status, so they take turns (on SQLite every
    writing transaction does; on PostgreSQL this row lock does it).
    """
    query = (
        select(Consultation)
        .where(Consultation.id == consultation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    consultation = session.exec(query).first()
    if consultation is None:
        raise NotFound
    return consultation


def get_asked(session: Session, consultation_id: int) -> Asked:
    """All questions and options of a consultation, in order."""
    surveys = list_surveys(session, consultation_id)
    ballots = list_ballots(session, consultation_id)
    return Asked(
        surveys=[(one, list_questions(session, one.id or 0)) for one in surveys],
        ballots=[(one, list_options(session, one.id or 0)) for one in ballots],
    )


def get_draft(session: Session, consultation: Consultation) -> Draft:
    """The facts on which opening is decided."""
    asked = get_asked(session, consultation.id or 0)
    return Draft(
        purpose=consultation.purpose,
        asked_by=consultation.asked_by,
        decision_maker=consultation.decision_maker,
        reply_by=consultation.reply_by,
        questions=tuple(
            QuestionFacts(
                question.kind,
                tuple(str(option["label"]) for option in question.options),
                question.max_choices,
            )
            for question in asked.questions
        ),
        ballots=tuple(
            BallotFacts(tuple(option.label for option in options), ballot.max_choices)
            for ballot, options in asked.ballots
        ),
    )


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


def get_question(session: Session, consultation_id: int, question_id: int) -> Question:
    """The question with this id, which must be one of this consultation."""
    query = (
        select(Question)
        .join(Survey, col(Survey.id) == Question.survey_id)
        .where(Question.id == question_id, Survey.consultation_id == consultation_id)
    )
    question = session.exec(query).first()
    if question is None:
        raise NotFound
    return question


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


def lock_sitting(session: Session, sitting_id: int) -> Sitting:
    """The sitting as it stands now, held until the transaction ends."""
    query = (
        select(Sitting)
        .where(Sitting.id == sitting_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    sitting = session.exec(query).first()
    if sitting is None:
        raise NotFound
    return sitting


def list_own_place_ids(session: Session, actor: StaffAccount) -> set[int] | None:
    """The places a youth worker works at; None for everybody who works city-wide."""
    return list_place_ids(session, actor.id or 0) if actor.role is Role.YOUTH_WORKER else None


def list_sittings(
    session: Session,
    *,
    own_place_ids: Collection[int] | None,
    consultation_id: int | None = None,
    limit: int = 200,
) -> list[tuple[Sitting, str, str]]:
    """Sittings with the names of their place (or "") and consultation; open first, then newest."""
    query = (
        select(Sitting, func.coalesce(Place.name, ""), Consultation.title)
        .join(Consultation, col(Consultation.id) == Sitting.consultation_id)
        .join(Place, col(Place.id) == Sitting.place_id, isouter=True)
        .order_by(col(Sitting.closed_at).is_not(None), col(Sitting.id).desc())
        .limit(limit)
    )
    if own_place_ids is not None:
        query = query.where(col(Sitting.place_id).in_(own_place_ids))
    if consultation_id is not None:
        query = query.where(Sitting.consultation_id == consultation_id)
    return [(sitting, place, title) for sitting, place, title in session.exec(query)]


def list_open_sittings(session: Session, consultation_id: int) -> list[Sitting]:
    """The sittings of a consultation at which answering goes on."""
    query = select(Sitting).where(
        Sitting.consultation_id == consultation_id, col(Sitting.closed_at).is_(None)
    )
    return list(session.exec(query.order_by(col(Sitting.id))))


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


def list_sources(session: Session) -> list[Source]:
    """The register of evidence from elsewhere, newest first."""
    return list(session.exec(select(Source).order_by(col(Source.id).desc())))
