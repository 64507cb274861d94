"""Sending a survey on both databases: once, with words; and what the slip leads back to."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from app.consultations.rules import GRACE, NonAnswer
from app.core.errors import Refused
from app.core.tokens import new_submission_id
from app.responses import queries
from app.responses.models import Answer, Response
from app.responses.rules import Given, Reason
from app.responses.service import Keys, Sent, send_response, sending
from app.responses.slips import hash_slip
from app.safeguarding.models import Concern
from app.safeguarding.rules import Tier
from app.texts.models import (
    ClassifierModel,
    DecidedWish,
    Decision,
    FreeText,
    SuggestedWish,
    Suggestion,
)
from app.texts.rules import Sorting
from tests.factories import Round, make_round

KEYS = Keys(b"a" * 32, b"b" * 32, b"c" * 32)


def answers_of(here: Round, text: str = "More buses please") -> dict[int, Given]:
    ids = [question.id or 0 for question in here.questions]
    return {
        ids[0]: Given(chosen=("yes",)),
        ids[1]: Given(non_answer=NonAnswer.DONT_KNOW),
        ids[2]: Given(chosen=("4",)),
        ids[3]: Given(text=text) if text else Given(non_answer=NonAnswer.SKIPPED),
    }


def send(session: Session, here: Round, now: datetime, **changes: object) -> Sent:
    facts = {
        "submission_id": new_submission_id(), "answers": answers_of(here), "language": "en",
        "keys": KEYS, "now": now,
    } | changes  # fmt: skip
    return send_response(session, here.sitting, here.survey, **facts)  # type: ignore[arg-type]


def test_a_send_is_found_again_by_its_words_only(session: Session, now: datetime) -> None:
    here = make_round(session, now=now)
    sent = send(session, here, now)
    assert sent.is_new
    response = queries.find_by_slip(session, hash_slip(KEYS.slip, sent.words))
    assert response is not None
    assert response.received_on == now.date()
    assert queries.find_by_slip(session, hash_slip(KEYS.slip, sent.words[::-1])) is None
    assert queries.count_by_sitting(session, here.sitting.id or 0) == 1
    stored = " ".join(str(value) for value in response.model_dump().values())
    assert not any(word in stored for word in sent.words)


def test_taken_words_lead_to_others_and_a_repeat_finds_them_again(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = make_round(session, now=now)
    crowded = {0: ("acorn", "badge", "candle", "drum"), 1: ("eagle", "flag", "goat", "hat")}
    monkeypatch.setattr(sending, "draw_words", lambda *facts: crowded[facts[-1]])
    first, second = new_submission_id(), new_submission_id()
    assert send(session, here, now, submission_id=first).words == crowded[0]
    assert send(session, here, now, submission_id=second).words == crowded[1]
    again = send(session, here, now, submission_id=second)
    assert again == Sent(crowded[1], is_new=False)
    assert len(session.exec(select(Response)).all()) == 2
    assert len(session.exec(select(FreeText)).all()) == 2


def test_other_answers_a_weak_id_and_a_late_send_are_refused(
    session: Session, now: datetime
) -> None:
    here = make_round(session, now=now)
    phone = new_submission_id()
    send(session, here, now, submission_id=phone)
    late = now + GRACE + timedelta(seconds=1)
    here.sitting.closed_at = now
    session.flush()
    for changes, reason in (
        ({"submission_id": phone, "answers": answers_of(here, "Trains")}, Reason.CHANGED),
        ({"submission_id": "0" * 32}, Reason.WEAK_ID),
        ({"now": late}, Reason.ENDED),
    ):
        with pytest.raises(Refused) as refusal:
            send(session, here, now, **changes) if "now" not in changes else send(
                session, here, late
            )
        assert refusal.value.reason is reason
    assert not send(session, here, late, submission_id=phone).is_new


def test_a_worry_is_held_apart_with_the_road_to_the_child(session: Session, now: datetime) -> None:
    here = make_round(session, now=now)
    send(session, here, now, answers=answers_of(here, "my dad hits me and i am scared to go home"))
    concern = session.exec(select(Concern)).one()
    assert concern.sitting_id == here.sitting.id
    assert concern.place_id == here.place.id


def test_wishes_of_a_response_come_from_people_before_the_machine(
    session: Session, now: datetime
) -> None:
    here = make_round(session, now=now)
    sent = send(session, here, now)
    response = queries.find_by_slip(session, hash_slip(KEYS.slip, sent.words))
    assert response is not None
    text_id = session.exec(select(Answer.text_id).where(Answer.text_id != None)).one()  # noqa: E711
    wish = [one.id or 0 for one in here.wishes]
    assert queries.list_wishes_of_response(session, response.id) == []
    for model, is_current in (("old", False), ("new", True)):
        session.add(
            ClassifierModel(
                id=model,
                edition_id=here.wishes[0].edition_id,
                is_current=is_current,
                created_at=now,
            )
        )
        session.flush()
        suggestion = Suggestion(
            text_id=text_id or "", model_id=model, sorting=Sorting.WISHES, created_at=now
        )
        session.add(suggestion)
        session.flush()
        numbers = (5, 6) if is_current else (1,)
        for number in numbers:
            session.add(
                SuggestedWish(suggestion_id=suggestion.id or 0, wish_id=wish[number - 1], score=0.9)
            )
    session.flush()
    assert queries.list_wishes_of_response(session, response.id) == [
        (wish[4], False), (wish[5], False),
    ]  # fmt: skip
    decision = Decision(text_id=text_id or "", sorting=Sorting.WISHES, decided_at=now)
    session.add(decision)
    session.flush()
    session.add(DecidedWish(decision_id=decision.id or 0, wish_id=wish[5]))
    session.flush()
    assert queries.list_wishes_of_response(session, response.id) == [(wish[5], True)]
    session.add(
        Concern(
            text_id=text_id or "", text="x", tier=Tier.TODAY, rules_version="test", raised_at=now
        )
    )
    session.flush()
    assert queries.list_wishes_of_response(session, response.id) == []
