"""What is asked: consultations, surveys, questions, ballots and their sections."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.consultations.models import (
    Ballot,
    BallotOption,
    BallotSection,
    Consultation,
    Question,
    Survey,
)
from app.consultations.rules import (
    BallotFacts,
    ConsultationStatus,
    Definition,
    Draft,
    OptionDraft,
    PaperOption,
    PaperSection,
    QuestionFacts,
    SectionDraft,
    list_section_keys,
    read_definition,
)
from app.core.errors import NotFound
from app.wishes.queries import list_wishes

LANGUAGE = "en"  # what papers are written in first


@dataclass(frozen=True)
class AskedSection:
    """A section of a ballot with its options, as drafted."""

    section: BallotSection
    options: list[BallotOption]

    @property
    def draft(self) -> SectionDraft:
        """The section as it would be drafted again."""
        one = self.section
        options = tuple(
            OptionDraft(
                option.label, option.easy_read, option.picture, option.words,
                int(option.key[1:]) if option.wish_id else None,
            )
            for option in self.options
        )  # fmt: skip
        return SectionDraft(one.question, one.rule, one.max_choices, one.seats, options)


@dataclass(frozen=True)
class AskedBallot:
    """A ballot with its sections, as drafted."""

    ballot: Ballot
    sections: list[AskedSection]

    @property
    def facts(self) -> BallotFacts:
        """What the rules need to know of it."""
        return BallotFacts(tuple(one.draft.facts for one in self.sections))

    @property
    def paper(self) -> Definition:
        """The paper: as it was frozen; in a draft as it would be, ties not drawn yet."""
        if self.ballot.definition:
            return read_definition(self.ballot.definition)
        every = [option.words for one in self.sections for option in one.options]
        keys = list_section_keys(len(self.sections))
        return Definition(
            title=self.ballot.title,
            is_shuffled=self.ballot.is_shuffled,
            languages=tuple(sorted({LANGUAGE}.union(*every))),
            sections=tuple(map(_sketch_section, keys, self.sections)),
        )


def _sketch_section(key: str, asked: AskedSection) -> PaperSection:
    one = asked.section
    options = tuple(
        PaperOption(option.key, option.label, option.easy_read, option.picture, option.words)
        for option in asked.options
    )
    return PaperSection(key, one.question, one.rule, one.max_choices, one.seats, (), options)


@dataclass(frozen=True)
class Asked:
    """What a consultation asks: each survey with its questions, each ballot with its sections."""

    surveys: list[tuple[Survey, list[Question]]]
    ballots: list[AskedBallot]

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
        ballots=[AskedBallot(one, list_sections(session, one.id or 0)) for one in ballots],
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
        ballots=tuple(one.facts for one in asked.ballots),
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


def get_asked_ballot(session: Session, consultation_id: int, ballot_id: int) -> AskedBallot:
    """The ballot with this id, which must be one of this consultation, with its sections."""
    ballot = get_ballot(session, ballot_id)
    if ballot.consultation_id != consultation_id:
        raise NotFound
    return AskedBallot(ballot, list_sections(session, ballot_id))


def list_wish_options(session: Session, edition_id: int) -> tuple[OptionDraft, ...]:
    """The wishes of an edition as options of a ballot."""
    return tuple(
        OptionDraft(wish.short_label, wish.child_label, wish_number=wish.number)
        for wish in list_wishes(session, edition_id)
    )


def list_sections(session: Session, ballot_id: int) -> list[AskedSection]:
    """The sections of a ballot in their printed order, each with its options in theirs."""
    query = select(BallotSection).where(BallotSection.ballot_id == ballot_id)
    return [
        AskedSection(section, list_options(session, section.id or 0))
        for section in session.exec(query.order_by(col(BallotSection.position)))
    ]


def list_options(session: Session, section_id: int) -> list[BallotOption]:
    """The options of a section in their printed order."""
    query = select(BallotOption).where(BallotOption.section_id == section_id)
    return list(session.exec(query.order_by(col(BallotOption.position))))


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
