"""`seed_sample`: the whole loop on invented data, so that a newcomer sees every page full."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from app.accounts.service import add_place as allow_place
from app.ballots.sweeps import keys_of
from app.classroom.rules import Door
from app.classroom.service import hold_sitting
from app.consultations import service as asking
from app.consultations.rules import ParticipationBasis, SittingMode
from app.core.db import Database
from app.core.settings import ROOT, Settings
from app.places.models import Place
from app.places.rules import PlaceKind
from app.places.service import add_place
from app.publication import queries as publication
from app.publication import service as publishing
from app.publication.rules import Part
from app.results import service as counting
from app.results.rules import ResultStatus
from app.safeguarding import service as safeguarding
from app.safeguarding.queries import list_concerns
from app.safeguarding.rules import ConcernStatus
from app.sample.acting import fill_plan
from app.sample.asking import (
    Round,
    answer_round,
    ask_round,
    count_round,
)
from app.sample.people import SampleAccount, make_people
from app.sample.reference import load_reference
from app.staff.models import StaffAccount
from app.texts import queries as texts_queries
from app.texts.queries import list_wishes_of_text
from app.texts.rules import QuoteStatus, Sorting
from app.texts.service.deciding import decide_wishes
from app.texts.service.quoting import judge_quote, propose_quote
from app.texts.service.sorting import suggest_all
from app.wishes import queries as wish_queries
from app.wishes.models import Wish

DATA = ROOT / "app" / "consultations" / "data" / "sample.toml"
FIRST_ROUND_DAYS = -70  # the closed round opened this long ago
LEFT_UNDECIDED = 5  # every fifth text waits on the review desk
KINDS = {"youth_club": PlaceKind.CLUB}


@dataclass(frozen=True)
class SampleSite:
    """What the person at the keyboard needs to try the sample."""

    accounts: list[SampleAccount]
    class_code: str


@dataclass
class Stage:
    """What every scene of the sample needs at hand."""

    session: Session
    settings: Settings
    data: dict[str, Any]
    people: dict[str, StaffAccount]
    now: datetime

    def day(self, after_opening: int) -> datetime:
        """That many days after the first round opened."""
        return self.now + timedelta(days=FIRST_ROUND_DAYS + after_opening)

    def wishes(self) -> list[Wish]:
        """The twelve of the current edition."""
        edition = wish_queries.get_current_edition(self.session)
        return wish_queries.list_wishes(self.session, edition.id or 0)


def seed_sample(
    db: Database, settings: Settings, *, now: datetime, progress: Callable[[str], None]
) -> SampleSite:
    """Fill an empty, migrated database with the invented sample; `progress` hears each step."""
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    with db.session(writes=True) as session:
        progress("Wishes, plans and places")
        load_reference(session, now=now)
        accounts, people = make_people(session, settings, now=now)
        stage = Stage(session, settings, data, people, now)
        places = _add_places(stage)
        progress("Two consultations, 160 invented answers and votes")
        asked = _hold_first_round(stage, places)
        code = _open_second_round(stage, places)
    progress("Sorting the texts into wishes (trains the first model)")
    suggest_all(db, settings, stage.day(30))
    with db.session(writes=True) as session:
        stage = Stage(session, settings, data, people, now)
        progress("Decisions, quotes, a release and its findings")
        _decide(stage, asked)
        _publish(stage, asked)
        progress("Goals, actions and updates")
        fill_plan(
            session, data, wishes=stage.wishes(), author=people["officer"],
            approver=people["second officer"], now=now,
        )  # fmt: skip
    return SampleSite(accounts, code)


def _add_places(stage: Stage) -> dict[str, Place]:
    places: dict[str, Place] = {}
    for line in stage.data["sittings"]:
        name = line["place_name"]
        if name not in places:
            places[name] = add_place(
                stage.session, name=name, kind=KINDS.get(line["place_kind"], PlaceKind.SCHOOL),
                ward_code=None, actor_id=stage.people["administrator"].id, now=stage.now,
            )  # fmt: skip
    for name in list(places)[1:3]:  # the sample youth worker works at two of them
        allow_place(
            stage.session, stage.people["youth worker"], place_id=places[name].id or 0,
            actor=stage.people["administrator"], now=stage.now,
        )  # fmt: skip
    return places


def _hold_first_round(stage: Stage, places: dict[str, Place]) -> Round:
    officer = stage.people["officer"]
    wishes = stage.wishes()
    asked = ask_round(
        stage.session, stage.data, title=stage.data["consultation"]["title"],
        edition_id=wishes[0].edition_id, actor=officer, now=stage.day(0),
    )  # fmt: skip
    answer_round(
        stage.session, asked, stage.data, places, wishes=wishes, settings=stage.settings,
        actor=officer, now=stage.day(0),
    )  # fmt: skip
    asking.close_consultation(stage.session, asked.consultation, actor=officer, now=stage.day(25))
    count_round(stage.session, asked, settings=stage.settings, now=stage.day(26))
    _read_concerns(stage)
    return asked


def _read_concerns(stage: Stage) -> None:
    """The lead has read all: what the sample marks as a worry is in hand, the rest released."""
    lead, read_at = stage.people["safeguarding lead"], stage.day(20)
    worries = {one["text"] for one in stage.data["answers"] if one.get("concern")}
    for concern in list_concerns(stage.session):
        safeguarding.open_concern(stage.session, concern, actor=lead, now=read_at)
        safeguarding.acknowledge_concern(stage.session, concern, actor=lead, now=read_at)
        if concern.text not in worries:
            safeguarding.finish_concern(
                stage.session, concern, status=ConcernStatus.RELEASED,
                note="Read twice: no worry in it.", actor=lead, now=read_at,
            )  # fmt: skip


def _open_second_round(stage: Stage, places: dict[str, Place]) -> str:
    line = next(one for one in stage.data["sittings"] if not one["closed"])
    officer = stage.people["officer"]
    asked = ask_round(
        stage.session, stage.data, title="What should change next?",
        edition_id=stage.wishes()[0].edition_id, actor=officer,
        now=stage.now - timedelta(days=5),
    )  # fmt: skip
    sitting = hold_sitting(
        stage.session, asked.consultation, doors={Door.PHONES, Door.SLIPS}, actor=officer,
        mode=SittingMode.CLASS_CODE, place_id=places[line["place_name"]].id,
        basis=ParticipationBasis.INFORMED_OPT_OUT, basis_confirmed=True,
        expected_heads=line["expected"], label=line["group"], keys=keys_of(stage.settings),
        now=stage.now,
    )  # fmt: skip
    return sitting.class_code


def _decide(stage: Stage, asked: Round) -> None:
    """An officer's decisions on four texts of five, as the sample says they are about."""
    numbers = {one["text"]: one["wishes"] for one in stage.data["answers"]}
    ids = {wish.number: wish.id or 0 for wish in stage.wishes()}
    texts = texts_queries.list_texts(stage.session, consultation_id=asked.consultation.id)
    for position, text in enumerate(sorted(texts, key=lambda one: one.text)):
        if position % LEFT_UNDECIDED == 0:
            continue
        about = numbers.get(text.text, [])
        decide_wishes(
            stage.session, text, sorting=Sorting.WISHES if about else Sorting.NONE,
            wish_ids=[ids[number] for number in about], suggestion_id=None,
            actor=stage.people["officer"], now=stage.day(31),
        )  # fmt: skip


