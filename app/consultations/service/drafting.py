"""Verbs that make and change a draft: its words, its questions, its ballot."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from app.consultations import queries, rules
from app.consultations.models import Ballot, BallotOption, Consultation, Question, Survey
from app.consultations.rules import BallotFacts, QuestionFacts, QuestionKind, Reason
from app.consultations.service.deciding import actor_id, note, refuse_if
from app.core.errors import Refused
from app.staff.models import StaffAccount
from app.wishes.queries import list_wishes


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
    _hold_draft(session, consultation)
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
    _hold_draft(session, consultation)
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
    _hold_draft(session, consultation)
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
    _hold_draft(session, consultation)
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
    _hold_draft(session, consultation)
    order = queries.list_questions(session, question.survey_id)
    session.delete(question)
    session.flush()
    for later in order[order.index(question) + 1 :]:
        later.position -= 1
        session.flush()
    if len(order) == 1:
        session.delete(queries.get_survey(session, question.survey_id))
    note(session, "remove_question", consultation, actor, now, question=question.id)


def edit_ballot(
    session: Session,
    consultation: Consultation,
    *,
    title: str,
    question: str,
    max_choices: int,
    is_shuffled: bool = True,
    wish_numbers: Collection[int] = (),
    labels: Sequence[str] = (),
    actor: StaffAccount | None,
    now: datetime,
) -> Ballot:
    """Set the draft's ballot, new or again. Its options are wishes of the edition, or own words."""
    _hold_draft(session, consultation)
    options = _wish_options(session, consultation, wish_numbers) or [
        BallotOption(ballot_id=0, key=f"o{position}", position=position, label=label)
        for position, label in enumerate(labels, start=1)
    ]
    refuse_if(rules.why_not_ballot(BallotFacts(tuple(one.label for one in options), max_choices)))
    found = queries.list_ballots(session, consultation.id or 0)
    ballot = (
        found[0]
        if found
        else Ballot(consultation_id=consultation.id or 0, title=title, question=question)
    )
    ballot.title, ballot.question = title, question
    ballot.max_choices, ballot.is_shuffled = max_choices, is_shuffled
    session.add(ballot)
    session.flush()
    _replace_options(session, ballot, options)
    note(session, "edit_ballot", consultation, actor, now, ballot=ballot.id)
    return ballot


def remove_ballot(
    session: Session, consultation: Consultation, *, actor: StaffAccount | None, now: datetime
) -> None:
    """Take the ballot out of a draft."""
    _hold_draft(session, consultation)
    for ballot in queries.list_ballots(session, consultation.id or 0):
        _replace_options(session, ballot, [])
        session.delete(ballot)
        session.flush()
        note(session, "remove_ballot", consultation, actor, now, ballot=ballot.id)


def _hold_draft(session: Session, consultation: Consultation) -> None:
    queries.lock_consultation(session, consultation.id or 0)
    refuse_if(rules.why_not_edit(consultation.status))


def _options(kind: QuestionKind, labels: Sequence[str]) -> list[dict[str, Any]]:
    """Options with keys that are the same in every language and count."""
    if kind is QuestionKind.TEXT:
        return []
    mark = "" if kind is QuestionKind.SCALE else "o"  # the steps of a scale are plain numbers
    return [{"key": f"{mark}{n}", "label": label} for n, label in enumerate(labels, start=1)]


def _wish_options(
    session: Session, consultation: Consultation, numbers: Collection[int]
) -> list[BallotOption]:
    wishes = [one for one in list_wishes(session, consultation.edition_id) if one.number in numbers]
    return [
        BallotOption(
            ballot_id=0, key=f"w{wish.number}", position=position, label=wish.short_label,
            easy_read=wish.child_label, wish_id=wish.id,
        )
        for position, wish in enumerate(wishes, start=1)
    ]  # fmt: skip


def _replace_options(session: Session, ballot: Ballot, options: list[BallotOption]) -> None:
    for old in queries.list_options(session, ballot.id or 0):
        session.delete(old)
    session.flush()  # before the new ones: they may bear the same keys
    for option in options:
        option.ballot_id = ballot.id or 0
    session.add_all(options)
    session.flush()
