"""A site with a whole city's answers in it, for measuring pages: all invented.

First the sample site as `wishes seed` makes it (reference data, an open round, a closed and
released one, actions and updates); then one more closed round whose answers are written straight
into the tables, sorted, partly decided, released through the gate and told as twelve findings.
"""

import hashlib
import itertools
import random
import tomllib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session, SQLModel, col, insert, select

from app.ballots.models import Vote
from app.consultations import queries as consultations
from app.consultations import service as asking
from app.consultations.models import Consultation, Question, Sitting
from app.consultations.rules import ConsultationStatus, QuestionKind
from app.core.clock import leeds_day
from app.core.db import Database
from app.core.migrate import upgrade
from app.core.settings import Settings
from app.places.models import Place
from app.publication import queries as publication
from app.publication import service as publishing
from app.publication.rules import Part
from app.responses.models import Answer, Response
from app.sample import seed_sample
from app.sample.asking import Round, ask_round, open_sample_sitting
from app.sample.seeding import DATA
from app.staff.models import StaffAccount
from app.texts.models import DecidedWish, Decision, FreeText, SuggestedWish, Suggestion
from app.texts.queries import find_current_model
from app.texts.rules import Sorting
from app.wishes.models import Wish
from app.wishes.queries import get_current_edition, list_wishes

CHUNK = 5_000
DECIDED_SHARE = 10  # a person decided every tenth text
STORY = "Invented for a measurement: what young people said about this wish, in a few plain lines. "


@dataclass(frozen=True)
class Crowd:
    """Where to look on the site that was made, and what is in it."""

    address: str
    data_dir: Path
    wish: str
    ballot: str
    survey: str
    responses: int


def make_crowd(folder: Path, responses: int) -> Crowd:
    """The site, migrated and full, as a SQLite file in `folder`."""
    now = datetime.now(UTC)
    address = f"sqlite:///{folder / 'wishes.db'}"
    settings = Settings(data_dir=folder, database_url=address, secret_key="only for measuring")
    upgrade(address)
    db = Database(address)
    seed_sample(db, settings, now=now, progress=lambda _step: None)
    with db.session(writes=True) as session:
        asked, sittings = _hold_round(session, now=now)
        _fill(session, asked, sittings, responses, now=now)
        _publish(session, asked, settings, now=now)
        crowd = _find_pages(session, address, folder)
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
    db.close()
    return crowd


def _officer(session: Session, key: str) -> StaffAccount:
    return session.exec(
        select(StaffAccount).where(StaffAccount.email == f"{key}@sample.invalid")
    ).one()


def _hold_round(session: Session, *, now: datetime) -> tuple[Round, list[Sitting]]:
    """A round with a sitting at each sample place, opened forty days ago."""
    opened = now - timedelta(days=40)
    actor = _officer(session, "officer")
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    asked = ask_round(
        session, data, title="The whole city", edition_id=get_current_edition(session).id or 0,
        actor=actor, now=opened,
    )  # fmt: skip
    names = {line["place_name"] for line in data["sittings"]}
    places = session.exec(select(Place).where(col(Place.name).in_(names)).order_by(Place.name))
    sittings = [
        open_sample_sitting(
            session, asked, place, heads=30, label="Measured", actor=actor, now=opened
        )
        for place in places
    ]
    assert sittings
    return asked, sittings


def _write(session: Session, table: type[SQLModel], rows: Iterable[dict[str, Any]]) -> None:
    """Insert many rows without making an object of each."""
    waiting = iter(rows)
    while chunk := list(itertools.islice(waiting, CHUNK)):
        session.connection().execute(insert(table), chunk)


def _fill(
    session: Session, asked: Round, sittings: list[Sitting], responses: int, *, now: datetime
) -> None:
    """Responses, answers, words, suggestions, decisions and votes, then the round is closed."""
    dice = random.Random(80_000)
    keys = [f"{dice.getrandbits(256):064x}" for _ in range(responses)]
    questions = asked.questions
    wishes = list_wishes(session, asked.consultation.edition_id)
    words = next(one for one in questions if one.kind is QuestionKind.TEXT)
    day = leeds_day(now - timedelta(days=20))
    _write(session, Response, (
        {"id": key, "survey_id": asked.survey.id, "sitting_id": dice.choice(sittings).id,
         "received_on": day, "language": "en", "answers_hash": key, "slip_hash": key[::-1]}
        for key in keys
    ))  # fmt: skip
    _write(session, FreeText, (
        {"id": key[:32], "text": (text := f"number {number} wants wish {dice.randint(1, 12)}"),
         "text_hash": hashlib.sha256(text.encode()).hexdigest(), "language": "en",
         "arrived_on": day, "consultation_id": asked.consultation.id}
        for number, key in enumerate(keys)
    ))  # fmt: skip
    _write(session, Answer, (row for key in keys for row in _answers(key, questions, words, dice)))
    _sort(session, [key[:32] for key in keys], wishes, dice, now=now)
    _write(session, Vote, (
        {"id": f"{dice.getrandbits(256):064x}", "ballot_id": asked.ballot.id,
         "sitting_id": dice.choice(sittings).id,
         "choices": [f"w{number}" for number in sorted(dice.sample(range(1, 13), 3))]}
        for _ in keys
    ))  # fmt: skip
    officer = _officer(session, "officer")
    for sitting in sittings:
        asking.close_sitting(
            session, sitting, note="Measured", recorded=responses, actor=officer,
            now=now - timedelta(days=10),
        )  # fmt: skip
    asking.close_consultation(
        session, asked.consultation, actor=officer, now=now - timedelta(days=10)
    )


