"""Every SELECT of the responses floor. A text held for the safeguarding lead is in none of them."""

import json
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, union_all
from sqlmodel import Session, col, func, select

from app.consultations import queries as consultations
from app.consultations.models import Question, Sitting, Survey
from app.consultations.queries import Part
from app.consultations.rules import ConsultationStatus, NonAnswer
from app.core.errors import NotFound
from app.responses.models import Answer, Response
from app.responses.rules import Asked, most_choices
from app.safeguarding.models import HelpContact
from app.safeguarding.queries import held_text_ids, list_help_contacts
from app.texts.models import (
    DecidedWish,
    Decision,
    FreeText,
    SuggestedWish,
    Suggestion,
)
from app.texts.queries import current_decision, current_model_ids, current_suggestion, in_scope
from app.texts.rules import Sorting


@dataclass(frozen=True)
class SortedCounts:
    """How the texts of a consultation or a source are sorted. `by_sorting` counts texts,
    those nobody has read yet in none. `respondents` and `by_wish` count people as far as we can
    tell: the texts of one response are one, a text from elsewhere is one. A person who names a
    wish in two answers joins it once.
    """

    texts: int
    respondents: int
    by_wish: dict[int, int] = field(default_factory=dict)
    by_sorting: dict[Sorting, int] = field(default_factory=dict)


def count_sorted(
    session: Session, *, consultation_id: int | None = None, source_id: int | None = None
) -> SortedCounts:
    """What the texts are about: a person's decision beats the current model's suggestion."""
    scope = in_scope(consultation_id, source_id)
    voice = func.coalesce(col(Answer.response_id), col(FreeText.id))
    base = select(func.count(), func.count(func.distinct(voice))).select_from(FreeText)
    base = base.outerjoin(Answer, col(Answer.text_id) == col(FreeText.id)).where(scope)
    texts, respondents = session.exec(base).one()
    sorting = func.coalesce(col(Decision.sorting), col(Suggestion.sorting))
    by_sorting = (
        select(sorting, func.count())
        .select_from(FreeText)
        .outerjoin(Decision, current_decision())
        .outerjoin(Suggestion, current_suggestion())
        .where(scope, sorting.is_not(None))
        .group_by(sorting)
    )
    return SortedCounts(
        texts=texts,
        respondents=respondents,
        by_wish=_count_by_wish(session, scope),
        by_sorting={Sorting(kind): number for kind, number in session.exec(by_sorting)},
    )


def _count_by_wish(session: Session, scope: ColumnElement[bool]) -> dict[int, int]:
    voice = func.coalesce(col(Answer.response_id), col(FreeText.id)).label("voice")
    decided: Any = (
        select(col(DecidedWish.wish_id).label("wish_id"), voice)
        .select_from(FreeText)
        .join(Decision, current_decision())
        .join(DecidedWish, col(DecidedWish.decision_id) == col(Decision.id))
        .outerjoin(Answer, col(Answer.text_id) == col(FreeText.id))
        .where(scope)
    )
    suggested: Any = (
        select(col(SuggestedWish.wish_id).label("wish_id"), voice)
        .select_from(FreeText)
        .join(Suggestion, current_suggestion())
        .join(SuggestedWish, col(SuggestedWish.suggestion_id) == col(Suggestion.id))
        .outerjoin(Decision, current_decision())
        .outerjoin(Answer, col(Answer.text_id) == col(FreeText.id))
        .where(scope, col(Decision.id).is_(None), col(Suggestion.sorting) == Sorting.WISHES)
    )
    both = union_all(decided, suggested).subquery()
    query = select(both.c.wish_id, func.count(func.distinct(both.c.voice)))
    return dict(session.exec(query.group_by(both.c.wish_id)).all())


def find_response(session: Session, response_id: str) -> Response | None:
    """The response with this key, if it is stored."""
    return session.get(Response, response_id)


def find_by_slip(session: Session, slip_hash: str) -> Response | None:
    """The response whose four words have this hash (`slips.hash_slip`)."""
    return session.exec(select(Response).where(Response.slip_hash == slip_hash)).first()


def count_by_sitting(session: Session, sitting_id: int) -> int:
    """How many surveys came from a sitting, without what they say."""
    query = select(func.count()).select_from(Response).where(col(Response.sitting_id) == sitting_id)
    return session.exec(query).one()


