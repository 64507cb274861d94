"""Counting sorted texts: decisions beat suggestions, held texts are in no count."""

from datetime import datetime

from sqlmodel import Session, col, select

from app.responses.models import Answer, Response
from app.responses.queries import count_sorted
from app.safeguarding.models import Concern
from app.safeguarding.rules import ConcernStatus
from app.texts.models import (
    ClassifierModel,
    DecidedWish,
    Decision,
    FreeText,
    Quote,
    SuggestedWish,
    Suggestion,
)
from app.texts.queries import list_approved_quotes
from app.texts.rules import QuoteStatus, Sorting
from app.texts.service import store_text
from tests.factories import Round, make_round
from tests.texts.factories import make_officer


def _suggest(session: Session, text: FreeText, wishes: list[int], now: datetime) -> Suggestion:
    if session.get(ClassifierModel, "m1") is None:
        session.add(ClassifierModel(id="m1", edition_id=1, is_current=True, created_at=now))
        session.flush()
    kind = Sorting.WISHES if wishes else Sorting.NONE
    row = Suggestion(text_id=text.id, model_id="m1", sorting=kind, created_at=now)
    session.add(row)
    session.flush()
    for wish_id in wishes:
        session.add(SuggestedWish(suggestion_id=row.id or 0, wish_id=wish_id, score=0.9))
    session.flush()
    return row


def _decide(session: Session, text: FreeText, wishes: list[int], now: datetime) -> None:
    kind = Sorting.WISHES if wishes else Sorting.NONE
    row = Decision(text_id=text.id, sorting=kind, decided_at=now)
    session.add(row)
    session.flush()
    for wish_id in wishes:
        session.add(DecidedWish(decision_id=row.id or 0, wish_id=wish_id))
    session.flush()


def _store(session: Session, made: Round, text: str, now: datetime) -> FreeText:
    return store_text(
        session, text, language="en", now=now, consultation_id=made.consultation.id,
        sitting_id=made.sitting.id,
    )  # fmt: skip


def test_a_decision_beats_a_suggestion(session: Session, now: datetime) -> None:
    made = make_round(session, now=now)
    first, second = (wish.id or 0 for wish in made.wishes[:2])
    session.add(ClassifierModel(
        id="m1", edition_id=made.consultation.edition_id, is_current=True, created_at=now,
    ))  # fmt: skip
    bus = _store(session, made, "buses", now)
    park = _store(session, made, "a park", now)
    _store(session, made, "nobody read this", now)
    _suggest(session, bus, [first], now)
    _suggest(session, park, [first, second], now)
    _decide(session, park, [second], now)

    counts = count_sorted(session, consultation_id=made.consultation.id)

    assert counts.texts == 3
    assert counts.by_wish == {first: 1, second: 1}
    assert counts.by_sorting == {Sorting.WISHES: 2}


def test_texts_of_one_response_are_one_respondent(session: Session, now: datetime) -> None:
    made = make_round(session, now=now)
    wish = made.wishes[0].id or 0
    session.add(Response(
        id="r1", survey_id=made.survey.id or 0, received_on=now.date(), answers_hash="x",
        slip_hash="y",
    ))  # fmt: skip
    session.flush()
    for number, question in enumerate(made.questions[:2]):
        text = _store(session, made, f"more buses {number}", now)
        session.add(Answer(
            id=f"a{number}", response_id="r1", question_id=question.id or 0, text_id=text.id,
        ))  # fmt: skip
        _decide(session, text, [wish], now)

    counts = count_sorted(session, consultation_id=made.consultation.id)

    assert (counts.texts, counts.respondents, counts.by_wish) == (2, 1, {wish: 1})


def test_a_held_text_is_in_no_count_and_no_quote(session: Session, now: datetime) -> None:
    made = make_round(session, now=now)
    wish = made.wishes[0].id or 0
    officer = make_officer(session, now=now)
    held = _store(session, made, "my dad hits me", now)
    concern = session.exec(select(Concern).where(col(Concern.text_id) == held.id)).one()
    _decide(session, held, [wish], now)
    session.add(Quote(
        text_id=held.id, wish_id=wish, wording="never", status=QuoteStatus.APPROVED,
        proposed_by_id=officer.id or 0, proposed_at=now,
    ))  # fmt: skip
    session.flush()

    assert concern.occasion == f"Test School A · code {made.sitting.class_code}"
    assert count_sorted(session).texts == 0
    assert count_sorted(session).by_wish == {}
    assert list_approved_quotes(session, wish) == []

    concern.status = ConcernStatus.RELEASED
    session.flush()
    assert count_sorted(session, consultation_id=made.consultation.id).by_wish == {wish: 1}
    assert len(list_approved_quotes(session, wish, consultation_id=made.consultation.id)) == 1
