"""Taking in a survey sent from a phone: exactly once, with four words to come back by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import uuid4

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.consultations.models import Consultation, Sitting, Survey
from app.consultations.queries import hold_sitting_open
from app.core.clock import leeds_day
from app.core.errors import NotFound, Refused
from app.core.tokens import is_strong_id, keyed_hash
from app.responses import queries, rules
from app.responses.models import Answer, Response
from app.responses.rules import Given, Reason
from app.responses.slips import draw_words, hash_slip, list_words
from app.texts.service.storing import store_text

SLIP_DRAWS = 20  # four words taken already: draw others, at most so often


@dataclass(frozen=True)
class Keys:
    """Keys derived from the root secret, one for each purpose; none is in the database."""

    submission: bytes  # settings.key("submission")
    slip_words: bytes  # settings.key("slip-words")
    slip: bytes  # settings.key("slip")

    @classmethod
    def of(cls, derive: Callable[[str], bytes]) -> Self:
        """The three keys out of `settings.key`."""
        return cls(derive("submission"), derive("slip-words"), derive("slip"))


@dataclass(frozen=True)
class Sent:
    """What the thank-you page says. `words` is empty only when the list of words was changed."""

    words: tuple[str, ...]
    is_new: bool


def send_response(
    session: Session,
    sitting: Sitting,
    survey: Survey,
    *,
    submission_id: str,
    answers: Mapping[int, Given],
    language: str,
    keys: Keys,
    now: datetime,
) -> Sent:
    """Store one survey and give its four words; a repeat of the same send gives the same words.

    `answers` are well-formed (`forms.read_answers`), one for each question. Stored are the day, not
    the time, and keyed hashes of the id, the answers and the words.

    Refused: other answers under the same id (the first count), a weak id, the sitting has ended.
    """
    if not is_strong_id(submission_id):
        raise Refused(Reason.WEAK_ID)
    if sitting.consultation_id != survey.consultation_id:
        raise NotFound
    survey_id = survey.id or 0
    said = rules.canonical_answers(answers)
    response = Response(
        id=keyed_hash(keys.submission, str(survey_id), submission_id),
        survey_id=survey_id,
        sitting_id=sitting.id,
        received_on=leeds_day(now),
        language=language,
        answers_hash=keyed_hash(keys.submission, "answers", submission_id, said),
        slip_hash="",
    )
    if sent := _find_repeat(session, response, submission_id, keys):
        return sent
    here, round_ = hold_sitting_open(session, sitting.id or 0)
    if reason := rules.why_not_send(round_.status, here.closed_at, now=now):
        raise Refused(reason)
    for counter in range(SLIP_DRAWS):
        words = draw_words(list_words(), keys.slip_words, survey_id, submission_id, counter)
        response.slip_hash = hash_slip(keys.slip, words)
        if _insert(session, response):
            _store_answers(session, response, answers, here, round_, now=now)
            return Sent(words, is_new=True)
        if sent := _find_repeat(session, response, submission_id, keys):
            return sent  # the same send, twice at once: the other one was first
    raise RuntimeError("no free slip: the list of words is too short")


def _insert(session: Session, response: Response) -> bool:
    """Whether it went in; not when the id or the four words are taken."""
    row = Response(**response.model_dump())
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True


def _find_repeat(
    session: Session, response: Response, submission_id: str, keys: Keys
) -> Sent | None:
    known = queries.find_response(session, response.id)
    if known is None:
        return None
    if known.answers_hash != response.answers_hash:
        raise Refused(Reason.CHANGED)
    for counter in range(SLIP_DRAWS):
        words = draw_words(
            list_words(), keys.slip_words, response.survey_id, submission_id, counter
        )
        if hash_slip(keys.slip, words) == known.slip_hash:
            return Sent(words, is_new=False)
    return Sent((), is_new=False)


def _store_answers(
    session: Session,
    response: Response,
    answers: Mapping[int, Given],
    sitting: Sitting,
    round_: Consultation,
    *,
    now: datetime,
) -> None:
    for question_id, given in answers.items():
        text_id = None
        if given.text:
            stored = store_text(
                session,
                given.text,
                language=response.language,
                now=now,
                consultation_id=round_.id,
                sitting_id=sitting.id,
                place_id=sitting.place_id,
            )
            text_id = stored.id
        answer = Answer(
            id=uuid4().hex,
            response_id=response.id,
            question_id=question_id,
            chosen=list(given.chosen),
            text_id=text_id,
            non_answer=given.non_answer,
        )
        session.add(answer)
    session.flush()
