"""Ballots that were really held: boxes, slips, sealed votes, the mix. All of it invented."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlmodel import Session

from app.ballots import service as voting
from app.ballots.box.digests import blind_of, leaf_of, receipt_of
from app.ballots.box.keys import BallotKeys
from app.ballots.queries import get_opened_ballot, list_unmixed_boxes
from app.consultations.models import Ballot
from app.consultations.rules import (
    BallotRule,
    ConsultationStatus,
    Definition,
    PaperOption,
    PaperSection,
)
from app.staff.models import StaffAccount
from app.staff.rules import Role
from tests.factories import Box, Round, make_round, put_up_box

LUNCH = ("Pizza", "Curry", "Soup", "Salad")


def make_section(
    rule: BallotRule,
    labels: Sequence[str] = LUNCH,
    *,
    key: str = "s1",
    question: str = "Which?",
    seats: int = 1,
    most: int | None = None,
    tie_order: Sequence[str] = (),
    pictures: Sequence[str] = (),
) -> PaperSection:
    """A section whose options are o1, o2, …"""
    keys = [f"o{place}" for place in range(1, len(labels) + 1)]
    options = tuple(
        PaperOption(one, label, picture=pictures[place] if pictures else "")
        for place, (one, label) in enumerate(zip(keys, labels, strict=True))
    )
    return PaperSection(key, question, rule, most, seats, tuple(tie_order or keys), options)


def define(*sections: PaperSection, title: str = "Test ballot") -> Definition:
    """A whole paper."""
    return Definition(title, False, ("en",), sections)


def make_officer(session: Session, name: str, now: datetime) -> StaffAccount:
    account = StaffAccount(
        email=f"{uuid4().hex}@example.org", name=name, role=Role.OFFICER, password_hash="",
        totp_secret="", created_at=now,
    )  # fmt: skip
    session.add(account)
    session.flush()
    return account


@dataclass(frozen=True)
class Held:
    """A ballot with votes in its boxes, and what the phones showed."""

    round: Round
    ballot: Ballot
    keys: BallotKeys
    box: Box
    receipts: list[str]
    now: datetime

    @property
    def id(self) -> int:
        return self.ballot.id or 0


def hold_ballot(
    session: Session,
    data_dir: Path,
    definition: Definition | None,
    papers: Mapping[str, int],
    *,
    now: datetime,
    spare: int = 2,
) -> Held:
    """Put up a box and cast these papers, each with a slip; the ballot stays open."""
    here = make_round(session, now=now)
    if definition is not None:
        here.ballot.title = definition.title
        here.ballot.definition = definition.to_json()
        here.ballot.definition_hash = definition.hash
        session.flush()
    votes = list(Counter(papers).elements())
    box = put_up_box(session, here, data_dir, slips=len(votes) + spare, now=now)
    opened = get_opened_ballot(session, here.sitting.class_code, here.ballot.id or 0)
    held = box.keys.make_secrets(here.ballot.definition_hash)
    sent, receipts = [], []
    for code, choices in zip(box.codes, votes, strict=False):
        secret = secrets.token_hex(16)
        sent.append(
            voting.make_sent(opened, held, code=code, secret=secret, choices=choices, now=now)
        )
        blind = blind_of(opened.definition.hash, secret)
        receipts.append(receipt_of(leaf_of(opened.definition.hash, blind, choices)))
    assert all(done is True for done in voting.cast_votes(session, sent))
    return Held(here, here.ballot, box.keys, box, receipts, now)


def close_round(session: Session, held: Held, *, now: datetime) -> None:
    """End the sitting and the consultation; boxes wait no longer."""
    held.round.sitting.closed_at = now
    held.round.consultation.status = ConsultationStatus.CLOSED
    held.round.consultation.closed_at = now
    session.flush()
    voting.close_boxes(session, held.round.sitting, is_waited=False, now=now)
    voting.start_closing(session, held.ballot)


def finish_ballot(session: Session, held: Held, *, now: datetime) -> None:
    """Close everything and mix it: the ballot can be counted."""
    close_round(session, held, now=now)
    after = now + timedelta(seconds=1)
    voting.mix_boxes(session, list_unmixed_boxes(session, held.id), keys=held.keys, now=after)
    assert voting.finish_ballot(session, held.ballot, keys=held.keys, now=after)


def held_and_closed(
    session: Session,
    data_dir: Path,
    definition: Definition | None,
    papers: Mapping[str, int],
    *,
    now: datetime,
) -> Held:
    """A ballot ready to be counted."""
    held = hold_ballot(session, data_dir, definition, papers, now=now)
    finish_ballot(session, held, now=now)
    return held
