"""Tables of the consultations floor."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.consultations.rules import (
    BallotRule,
    ConsultationStatus,
    ParticipationBasis,
    QuestionKind,
    SittingMode,
    SourceKind,
)
from app.core.db import enum_column, json_column


class Consultation(SQLModel, table=True):
    """The whole round: what is asked, why, and who promised to answer by when."""

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=80, unique=True)
    title: str = Field(max_length=160)
    purpose: str = Field(default="", max_length=2000)  # plain words, shown to young people
    asked_by: str = Field(default="", max_length=200)
    decision_maker: str = Field(default="", max_length=200)  # who promised to listen
    reply_by: date | None = None
    edition_id: int = Field(foreign_key="wish_edition.id")
    status: ConsultationStatus = Field(
        default=ConsultationStatus.DRAFT, sa_column=enum_column(ConsultationStatus, index=True)
    )
    is_sample: bool = False
    created_by_id: int | None = Field(default=None, foreign_key="staff_account.id")
    created_at: datetime
    opened_at: datetime | None = None
    closed_at: datetime | None = None


class Survey(SQLModel, table=True):
    """A set of questions answered together."""

    id: int | None = Field(default=None, primary_key=True)
    consultation_id: int = Field(foreign_key="consultation.id", index=True)
    title: str = Field(max_length=160)
    intro: str = Field(default="", max_length=1000)


class Question(SQLModel, table=True):
    """One question. `options` holds `{"key", "label"}` for choices and for the steps of a scale."""

    __table_args__ = (UniqueConstraint("survey_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    survey_id: int = Field(foreign_key="survey.id")
    position: int
    kind: QuestionKind = Field(sa_column=enum_column(QuestionKind))
    text: str = Field(max_length=400)
    hint: str = Field(default="", max_length=400)
    options: list[dict[str, Any]] = Field(default_factory=list, sa_column=json_column())
    max_choices: int | None = None  # several: at most so many
    is_required: bool = False


class Ballot(SQLModel, table=True):
    """A paper put to the vote: one or more sections. Frozen when its consultation opens.

    `definition` is the canonical text of `rules.Definition`, written at freezing; from then on it
    is what counts, and the rows of sections and options are only how it was drafted.
    """

    id: int | None = Field(default=None, primary_key=True)
    consultation_id: int = Field(foreign_key="consultation.id", index=True)
    title: str = Field(max_length=160)
    is_shuffled: bool = True  # options in a different order on each phone
    definition: str = ""
    definition_hash: str = Field(default="", max_length=64)


class BallotSection(SQLModel, table=True):
    """One question on the paper, with its own rule."""

    __tablename__ = "ballot_section"
    __table_args__ = (UniqueConstraint("ballot_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    ballot_id: int = Field(foreign_key="ballot.id")
    position: int
    question: str = Field(max_length=400)
    rule: BallotRule = Field(default=BallotRule.CHOICES, sa_column=enum_column(BallotRule))
    max_choices: int | None = None  # None: as many as there are options
    seats: int = 1  # how many win


class BallotOption(SQLModel, table=True):
    """One option of a section. `key` is short ASCII, the same in every language and count."""

    __tablename__ = "ballot_option"
    __table_args__ = (
        UniqueConstraint("section_id", "key"),
        UniqueConstraint("section_id", "position"),
    )

    id: int | None = Field(default=None, primary_key=True)
    section_id: int = Field(foreign_key="ballot_section.id")
    key: str = Field(max_length=20)
    position: int
    label: str = Field(max_length=200)
    easy_read: str = Field(default="", max_length=300)
    picture: str = Field(default="", max_length=40)  # "wish-6", or one emoji
    words: dict[str, str] = Field(default_factory=dict, sa_column=json_column())  # by language
    wish_id: int | None = Field(default=None, foreign_key="wish.id")


class Sitting(SQLModel, table=True):
    """One occasion at which a group answers: a class, a club evening, a stall, a public link."""

    id: int | None = Field(default=None, primary_key=True)
    consultation_id: int = Field(foreign_key="consultation.id", index=True)
    place_id: int | None = Field(default=None, foreign_key="place.id", index=True)
    label: str = Field(default="", max_length=120)  # "Year 8, period 3": never a person's name
    mode: SittingMode = Field(sa_column=enum_column(SittingMode))
    class_code: str = Field(max_length=8, unique=True)
    expected_heads: int | None = None
    basis: ParticipationBasis = Field(sa_column=enum_column(ParticipationBasis))
    basis_confirmed_by_id: int | None = Field(default=None, foreign_key="staff_account.id")
    opened_by_id: int | None = Field(default=None, foreign_key="staff_account.id")
    opened_at: datetime
    closed_at: datetime | None = None
    closing_note: str = Field(default="", max_length=1000)


class Source(SQLModel, table=True):
    """Evidence from elsewhere: what it is, how it was gathered, what to be careful about."""

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=80, unique=True)
    title: str = Field(max_length=200)
    kind: SourceKind = Field(sa_column=enum_column(SourceKind))
    owner: str = Field(default="", max_length=200)
    method: str = Field(default="", max_length=1000)
    ages: str = Field(default="", max_length=60)
    from_on: date | None = None
    to_on: date | None = None
    people: int | None = None  # only where the owner knows it; responses are not people
    licence: str = Field(default="", max_length=300)
    caveat: str = Field(default="", max_length=1000)
    edition_id: int = Field(foreign_key="wish_edition.id")
    is_closed: bool = False  # a closed batch: nothing is released before
    created_at: datetime
