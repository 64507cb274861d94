"""Ballots that were really held: boxes, slips, sealed votes, the mix. All of it invented."""

import hashlib
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import Session

from app.ballots import service as voting
from app.ballots.box.digests import blind_of, leaf_of, receipt_of
from app.ballots.box.keys import CHECKPOINTS, BallotKeys
from app.ballots.counting.sections import HandTally
from app.ballots.queries import (
    get_opened_ballot,
    list_checkpoints,
    list_entries,
    list_unmixed_boxes,
    lock_ledgers,
)
from app.ballots.service.ledger import stamp
from app.consultations.models import Ballot, Consultation, Sitting
from app.consultations.rules import (
    BallotRule,
    ConsultationStatus,
    Definition,
    PaperOption,
    PaperSection,
    canonical_json,
    read_definition,
)
from app.core.errors import Refused
from app.results import service
from app.results.models import BallotResult
from app.results.rules import ResultStatus
from app.staff.models import StaffAccount
from app.staff.rules import Role
from tests.factories import Box, Round, make_round, put_up_box

SLIPS_AT_ONCE, SENT_AT_ONCE = 5_000, 500
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
    box = put_up_box(session, here, data_dir, slips=spare, now=now)
    codes = list[str]()
    while len(codes) < len(votes):
        more = min(SLIPS_AT_ONCE, len(votes) - len(codes))
        with suppress(Refused):  # among ten thousand a code may be drawn twice: draw again
            codes += voting.issue_slips(session, here.sitting, more, keys=box.keys, now=now)
    opened = get_opened_ballot(session, here.sitting.class_code, here.ballot.id or 0)
    held = box.keys.make_secrets(here.ballot.definition_hash)
    sent, receipts = [], []
    for code, choices in zip(codes, votes, strict=True):
        secret = secrets.token_hex(16)
        sent.append(
            voting.make_sent(opened, held, code=code, secret=secret, choices=choices, now=now)
        )
        blind = blind_of(opened.definition.hash, secret)
        receipts.append(receipt_of(leaf_of(opened.definition.hash, blind, choices)))
    for start in range(0, len(sent), SENT_AT_ONCE):
        batch = sent[start : start + SENT_AT_ONCE]
        assert all(done is True for done in voting.cast_votes(session, batch))
    return Held(here, here.ballot, box.keys, box, receipts, now)


def close_round(session: Session, held: Held, *, is_waited: bool = False, now: datetime) -> None:
    """End the sitting and the consultation; boxes wait for phones without a network or not."""
    sitting = session.get_one(Sitting, held.round.sitting.id)
    round_ = session.get_one(Consultation, held.round.consultation.id)
    sitting.closed_at = round_.closed_at = now
    round_.status = ConsultationStatus.CLOSED
    session.flush()
    voting.close_boxes(session, sitting, is_waited=is_waited, now=now)
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


def keep_notes(session: Session, held: Held) -> None:
    """The notes outside the database as a commit makes them, for a test that takes all back."""
    kept = set(held.keys.store.read_lines(CHECKPOINTS))
    for one in list_checkpoints(session, held.id):
        plain = {"definition_hash": held.ballot.definition_hash, "size": one.size,
                 "head": one.head, "at": stamp(one.at), "signature": one.signature}  # fmt: skip
        if canonical_json(plain) not in kept:
            held.keys.store.append_line(CHECKPOINTS, canonical_json(plain))


def cut_ledger(session: Session, held: Held, *, keep: int) -> None:
    """What a copy of the database from before would be like; the keys' folder stays as it is."""
    keep_notes(session, held)
    ledger = lock_ledgers(session, [held.id])[held.id]
    for entry in list(list_entries(session, held.id, after=keep)):
        session.delete(entry)
    for checkpoint in list_checkpoints(session, held.id):
        if checkpoint.size > keep:
            session.delete(checkpoint)
    session.flush()
    last = list(list_entries(session, held.id))[-1]
    ledger.size, ledger.head = last.seq, last.hash
    session.add(ledger)
    session.flush()


