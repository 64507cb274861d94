"""Looking a ballot's records over, from its paper to its last vote: for `wishes check`."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from app.ballots.box import chain
from app.ballots.box.chain import Entry, Fault, FaultKind, Mark
from app.ballots.box.digests import leaf_of
from app.ballots.box.keys import CHECKPOINTS, BallotKeys
from app.ballots.models import BallotLedger, Checkpoint, LeafList, LedgerEntry, Vote
from app.ballots.queries.ledger import list_held_ballots
from app.ballots.rules import BallotState
from app.consultations.models import Ballot

LEAF_HEX = 64
READ_AT_ONCE = 5_000


def check_ledger(session: Session, ballot_id: int, *, keys: BallotKeys) -> list[Fault]:
    """Everything that does not fit in a ballot that is held; nothing when all is as it was.

    Not covered by any hash: of which place a vote is (it is no part of a leaf).
    """
    try:
        return list(_check(session, ballot_id, keys))
    except (ValueError, LookupError, TypeError):  # a date, a number, a state that is none
        return [Fault(FaultKind.UNREADABLE)]


def check_ledgers(session: Session, *, keys: BallotKeys) -> dict[int, list[Fault]]:
    """The faults of every ballot that is held, by its id."""
    held = list_held_ballots(session, *BallotState)
    return {ballot_id: check_ledger(session, ballot_id, keys=keys) for ballot_id in held}


def _check(session: Session, ballot_id: int, keys: BallotKeys) -> Iterator[Fault]:
    ballot = _row(session, Ballot.definition, Ballot.definition_hash, Ballot.id == ballot_id)
    ledger = _row(
        session, BallotLedger.size, BallotLedger.head, BallotLedger.state,
        BallotLedger.ballot_id == ballot_id,
    )  # fmt: skip
    if ballot is None or ledger is None:
        yield Fault(FaultKind.UNREADABLE)
        return
    definition_hash = ballot.definition_hash
    if hashlib.sha256(ballot.definition.encode()).hexdigest() != definition_hash:
        yield Fault(FaultKind.DEFINITION)
    marks = _read_marks(session, ballot_id)
    notes = chain.read_notes(keys.store.read_lines(CHECKPOINTS), definition_hash)
    places = {mark.size for mark in (*marks, *notes)}
    walked = chain.walk(definition_hash, _read_entries(session, ballot_id), places)
    yield from walked.faults
    yield from chain.check_marks(walked, marks, notes, public_key=keys.public_signing_key())
    leaves = _read_leaves(session, ballot_id, ledger.state, definition_hash)
    yield from chain.check_end(
        walked, size=ledger.size, head=ledger.head, state=ledger.state, leaves=leaves
    )


def _row(session: Session, *asked: Any) -> Any:
    *columns, where = asked
    return session.connection().execute(select(*columns).where(where)).first()


def _read_entries(session: Session, ballot_id: int) -> Iterator[Entry]:
    query = (
        select(
            col(LedgerEntry.seq), col(LedgerEntry.kind), col(LedgerEntry.payload),
            col(LedgerEntry.hash),
        )
        .where(col(LedgerEntry.ballot_id) == ballot_id)
        .order_by(col(LedgerEntry.seq))
        .execution_options(yield_per=READ_AT_ONCE)
    )  # fmt: skip
    return (Entry(*row) for row in session.connection().execute(query))


def _read_marks(session: Session, ballot_id: int) -> list[Mark]:
    query = (
        select(
            col(Checkpoint.size), col(Checkpoint.head), col(Checkpoint.at),
            col(Checkpoint.signature),
        )
        .where(col(Checkpoint.ballot_id) == ballot_id)
        .order_by(col(Checkpoint.id))
    )  # fmt: skip
    rows: Any = session.connection().execute(query)
    return [Mark(size, head, _stamp(at), signature) for size, head, at, signature in rows]


def _stamp(at: datetime) -> str:
    """As it was signed, to the second; what is not a whole second was never signed."""
    return at.astimezone(UTC).isoformat()


def _read_leaves(
    session: Session, ballot_id: int, state: BallotState, definition_hash: str
) -> list[bytes]:
    """All leaves, each computed again from its vote while there are votes."""
    if state is BallotState.FINAL:
        joined = _row(session, LeafList.leaves, LeafList.ballot_id == ballot_id)
        text = joined.leaves if joined else ""
        return [bytes.fromhex(text[at : at + LEAF_HEX]) for at in range(0, len(text), LEAF_HEX)]
    query = (
        select(col(Vote.leaf), col(Vote.blind), col(Vote.choices))
        .where(col(Vote.ballot_id) == ballot_id)
        .order_by(col(Vote.leaf))
    )
    rows: Any = session.connection().execute(query)
    return [
        leaf if leaf == leaf_of(definition_hash, blind, choices) else b""
        for leaf, blind, choices in rows
    ]
