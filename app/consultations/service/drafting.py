"""Verbs that make and change a draft: its words, its questions, its ballot."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from app.consultations import queries, rules
from app.consultations.models import Consultation, Question, Survey
from app.consultations.rules import QuestionFacts, QuestionKind, Reason
from app.consultations.service.deciding import actor_id, hold_draft, note, refuse_if
from app.core.errors import Refused
from app.staff.models import StaffAccount


def draft_consultation(
    session: Session,
    *,
    title: str,
    edition_id: int,
    purpose: str = "",
    asked_by: str = "",
    decision_maker: str = "",
    reply_by: date | None = None,
    is_sample: bool = False,
    actor: StaffAccount | None,
    now: datetime,
) -> Consultation:
    """A new draft. Only its title is needed at first; `list_hindrances` says what else."""
    taken = queries.list_consultation_slugs(session)
    consultation = Consultation(
        slug=rules.make_slug(title, otherwise="consultation", taken=taken),
        title=title,
        purpose=purpose,
        asked_by=asked_by,
        decision_maker=decision_maker,
        reply_by=reply_by,
        edition_id=edition_id,
        is_sample=is_sample,
        created_by_id=actor_id(actor),
        created_at=now,
    )
    session.add(consultation)
    session.flush()
    note(session, "draft_consultation", consultation, actor, now)
    return consultation


def edit_consultation(
    session: Session,
    consultation: Consultation,
    *,
    title: str,
    purpose: str,
    asked_by: str,
    decision_maker: str,
    reply_by: date | None,
    actor: StaffAccount | None,
    now: datetime,
) -> Consultation:
    """Change the words about a draft."""
    hold_draft(session, consultation)
    consultation.title, consultation.purpose = title, purpose
    consultation.asked_by, consultation.decision_maker = asked_by, decision_maker
    consultation.reply_by = reply_by
    for survey in queries.list_surveys(session, consultation.id or 0):
        survey.title = title
    note(session, "edit_consultation", consultation, actor, now)
    return consultation


def add_question(
    session: Session,
    consultation: Consultation,
    *,
    kind: QuestionKind,
    text: str,
    hint: str = "",
    labels: Sequence[str] = (),
    max_choices: int | None = None,
    actor: StaffAccount | None,
    now: datetime,
) -> Question:
    """Add a question at the end of the draft's survey, which is made with its first question."""
    hold_draft(session, consultation)
    asked = queries.get_asked(session, consultation.id or 0)
    if len(asked.questions) >= rules.MOST_QUESTIONS:
        raise Refused(Reason.TOO_MANY_QUESTIONS)
    refuse_if(rules.why_not_question(QuestionFacts(kind, tuple(labels), max_choices)))
    if asked.surveys:
        survey, questions = asked.surveys[0]
    else:
        survey, questions = (
            Survey(consultation_id=consultation.id or 0, title=consultation.title),
            [],
        )
        session.add(survey)
        session.flush()
    question = Question(
        survey_id=survey.id or 0,
        position=max((one.position for one in questions), default=0) + 1,
        kind=kind,
        text=text,
        hint=hint,
        options=_options(kind, labels),
        max_choices=max_choices if kind is QuestionKind.SEVERAL else None,
    )
    session.add(question)
    session.flush()
    note(session, "add_question", consultation, actor, now, question=question.id)
    return question


def edit_question(
    session: Session,
    consultation: Consultation,
    question: Question,
    *,
    text: str,
    hint: str = "",
    labels: Sequence[str] = (),
    max_choices: int | None = None,
    actor: StaffAccount | None,
    now: datetime,
) -> Question:
    """Change a question of a draft; its kind stays."""
    hold_draft(session, consultation)
    refuse_if(rules.why_not_question(QuestionFacts(question.kind, tuple(labels), max_choices)))
    question.text, question.hint = text, hint
    question.options = _options(question.kind, labels)
    question.max_choices = max_choices if question.kind is QuestionKind.SEVERAL else None
    note(session, "edit_question", consultation, actor, now, question=question.id)
    return question


def move_question(
    session: Session,
    consultation: Consultation,
    question: Question,
    *,
    step: int,
    actor: StaffAccount | None,
    now: datetime,
) -> None:
    """Let a question change places with its neighbour: `step` -1 is up, 1 is down."""
    hold_draft(session, consultation)
    order = queries.list_questions(session, question.survey_id)
    target = order.index(question) + step
    if not 0 <= target < len(order):
        return  # already first or last: nothing to do, nothing to complain about
    other = order[target]
    here, there = question.position, other.position
    question.position = -1  # two rows may not hold one position even for a moment
    session.flush()
    other.position = here
    session.flush()
    question.position = there
    session.flush()
    note(session, "move_question", consultation, actor, now, question=question.id)


def remove_question(
    session: Session,
    consultation: Consultation,
    question: Question,
    *,
    actor: StaffAccount | None,
    now: datetime,
) -> None:
    """Take a question out of a draft; the survey goes with its last one."""
    hold_draft(session, consultation)
    order = queries.list_questions(session, question.survey_id)
    session.delete(question)
    session.flush()
    for later in order[order.index(question) + 1 :]:
        later.position -= 1
        session.flush()
    if len(order) == 1:
        session.delete(queries.get_survey(session, question.survey_id))
    note(session, "remove_question", consultation, actor, now, question=question.id)


def _options(kind: QuestionKind, labels: Sequence[str]) -> list[dict[str, Any]]:
    """Options with keys that are the same in every language and count."""
    if kind is QuestionKind.TEXT:
        return []
    mark = "" if kind is QuestionKind.SCALE else "o"  # the steps of a scale are plain numbers
    return [{"key": f"{mark}{n}", "label": label} for n, label in enumerate(labels, start=1)]