def _publish(stage: Stage, asked: Round) -> None:
    """A release by two officers, and a finding for each wish with its approved quotes."""
    session, released_at = stage.session, stage.day(35)
    author, approver = stage.people["officer"], stage.people["second officer"]
    _release_result(stage, asked)
    subject = publication.find_subject(session, consultation_id=asked.consultation.id)
    release = publishing.propose_release(
        session, subject, parts=set(Part), limits=publication.limits_of(stage.settings),
        actor=author, now=released_at,
    )  # fmt: skip
    publishing.approve_release(session, release, actor=approver, now=released_at)
    by_number = {wish.number: wish for wish in stage.wishes()}
    for line in stage.data["findings"]:
        wish = by_number[line["wish"]]
        finding = publishing.draft_finding(
            session, release, wish, headline=line["title"], story=line["text"],
            easy_read=line["child_text"], quotes=_quote(stage, asked, wish, line["quotes"]),
            actor=author, now=released_at,
        )  # fmt: skip
        publishing.send_for_review(session, finding, actor=author, now=released_at)
        publishing.publish_finding(session, finding, actor=approver, now=released_at)


def _release_result(stage: Stage, asked: Round) -> None:
    """The ballot's count: proposed by one officer, released by another."""
    keys, counted_at = keys_of(stage.settings), stage.day(28)
    result = counting.propose_result(
        stage.session, asked.ballot, status=ResultStatus.CONFIRMED, keys=keys,
        actor=stage.people["officer"], now=counted_at,
    )  # fmt: skip
    counting.approve_result(
        stage.session, asked.ballot, result.version, keys=keys,
        actor=stage.people["second officer"], now=counted_at,
    )  # fmt: skip


def _quote(stage: Stage, asked: Round, wish: Wish, wanted: list[str]) -> list[str]:
    """The wanted quotes that a person decided for this wish, proposed and approved."""
    session, wish_id = stage.session, wish.id or 0
    texts = texts_queries.list_texts(session, consultation_id=asked.consultation.id)
    approved = []
    for text in texts:
        if text.text not in wanted or wish_id not in list_wishes_of_text(session, text.id):
            continue
        quote = propose_quote(
            session, text, wish_id=wish_id, wording=text.text,
            actor=stage.people["officer"], now=stage.day(34),
        )  # fmt: skip
        judge_quote(
            session, quote, status=QuoteStatus.APPROVED, actor=stage.people["second officer"],
            now=stage.day(34),
        )  # fmt: skip
        approved.append(text.text)
    return approved