@dataclass(frozen=True)
class Desk:
    """Two officers and the ballot they work on."""

    held: Held
    first: StaffAccount
    second: StaffAccount

    @property
    def ballot(self) -> Ballot:
        return self.held.ballot


def open_desk(session: Session, held: Held) -> Desk:
    return Desk(
        held,
        make_officer(session, "Ada First", held.now),
        make_officer(session, "Ben Second", held.now),
    )


def propose(
    session: Session,
    desk: Desk,
    *,
    status: ResultStatus = ResultStatus.PROVISIONAL,
    reason: str = "",
    note: str = "",
    embargo_until: datetime | None = None,
    now: datetime,
) -> BallotResult:
    return service.propose_result(
        session, desk.ballot, status=status, words=service.Words(reason, note),
        embargo_until=embargo_until, keys=desk.held.keys, actor=desk.first, now=now,
    )  # fmt: skip


def release(
    session: Session,
    desk: Desk,
    *,
    status: ResultStatus = ResultStatus.PROVISIONAL,
    embargo_until: datetime | None = None,
    now: datetime,
) -> BallotResult:
    """Propose and approve the next version."""
    result = propose(session, desk, status=status, embargo_until=embargo_until, now=now)
    return service.approve_result(
        session, desk.ballot, result.version, keys=desk.held.keys, actor=desk.second, now=now
    )


class Paper:
    """Piles of paper as the floor below tells of them, each revision in the ledger as it must be.

    Stands where `results.queries.paper` asks, whatever is behind that.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lines: list[dict[str, Any]] = []
        self.waiting = 0
        answers = {
            "list_revision_lines": lambda _session, _ballot: list(self.lines),
            "hand_tallies": lambda _session, ballot: self._tallies(ballot),
            "paper_votes": lambda _session, _ballot: self._votes(),
            "count_waiting": lambda _session, _ballot_id: self.waiting,
        }
        for name, answer in answers.items():
            monkeypatch.setattr(f"app.paper.queries.{name}", answer)

    def count_pile(
        self,
        session: Session,
        held: Held,
        *,
        batch: int = 1,
        marks: dict[str, dict[str, int]] | None = None,
        papers: dict[str, int] | None = None,
        valid: int = 0,
        blank: int = 0,
        spoilt: int = 0,
        unused: int = 0,
        now: datetime,
    ) -> None:
        """The next revision of a pile: sums of marks, or papers one by one."""
        valid = valid if papers is None else sum(papers.values())
        line = {
            "batch": batch, "revision": 1 + sum(one["batch"] == batch for one in self.lines),
            "place": None, "issued": valid + blank + spoilt + unused, "valid": valid,
            "blank": blank, "spoilt": spoilt, "unused": unused, "marks": marks,
            "papers": None if papers is None else [[text, n] for text, n in papers.items()],
            "reason": "counted", "at": stamp(now),
        }  # fmt: skip
        self.lines.append(line)
        ledger = lock_ledgers(session, [held.id])[held.id]
        digest = hashlib.sha256(canonical_json(line).encode()).hexdigest()
        voting.add_entry(session, ledger, "paper", now=now, batch=batch,
                         revision=line["revision"], hash=digest)  # fmt: skip

    def _newest(self) -> list[dict[str, Any]]:
        return list({line["batch"]: line for line in self.lines}.values())

    def _votes(self) -> Counter[str]:
        votes: Counter[str] = Counter()
        for line in self._newest():
            votes.update(dict(line["papers"] or []))
        return votes

    def _tallies(self, ballot: Ballot) -> dict[str, HandTally]:
        tallies = {}
        for section in read_definition(ballot.definition).sections:
            marks: Counter[str] = Counter()
            for line in self._newest():
                marks.update((line["marks"] or {}).get(section.key, {}))
            tallies[section.key] = HandTally(
                dict(marks),
                sum(line["valid"] for line in self._newest() if line["marks"] is not None),
                sum(line["blank"] for line in self._newest()),
                sum(line["spoilt"] for line in self._newest()),
            )
        return tallies