def list_wishes_of_response(session: Session, response_id: str) -> list[tuple[int, bool]]:
    """The wishes this response's words join: (wish id, whether a person decided it), by wish id.

    A person's decision about a text replaces the machine's suggestion for it. Texts held apart for
    the safeguarding lead join nothing here, as everywhere.
    """
    texts = select(Answer.text_id).where(
        Answer.response_id == response_id,
        col(Answer.text_id).is_not(None),
        col(Answer.text_id).not_in(held_text_ids()),
    )
    decided_texts = select(Decision.text_id).where(col(Decision.is_current))
    decided = (
        select(DecidedWish.wish_id)
        .join(Decision, col(Decision.id) == DecidedWish.decision_id)
        .where(col(Decision.text_id).in_(texts), col(Decision.is_current))
    )
    suggested = (
        select(SuggestedWish.wish_id)
        .join(Suggestion, col(Suggestion.id) == SuggestedWish.suggestion_id)
        .where(
            col(Suggestion.model_id).in_(current_model_ids()),
            Suggestion.sorting == Sorting.WISHES,
            col(Suggestion.text_id).in_(texts),
            col(Suggestion.text_id).not_in(decided_texts),
        )
    )
    by_wish = dict.fromkeys(session.exec(suggested), False)
    by_wish |= dict.fromkeys(session.exec(decided), True)
    return sorted(by_wish.items())


@dataclass(frozen=True)
class QuestionCounts:
    """How one question was answered. A response without a row for it counts as skipped."""

    answered: int = 0
    by_option: dict[str, int] = field(default_factory=dict)  # option key -> responses
    by_non_answer: dict[NonAnswer, int] = field(default_factory=dict)


@dataclass(frozen=True)
class SurveyCounts:
    """Exact counts of a survey, for staff and for the disclosure gate; never shown as they are."""

    responses: int
    questions: dict[int, QuestionCounts]


def count_answers(session: Session, survey_id: int) -> SurveyCounts:
    """Count every question of a survey. Answers given alike are grouped by the database."""
    responses = session.exec(
        select(func.count()).select_from(Response).where(Response.survey_id == survey_id)
    ).one()
    given = cast(col(Answer.chosen), Text)
    query = (
        select(Answer.question_id, col(Answer.non_answer), given, func.count())
        .join(Response, col(Response.id) == Answer.response_id)
        .where(Response.survey_id == survey_id)
        .group_by(col(Answer.question_id), col(Answer.non_answer), given)
    )
    questions = {
        question_id: QuestionCounts()
        for question_id in session.exec(select(Question.id).where(Question.survey_id == survey_id))
        if question_id is not None
    }
    silent: dict[int, int] = {}
    for question_id, non_answer, chosen, number in session.exec(query):
        counts = questions[question_id]
        if non_answer is not None:
            counts.by_non_answer[non_answer] = counts.by_non_answer.get(non_answer, 0) + number
            silent[question_id] = silent.get(question_id, 0) + number
            continue
        questions[question_id] = replace(counts, answered=counts.answered + number)
        for key in json.loads(chosen):
            counts.by_option[key] = counts.by_option.get(key, 0) + number
    for question_id, counts in questions.items():
        unsaid = responses - counts.answered - silent.get(question_id, 0)
        if unsaid:
            skipped = counts.by_non_answer.get(NonAnswer.SKIPPED, 0)
            counts.by_non_answer[NonAnswer.SKIPPED] = skipped + unsaid
    return SurveyCounts(responses, questions)


@dataclass(frozen=True)
class OpenedSurvey:
    """A survey as it lies before a young person at a sitting, open or closed."""

    sitting: Sitting
    survey: Survey
    questions: list[Question]
    status: ConsultationStatus
    next_part: Part | None
    help_contacts: list[HelpContact]

    @property
    def asked(self) -> list[Asked]:
        """The questions as the rules need them."""
        return [
            Asked(
                id=question.id or 0,
                kind=question.kind,
                keys=tuple(str(option["key"]) for option in question.options),
                most=most_choices(question.kind, question.max_choices, len(question.options)),
                is_required=question.is_required,
            )
            for question in self.questions
        ]


def get_opened_survey(session: Session, code: str, survey_id: int, *, today: date) -> OpenedSurvey:
    """The survey at the sitting with this class code. NotFound when it is not asked there."""
    sitting = get_sitting_by_code(session, code)
    survey = consultations.get_survey(session, survey_id)
    if survey.consultation_id != sitting.consultation_id:
        raise NotFound
    round_ = consultations.get_consultation(session, sitting.consultation_id)
    return OpenedSurvey(
        sitting=sitting,
        survey=survey,
        questions=consultations.list_questions(session, survey_id),
        status=round_.status,
        next_part=consultations.find_next_part(session, round_.id or 0, "survey", survey_id),
        help_contacts=list_help_contacts(session, today),
    )


def get_sitting_by_code(session: Session, code: str) -> Sitting:
    """The sitting with this class code, open or closed."""
    sitting = consultations.find_sitting(session, code)
    if sitting is None:
        raise NotFound
    return sitting
