"""What a phone posts. The fields of a survey depend on its questions, so rules read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel

from app.responses.rules import AnswerProblem, Asked, Given, read_answer


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
