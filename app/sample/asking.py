"""Two invented rounds of asking: one closed, decided and released, one open for trying out."""

import hashlib
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from app.ballots import service as voting
from app.ballots.queries import count_sealed, get_opened_ballot, list_unmixed_boxes
from app.ballots.rules import RightKind, is_mixable, seat_code
from app.ballots.sweeps import keys_of
from app.consultations import queries as consultations
from app.consultations import service as asking
from app.consultations.models import Ballot, Consultation, Question, Sitting, Survey
from app.consultations.rules import (
    BallotRule,
    ParticipationBasis,
    QuestionKind,
    SectionDraft,
    SittingMode,
)
from app.core.settings import Settings
from app.places.models import Place
from app.responses.rules import Given
from app.responses.service import Keys, send_response
from app.staff.models import StaffAccount
from app.wishes.models import Wish

KINDS = {
    "single": QuestionKind.SINGLE,
    "several": QuestionKind.SEVERAL,
    "scale": QuestionKind.SCALE,
    "free_text": QuestionKind.TEXT,
}
# Days from a round's opening: sittings are held in its first three weeks.
HELD_AFTER = {"a": 8, "b": 11, "c": 15, "d": 18}


@dataclass(frozen=True)
class Round:
    """One sample consultation with its parts."""

    consultation: Consultation
    survey: Survey
    questions: list[Question]
    ballot: Ballot


def ask_round(
    session: Session, data: Mapping[str, Any], *, title: str, edition_id: int,
    actor: StaffAccount, now: datetime,
) -> Round:  # fmt: skip
    """Draft the sample consultation under this title and open it."""
    about = data["consultation"]
    consultation = asking.draft_consultation(
        session,
        title=title,
        edition_id=edition_id,
        purpose=about["intro"],
        asked_by="An invented team on a sample site",
        decision_maker=about["decision_maker"],
        reply_by=(now + timedelta(days=about["answer_promised_days"])).date(),
        is_sample=True,
        actor=actor,
        now=now,
    )
    for line in data["survey"]["questions"]:
        asking.add_question(
            session, consultation, kind=KINDS[line["kind"]], text=line["text"], hint=line["help"],
            labels=_labels(line), max_choices=line.get("max_choices"), actor=actor, now=now,
        )  # fmt: skip
    paper = data["ballot"]
    wishes = consultations.list_wish_options(session, edition_id)
    section = SectionDraft(
        paper["question"], BallotRule.CHOICES, paper["choose_up_to"], seats=1, options=wishes
    )
    ballot = asking.set_ballot(
        session, consultation, None, title=paper["title"], is_shuffled=True, sections=[section],
        actor=actor, now=now,
    )  # fmt: skip
    asking.open_consultation(session, consultation, actor=actor, now=now)
    survey = consultations.list_surveys(session, consultation.id or 0)[0]
    questions = consultations.list_questions(session, survey.id or 0)
    return Round(consultation, survey, questions, ballot)


def _labels(line: Mapping[str, Any]) -> list[str]:
    if line["kind"] == "scale":
        middle = [str(step) for step in range(2, line["points"])]
        return [f"1: {line['low_label']}", *middle, f"{line['points']}: {line['high_label']}"]
    return [option["label"] for option in line.get("options", [])]


def open_sample_sitting(
    session: Session, asked: Round, place: Place, *, heads: int, label: str,
    actor: StaffAccount, now: datetime,
) -> Sitting:  # fmt: skip
    """A sitting of the sample at one of its places."""
    return asking.open_sitting(
        session, asked.consultation, place_id=place.id, mode=SittingMode.CLASS_CODE,
        basis=ParticipationBasis.INFORMED_OPT_OUT, basis_confirmed=True, expected_heads=heads,
        label=label, actor=actor, now=now,
    )  # fmt: skip


