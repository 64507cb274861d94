"""Mixing: envelopes are opened together, votes lie down sorted by their leaf, the way back is cut.

One transaction that may be run again from the start. Everything of a mix has one moment and one
order that means nothing, so neither the log nor PostgreSQL's hidden columns lead from a right to a
vote. The key is destroyed only after the votes are committed and counted over.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, col, insert, select

from app.ballots import queries
from app.ballots.box.digests import leaf_of, merkle_root
from app.ballots.box.keys import BallotKeys
from app.ballots.box.sealing import Unreadable, open_vote
from app.ballots.models import BallotBox, SealedVote, Tally, Vote, VotingRight
from app.ballots.rules import Reason, is_mixable, read_choices
from app.ballots.service.ledger import add_entry
from app.consultations.models import Ballot, Sitting
from app.consultations.queries import get_ballot, get_sitting
from app.consultations.rules import Definition, read_definition
from app.core.errors import Refused


@dataclass
class _Opened:
    """What came out of the envelopes of one box."""

    box: BallotBox
    votes: list[dict[str, Any]] = field(default_factory=list)
    unreadable: int = 0


def mix_boxes(
    session: Session, boxes: Sequence[BallotBox], *, keys: BallotKeys, now: datetime
) -> int:
    """Mix closed boxes of one ballot together; gives the number of votes.

    A box with at least ten votes keeps its place on each vote; votes of smaller ones are pooled
    and keep nothing. Refused when the key of a box that holds votes is gone.
    """
    if not boxes:
        return 0
    held = queries.lock_boxes(session, [box.id or 0 for box in boxes])
    held = [box for box in held if box.mixed_at is None and box.closed_at is not None]
    if not held:
        return 0
    ballot = get_ballot(session, held[0].ballot_id)
    definition = read_definition(ballot.definition)
    opened = [_open_box(session, box, definition, keys) for box in held]
    for one in opened:
        _take_in(session, ballot, one, get_sitting(session, one.box.sitting_id), now=now)
    votes = sorted((vote for one in opened for vote in one.votes), key=lambda vote: vote["leaf"])
    if votes:
        session.connection().execute(insert(Vote), votes)
    ledger = queries.lock_ledgers(session, [ballot.id or 0])[ballot.id or 0]
    add_entry(
        session, ledger, "mixed", now=now, boxes=[box.id for box in held], count=len(votes),
        unreadable=sum(one.unreadable for one in opened),
        root=merkle_root([vote["leaf"] for vote in votes]),
    )  # fmt: skip
    session.flush()
    return len(votes)


def _open_box(
    session: Session, box: BallotBox, definition: Definition, keys: BallotKeys
) -> _Opened:
    opened = _Opened(box)
    private_key = keys.find_box_key(box.public_key)
    about = queries.about_box(definition.hash, box.id or 0)
    for sealed in queries.list_sealed(session, box.id or 0):
        if private_key is None:
            raise Refused(Reason.KEY_MISSING)
        try:
            blind, choices = open_vote(private_key, sealed.sealed, about=about)
        except Unreadable:
            opened.unreadable += 1
            continue
        leaf = leaf_of(definition.hash, blind, choices)
        opened.votes.append(
            {"leaf": leaf, "ballot_id": box.ballot_id, "blind": blind, "choices": choices,
             "place_id": None}
        )  # fmt: skip
    return opened


def _take_in(
    session: Session, ballot: Ballot, opened: _Opened, sitting: Sitting, *, now: datetime
) -> None:
    """Give votes of a large enough box their place, keep the room's tally, cut the way back."""
    box = opened.box
    if is_mixable(len(opened.votes)):
        for vote in opened.votes:
            vote["place_id"] = sitting.place_id
        _add_to_tally(session, ballot, sitting, [vote["choices"] for vote in opened.votes])
    of_box = select(SealedVote.rh).where(SealedVote.box_id == box.id)
    connection = session.connection()
    connection.execute(update(VotingRight).where(col(VotingRight.rh).in_(of_box)).values(cv=None))
    connection.execute(delete(SealedVote).where(col(SealedVote.box_id) == box.id))
    box.mixed_at = now
    session.add(box)


def _add_to_tally(
    session: Session, ballot: Ballot, sitting: Sitting, papers: Sequence[str]
) -> None:
    """Count the papers of a sitting for its room, on top of what its earlier boxes held."""
    definition = read_definition(ballot.definition)
    tally = queries.find_tally(session, ballot.id or 0, sitting.id or 0)
    if tally is None:
        tally = Tally(ballot_id=ballot.id or 0, sitting_id=sitting.id or 0, counts={"votes": 0})
    before = tally.counts.get("sections", {})
    read = [read_choices(paper) for paper in papers]
    sections = {}
    for section in definition.sections:
        marks = Counter(before.get(section.key, {}).get("marks", {}))
        for paper in read:
            named = paper.get(section.key, ())
            marks.update(named[:1] if section.is_ranked else named)
        blank = sum(not paper.get(section.key) for paper in read)
        sections[section.key] = {
            "blank": blank + before.get(section.key, {}).get("blank", 0), "marks": dict(marks),
        }  # fmt: skip
    tally.counts = {"votes": tally.counts["votes"] + len(papers), "sections": sections}
    session.add(tally)


def destroy_spent_keys(session: Session, keys: BallotKeys, *, now: datetime) -> int:
    """Destroy the key of every box that is mixed and empty; gives how many there were.

    Runs after the mix is committed, in a transaction of its own: a server that died in between
    finds the boxes here again. A key without a row is left alone: its box may be on its way.
    """
    spent = queries.list_spent_boxes(session)
    for box in spent:
        keys.destroy_box_key(box.public_key)
        box.key_destroyed_at = now
        session.add(box)
    session.flush()
    return len(spent)