def _answers(
    key: str, questions: list[Question], words: Question, dice: random.Random
) -> Iterator[dict[str, Any]]:
    for question in questions:
        if question.kind is QuestionKind.TEXT and question is not words:
            continue
        chosen = [dice.choice(question.options)["key"]] if question.options else []
        yield {
            "id": uuid.UUID(int=dice.getrandbits(128)).hex, "response_id": key,
            "question_id": question.id, "chosen": chosen,
            "text_id": key[:32] if question is words else None,
        }  # fmt: skip


def _sort(
    session: Session, text_ids: list[str], wishes: list[Wish], dice: random.Random, *,
    now: datetime,
) -> None:  # fmt: skip
    """A suggestion for every text, one or two wishes each; a decision for every tenth."""
    model = find_current_model(session, wishes[0].edition_id)
    assert model is not None
    first = 1 + max(session.exec(select(Suggestion.id)).all(), key=lambda one: one or 0, default=0)
    ids = range(first, first + len(text_ids))
    _write(session, Suggestion, (
        {"id": number, "text_id": text_id, "model_id": model.id, "sorting": Sorting.WISHES,
         "confidence": 0.95, "doubt": 0.1, "created_at": now}
        for number, text_id in zip(ids, text_ids, strict=True)
    ))  # fmt: skip
    picked = {number: dice.sample(wishes, dice.choice((1, 1, 2))) for number in ids}
    _write(session, SuggestedWish, (
        {"suggestion_id": number, "wish_id": wish.id, "score": 0.95}
        for number, some in picked.items() for wish in some
    ))  # fmt: skip
    start = 1 + max(session.exec(select(Decision.id)).all(), key=lambda one: one or 0, default=0)
    tenth = list(enumerate(zip(ids, text_ids, strict=True), start=start))[::DECIDED_SHARE]
    officer = _officer(session, "officer")
    _write(session, Decision, (
        {"id": own, "text_id": text_id, "sorting": Sorting.WISHES, "suggestion_id": number,
         "is_current": True, "decided_by_id": officer.id, "decided_at": now}
        for own, (number, text_id) in tenth
    ))  # fmt: skip
    _write(session, DecidedWish, (
        {"decision_id": own, "wish_id": wish.id}
        for own, (number, _text_id) in tenth for wish in picked[number]
    ))  # fmt: skip


def _publish(session: Session, asked: Round, settings: Settings, *, now: datetime) -> None:
    """A release by two officers, and a finding for each wish."""
    author, approver = _officer(session, "officer"), _officer(session, "second.officer")
    subject = publication.find_subject(session, consultation_id=asked.consultation.id)
    release = publishing.propose_release(
        session, subject, parts=set(Part), limits=publication.limits_of(settings),
        actor=author, now=now,
    )  # fmt: skip
    publishing.approve_release(session, release, actor=approver, now=now)
    for wish in list_wishes(session, asked.consultation.edition_id):
        finding = publishing.draft_finding(
            session, release, wish, headline="What the whole city said", story=STORY * 4,
            easy_read=STORY, quotes=[], actor=author, now=now,
        )  # fmt: skip
        publishing.send_for_review(session, finding, actor=author, now=now)
        publishing.publish_finding(session, finding, actor=approver, now=now)


def _find_pages(session: Session, address: str, folder: Path) -> Crowd:
    """The busiest wish's page, and the ballot and survey of the round that is open."""
    edition = get_current_edition(session)
    query = select(Sitting).join(Consultation, col(Consultation.id) == Sitting.consultation_id)
    sitting = session.exec(
        query.where(
            Consultation.status == ConsultationStatus.OPEN, col(Sitting.closed_at).is_(None)
        )
    ).first()
    assert sitting is not None
    ballot = consultations.list_ballots(session, sitting.consultation_id)[0]
    survey = consultations.list_surveys(session, sitting.consultation_id)[0]
    code = sitting.class_code
    return Crowd(
        address=address, data_dir=folder,
        wish=f"/wishes/{list_wishes(session, edition.id or 0)[5].slug}",
        ballot=f"/b/{code}/{ballot.id}", survey=f"/s/{code}/survey/{survey.id}",
        responses=len(session.exec(select(Response.id)).all()),
    )  # fmt: skip
