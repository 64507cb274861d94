"""What a phone posts. The fields of a survey depend on its questions, so rules read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import BaseModel

from app.consultations.rules import QuestionKind
from app.responses.rules import AnswerProblem, Asked, Given, read_answer


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
