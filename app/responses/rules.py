"""Rules of responses. Pure: facts in, a reason or a value out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.consultations.rules import (
    ConsultationStatus,
    NonAnswer,
    QuestionKind,
    is_taking_answers,
)

TEXT_LIMIT = 2000  # characters of one free text sent from a phone


class Reason(StrEnum):
    """Why a send is not taken."""

    ENDED = "ended"
    CHANGED = "changed"
    WEAK_ID = "weak_id"


class AnswerProblem(StrEnum):
    """What is wrong with one answer; the page is shown again with it."""

    MISSING = "missing"  # a question that wants an answer or a said non-answer
    UNKNOWN = "unknown"  # an option that is not there
    ONLY_ONE = "only_one"
    TOO_MANY = "too_many"
    TOO_LONG = "too_long"
    TEXT_AND_NOT = "text_and_not"  # words, and "I would rather not say" as well


@dataclass(frozen=True)
class Asked:
    """A question as the rules need it."""

    id: int
    kind: QuestionKind
    keys: tuple[str, ...]
    most: int  # choices allowed
    is_required: bool


@dataclass(frozen=True)
class Given:
    """One answer: chosen keys, or words, or one of four non-answers; never two of them."""

    chosen: tuple[str, ...] = ()
    text: str = ""
    non_answer: NonAnswer | None = None


def why_not_send(
    status: ConsultationStatus, closed_at: datetime | None, *, now: datetime
) -> Reason | None:
    """Why a new send is not taken at this sitting, if so."""
    return None if is_taking_answers(status, closed_at, now=now) else Reason.ENDED


def most_choices(kind: QuestionKind, max_choices: int | None, options: int) -> int:
    """How many options may be chosen."""
    return (max_choices or options) if kind is QuestionKind.SEVERAL else 1


def read_answer(asked: Asked, values: list[str], refused: str) -> Given | AnswerProblem:
    """What was answered, from the posted values and the posted way of not answering ("" for none).

    A said non-answer beats ticked options, which a page without script cannot always untick; with
    words it is a contradiction only the writer can solve. Nothing at all is *skipped*.
    """
    values = list(dict.fromkeys(value for value in values if value.strip()))
    if refused:
        return _read_non_answer(asked, values, refused)
    if not values:
        missing = asked.is_required
        return AnswerProblem.MISSING if missing else Given(non_answer=NonAnswer.SKIPPED)
    if asked.kind is QuestionKind.TEXT:
        text = values[0].strip()
        return AnswerProblem.TOO_LONG if len(text) > TEXT_LIMIT else Given(text=text)
    if not set(asked.keys).issuperset(values):
        return AnswerProblem.UNKNOWN
    if len(values) > asked.most:
        return AnswerProblem.ONLY_ONE if asked.most == 1 else AnswerProblem.TOO_MANY
    return Given(chosen=tuple(key for key in asked.keys if key in values))


def _read_non_answer(asked: Asked, values: list[str], refused: str) -> Given | AnswerProblem:
    if refused not in set(NonAnswer):
        return AnswerProblem.UNKNOWN
    if asked.kind is QuestionKind.TEXT and values:
        return AnswerProblem.TEXT_AND_NOT
    return Given(non_answer=NonAnswer(refused))


def canonical_answers(answers: Mapping[int, Given]) -> str:
    """One text for the same answers, whatever the order they came in."""
    rows = [
        [question_id, list(given.chosen), given.text, given.non_answer]
        for question_id, given in sorted(answers.items())
    ]
    return json.dumps(rows, ensure_ascii=True, separators=(",", ":"))
