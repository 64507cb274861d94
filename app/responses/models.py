"""Tables of the responses floor."""

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.consultations.rules import NonAnswer
from app.core.db import enum_column, json_column


class Response(SQLModel, table=True):
    """One sent survey. The key is a keyed hash of the submission id made on the phone.

    `received_on` is a day, never a time; `slip_hash` is a keyed hash of the four words.
    """

    id: str = Field(max_length=64, primary_key=True)
    survey_id: int = Field(foreign_key="survey.id", index=True)
    sitting_id: int | None = Field(default=None, foreign_key="sitting.id", index=True)
    received_on: date
    language: str = Field(default="en", max_length=20)
    answers_hash: str = Field(max_length=64)  # a repeat must say the same
    slip_hash: str = Field(max_length=64, unique=True)


class Answer(SQLModel, table=True):
    """The answer to one question: chosen keys, or a free text, or one of four non-answers."""

    __table_args__ = (UniqueConstraint("response_id", "question_id"),)

    id: str = Field(max_length=32, primary_key=True)  # random: rows of a response have no order
    response_id: str = Field(foreign_key="response.id")
    question_id: int = Field(foreign_key="question.id", index=True)
    chosen: list[str] = Field(default_factory=list, sa_column=json_column())
    text_id: str | None = Field(default=None, foreign_key="free_text.id", unique=True)
    non_answer: NonAnswer | None = Field(
        default=None, sa_column=enum_column(NonAnswer, nullable=True)
    )
