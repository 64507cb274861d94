"""Accepting votes: many in one transaction, each exactly once.

The receipt is computed from the request and never read from a row, so a repeat needs no link
between code and vote. Everything is decided before the first write; the writes of a batch are
three statements and one new head of the ledger.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy import select as any_select
from sqlmodel import Session, col, insert, select

from app.ballots import queries
from app.ballots.box.digests import blind_of, leaf_of
from app.ballots.box.keys import BallotSecrets
from app.ballots.box.sealing import seal_vote
from app.ballots.models import SealedVote, Vote, VotingRight
from app.ballots.queries import OpenedBallot
from app.ballots.rules import BoxFacts, Reason, is_open, why_not_cast
from app.ballots.service.ledger import add_entries
from app.core.errors import Refused


@dataclass(frozen=True)
class Sent:
    """One vote on its way into a box, sealed. The leaf is for repeats after the mix only."""

    ballot_id: int
    sitting_id: int
    box_id: int
    right: bytes  # rh
    claim: bytes  # cs
    content: bytes  # cv
    sealed: bytes
    leaf: bytes
    at: datetime


def make_sent(
    opened: OpenedBallot,
    held: BallotSecrets,
    *,
    code: str,
    secret: str,
    choices: str,
    now: datetime,
) -> Sent:
    """Seal a vote and compute everything that may be stored of it. `choices` is canonical."""
    definition_hash = opened.definition.hash
    blind = blind_of(definition_hash, secret)
    return Sent(
        ballot_id=opened.ballot_id,
        sitting_id=opened.sitting_id,
        box_id=opened.box_id,
        right=held.right_of(code),
        claim=held.claim_of(secret),
        content=held.content_of(secret, choices),
        sealed=seal_vote(
            opened.box_key, blind, choices, about=opened.about, room=opened.definition.longest
        ),
        leaf=leaf_of(definition_hash, blind, choices),
        at=now,
    )


@dataclass
class _Right:
    """A right as this batch sees it."""

    sitting_id: int
    is_revoked: bool
    claim: bytes | None
    content: bytes | None


def cast_votes(session: Session, batch: Sequence[Sent]) -> list[bool | Exception]:
    """Take a batch of votes; for each whether it is new, or why it is refused.

    A repeat of the same vote is not new, and is fine, also after the close and after the mix.
    Refused: an unknown code, a used or revoked one, other choices under the same secret (the first
    count), voting has ended, the box was changed meanwhile (seal again).
    """
    # Locks are taken in one order everywhere (boxes, rights, ledger): no two wait for each other.
    boxes = queries.read_box_facts(session, {sent.box_id for sent in batch})
    rights = _read_rights(session, batch)
    claimed = _read_claims(session, batch)
    ledgers = queries.lock_ledgers(session, {sent.ballot_id for sent in batch})
    outcomes: list[bool | Exception] = []
    taken: list[Sent] = []
    for sent in batch:
        right = rights.get(sent.right)
        try:
            is_new = _decide(session, sent, right, boxes, claimed)
        except Refused as refusal:
            outcomes.append(refusal)
            continue
        outcomes.append(is_new)
        if is_new and right is not None:
            right.claim, right.content = sent.claim, sent.content
            claimed.add(sent.claim)
            taken.append(sent)
    if taken:
        _write(session, taken)
        entries = defaultdict(list)
        for sent in taken:
            kind = "cast" if is_open(boxes[sent.box_id]) else "late"
            digest = hashlib.sha256(sent.sealed).hexdigest()
            entries[sent.ballot_id].append((kind, digest))
        for ballot_id, lines in entries.items():
            add_entries(session, ledgers[ballot_id], lines)
    return outcomes


def _decide(
    session: Session,
    sent: Sent,
    right: _Right | None,
    boxes: dict[int, BoxFacts],
    claimed: set[bytes],
) -> bool:
    """True: a new vote. False: the same again. Refused: everything else."""
    if right is None or right.sitting_id != sent.sitting_id:
        raise Refused(Reason.CODE_WRONG)
    if right.claim == sent.claim:
        if right.content is not None:
            is_same = right.content == sent.content
        else:  # mixed: what was chosen is known by its leaf alone
            is_same = session.get(Vote, sent.leaf) is not None
        if not is_same:
            raise Refused(Reason.CHANGED)
        return False
    if right.claim is not None or right.is_revoked:
        raise Refused(Reason.CODE_USED)
    if sent.claim in claimed:
        raise Refused(Reason.WEAK_ID)
    box = boxes.get(sent.box_id)
    if box is None:
        raise Refused(Reason.ENDED)
    if box.mixed_at is None and box.closed_at is not None and box.sitting_closed_at is None:
        raise Refused(Reason.BOX_MOVED)
    reason = why_not_cast(box, now=sent.at)
    if reason:
        raise Refused(reason)
    return True


def _read_rights(session: Session, batch: Sequence[Sent]) -> dict[bytes, _Right]:
    names = {sent.right for sent in batch}
    query = any_select(
        col(VotingRight.rh), col(VotingRight.sitting_id), col(VotingRight.is_revoked),
        col(VotingRight.cs), col(VotingRight.cv),
    ).where(col(VotingRight.rh).in_(names))  # fmt: skip
    query = query.order_by(col(VotingRight.rh)).with_for_update()
    rows: Iterable[Any] = session.connection().execute(query)
    return {rh: _Right(*facts) for rh, *facts in rows}


def _read_claims(session: Session, batch: Sequence[Sent]) -> set[bytes]:
    query = select(VotingRight.cs).where(col(VotingRight.cs).in_({one.claim for one in batch}))
    return {claim for claim in session.exec(query) if claim is not None}


_SPEND = (
    update(VotingRight)
    .where(col(VotingRight.rh) == bindparam("right"), col(VotingRight.cs).is_(None))
    .values(cs=bindparam("claim"), cv=bindparam("content"))
)


def _write(session: Session, taken: Sequence[Sent]) -> None:
    connection = session.connection()
    spent = connection.execute(
        _SPEND,
        [{"right": one.right, "claim": one.claim, "content": one.content} for one in taken],
    )
    if spent.rowcount != len(taken):  # somebody else was quicker: the batch is tried one by one
        raise RuntimeError("a right was spent meanwhile")
    connection.execute(
        insert(SealedVote),
        [{"rh": one.right, "box_id": one.box_id, "sealed": one.sealed} for one in taken],
    )