def answer_round(
    session: Session, asked: Round, data: Mapping[str, Any], places: Mapping[str, Place], *,
    wishes: list[Wish], settings: Settings, actor: StaffAccount, now: datetime,
) -> None:  # fmt: skip
    """Hold the four sittings: every invented answer is sent, every vote cast, then closed."""
    keys = Keys.of(settings.key)
    for line in data["sittings"]:
        if not line["closed"]:
            continue
        held = now + timedelta(days=HELD_AFTER[line["slug"]])
        sitting = open_sample_sitting(
            session, asked, places[line["place_name"]], heads=line["expected"],
            label=line["group"], actor=actor, now=held,
        )  # fmt: skip
        answers = [one for one in data["answers"] if one["sitting"] == line["slug"]]
        papers: dict[str, list[str]] = {}
        for number, answer in enumerate(answers):
            name = f"{line['slug']} {number}"
            dice = random.Random(name)  # noqa: S311  # a sample that is the same each time
            send_response(
                session, sitting, asked.survey, submission_id=_id("survey", name),
                answers=_answers(asked.questions, answer, dice), language="en", keys=keys,
                now=held,
            )  # fmt: skip
            papers[_id("vote", name)] = _choices(answer["wishes"], wishes, dice)
        ended = held + timedelta(hours=1)
        _vote(session, asked.ballot, sitting, papers, settings=settings, now=held)
        asking.close_sitting(
            session, sitting, note="Some were ill, some preferred not to.",
            recorded=len(answers), actor=actor, now=ended,
        )  # fmt: skip
        voting.close_boxes(session, sitting, is_waited=False, now=ended)


def _vote(
    session: Session, ballot: Ballot, sitting: Sitting, papers: Mapping[str, list[str]], *,
    settings: Settings, now: datetime,
) -> None:  # fmt: skip
    """Every invented person is let in and casts one sealed vote."""
    keys = keys_of(settings)
    voting.open_boxes(session, sitting, keys=keys, now=now)
    codes = {secret: seat_code(secret) for secret in papers}
    voting.add_seat(session, sitting, list(codes.values()), RightKind.SEAT, keys=keys, now=now)
    opened = get_opened_ballot(session, sitting.class_code, ballot.id or 0)
    held = keys.make_secrets(ballot.definition_hash)
    sent = [
        voting.make_sent(
            opened,
            held,
            code=codes[secret],
            secret=secret,
            choices="s1=" + ",".join(paper),
            now=now,
        )
        for secret, paper in papers.items()
    ]
    refused = [one for one in voting.cast_votes(session, sent) if isinstance(one, Exception)]
    if refused:
        raise refused[0]


def count_round(session: Session, asked: Round, *, settings: Settings, now: datetime) -> None:
    """Mix what the closed round sealed and close its ballot, so that it can be counted."""
    keys = keys_of(settings)
    boxes = list_unmixed_boxes(session, asked.ballot.id or 0)
    for box in boxes:
        if is_mixable(count_sealed(session, [box.id or 0])):
            voting.mix_boxes(session, [box], keys=keys, now=now)
    voting.start_closing(session, asked.ballot)
    voting.finish_ballot(session, asked.ballot, keys=keys, now=now)


def _id(kind: str, name: str) -> str:
    return hashlib.sha256(f"sample {kind} {name}".encode()).hexdigest()[:32]


def _answers(
    questions: list[Question], answer: Mapping[str, Any], dice: random.Random
) -> dict[int, Given]:
    given: dict[int, Given] = {}
    texts_left = [answer["text"]]
    for question in questions:
        keys = [option["key"] for option in question.options]
        if question.kind is QuestionKind.TEXT:
            words = texts_left.pop() if texts_left else ""
            chosen = Given(text=words)
        elif question.kind is QuestionKind.SINGLE:
            chosen = Given(chosen=(_age_key(question, answer["age"]),))
        elif question.kind is QuestionKind.SCALE:
            chosen = Given(chosen=(dice.choices(keys, weights=range(2, 2 + len(keys)))[0],))
        else:
            chosen = Given(chosen=tuple(sorted(dice.sample(keys, dice.randint(1, 3)))))
        if chosen.chosen or chosen.text:
            given[question.id or 0] = chosen
    return given


def _age_key(question: Question, age: int) -> str:
    for option in question.options:
        if str(age) in option["label"].replace(",", " ").split():
            return str(option["key"])
    return str(question.options[-1]["key"])


def _choices(numbers: list[int], wishes: list[Wish], dice: random.Random) -> list[str]:
    """What this invented person votes for: their own wishes first, then some others."""
    if dice.random() < 0.02:
        return []  # a blank vote
    others = [wish.number for wish in wishes if wish.number not in numbers]
    picked = (numbers + dice.sample(others, 3))[: dice.choice((1, 2, 3, 3, 3))]
    return [f"w{number}" for number in sorted(set(picked))]
