"""What a phone posts, and what the desk does.

The fields of a survey depend on its questions, so rules read them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Protocol

from fastapi import Path
from pydantic import BaseModel, Field

from app.consultations.rules import QuestionKind
from app.responses.rules import AnswerProblem, Asked, Given, QuoteStatus, Sorting, read_answer


class QuestionLike(Protocol):
    """What a page needs of a question's row."""

    text: str
    hint: str
    options: list[dict[str, Any]]


class SentSurvey(BaseModel):
    """The one fixed field: the id of this send. Answers are read by `read_answers`."""

    submission_id: str = ""


def name_of(question_id: int) -> str:
    """The name of a question's own field."""
    return f"q{question_id}"


def refusal_name_of(question_id: int) -> str:
    """The name of the field that says why a question is not answered."""
    return f"not{question_id}"


@dataclass(frozen=True)
class QuestionRow:
    """One question as its template needs it, with what was posted when the page comes back."""

    name: str
    refusal_name: str
    kind: QuestionKind
    text: str
    hint: str
    options: list[dict[str, str]]
    most: int
    is_required: bool
    is_first_text: bool
    chosen: list[str]
    refused: str
    problem: AnswerProblem | None

    @property
    def points(self) -> list[tuple[str, str]]:
        """The steps of a scale."""
        return [(option["value"], option["label"]) for option in self.options]

    @property
    def is_narrow(self) -> bool:
        """Whether the steps fit beside each other on a phone: figures do, words do not."""
        return all(len(option["label"]) <= 3 for option in self.options)


@dataclass(frozen=True)
class ReadAnswers:
    """The answers that make sense, and the problems of those that do not, by question id."""

    given: dict[int, Given] = field(default_factory=dict)
    problems: dict[int, AnswerProblem] = field(default_factory=dict)


def read_answers(asked: Sequence[Asked], posted: Mapping[str, list[str]]) -> ReadAnswers:
    """Every question's answer out of the posted fields."""
    read = ReadAnswers()
    for question in asked:
        values = posted.get(name_of(question.id), [])
        refused = (posted.get(refusal_name_of(question.id)) or [""])[0]
        answer = read_answer(question, values, refused)
        if isinstance(answer, AnswerProblem):
            read.problems[question.id] = answer
        else:
            read.given[question.id] = answer
    return read


def describe_questions(
    questions: Sequence[QuestionLike],
    asked: Sequence[Asked],
    posted: Mapping[str, list[str]],
    read: ReadAnswers | None,
) -> list[QuestionRow]:
    """The rows of the page. Posted values are kept whole, also those that are wrong."""
    texts = [one.id for one in asked if one.kind is QuestionKind.TEXT]
    return [
        QuestionRow(
            name=name_of(one.id),
            refusal_name=refusal_name_of(one.id),
            kind=one.kind,
            text=question.text,
            hint=question.hint,
            options=[
                {"value": str(option["key"]), "label": str(option["label"])}
                for option in question.options
            ],
            most=one.most,
            is_required=one.is_required,
            is_first_text=one.id in texts[:1],
            chosen=posted.get(name_of(one.id), []),
            refused=(posted.get(refusal_name_of(one.id)) or [""])[0],
            problem=read.problems.get(one.id) if read else None,
        )
        for question, one in zip(questions, asked, strict=True)
    ]


# A text's id in a path: anything else is a page of ours (422), never a database error.
TextId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


class UploadTexts(BaseModel):
    """The file itself is read beside the form."""


class StartImport(BaseModel):
    """Which columns to read, and where the texts come from."""

    source_id: int = Field(ge=1, le=2_147_483_647)
    text_column: str = Field(max_length=200)
    id_column: str = Field(default="", max_length=200)


class DecideWishes(BaseModel):
    """One decision at the review desk, and where in the queue it was made."""

    sorting: Sorting = Sorting.WISHES
    wish_ids: list[int] = []
    suggestion_id: int | None = Field(default=None, ge=1, le=2_147_483_647)
    doubt: float | None = None
    queue: str = Field(default="", max_length=40)

    @property
    def chosen_wishes(self) -> list[int]:
        """The ticked wishes, where the button pressed was about wishes."""
        return self.wish_ids if self.sorting is Sorting.WISHES else []


class AboutQueue(BaseModel):
    """Which queue a person works on: `c12` a consultation, `s3` a source, empty for all."""

    queue: str = Field(default="", max_length=40)
    doubt: float | None = None


class ProposeQuote(BaseModel):
    """Wording to be published for a wish."""

    wish_id: int = Field(ge=1, le=2_147_483_647)
    wording: str = Field(min_length=3, max_length=400)


class JudgeQuote(BaseModel):
    """Approve or decline."""

    status: Literal[QuoteStatus.APPROVED, QuoteStatus.DECLINED]
