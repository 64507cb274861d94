"""Writing a ballot's ledger: entries in one chain, and signed notes of where it stands."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, insert

from app.ballots.box.digests import checkpoint_message, ledger_hash, ledger_start
from app.ballots.box.keys import CHECKPOINTS, BallotKeys
from app.ballots.models import BallotLedger, Checkpoint, LedgerEntry
from app.ballots.queries import find_ledger, lock_ledgers
from app.consultations.models import Ballot
from app.consultations.rules import canonical_json
from app.core.db import after_commit

log = structlog.get_logger()


def start_ledger(session: Session, ballot: Ballot, *, now: datetime) -> BallotLedger:
    """The ledger of a ballot, begun with its definition when the ballot is first held.

    Held until the transaction ends: whoever writes a ledger has it to themselves.
    """
    is_new = find_ledger(session, ballot.id or 0) is None and _begin(session, ballot)
    ledger = lock_ledgers(session, [ballot.id or 0])[ballot.id or 0]
    if is_new:
        add_entry(session, ledger, "opened", now=now, definition_hash=ballot.definition_hash)
    return ledger


def _begin(session: Session, ballot: Ballot) -> bool:
    """Whether the row is ours: two sittings may begin a ballot in the same moment."""
    try:
        with session.begin_nested():
            head = ledger_start(ballot.definition_hash)
            session.add(BallotLedger(ballot_id=ballot.id or 0, head=head))
    except IntegrityError:
        return False
    return True


def add_entry(
    session: Session, ledger: BallotLedger, event: str, *, now: datetime, **facts: Any
) -> None:
    """Write one event. The ledger must be locked by this transaction (`lock_ledgers`)."""
    add_entries(session, ledger, [(event, canonical_json(facts | {"at": stamp(now)}))])


def add_entries(session: Session, ledger: BallotLedger, entries: Sequence[tuple[str, str]]) -> None:
    """Chain entries of (kind, payload) behind the last one and move the head."""
    rows = []
    for kind, payload in entries:
        seq = ledger.size + 1
        ledger.head = ledger_hash(ledger.head, seq, kind, payload)
        ledger.size = seq
        rows.append(
            {"ballot_id": ledger.ballot_id, "seq": seq, "kind": kind, "payload": payload,
             "hash": ledger.head}
        )  # fmt: skip
    session.connection().execute(insert(LedgerEntry), rows)
    session.add(ledger)
    session.flush()


def make_checkpoint(
    session: Session, ballot: Ballot, ledger: BallotLedger, keys: BallotKeys, *, now: datetime
) -> Checkpoint:
    """Sign where the ledger stands, and note it outside the database too (whole seconds).

    A database that was restored or cut short is then shorter than its own checkpoints. The note is
    made after the commit: one about a transaction that was taken back would be a false alarm.
    """
    message = checkpoint_message(ballot.definition_hash, ledger.size, ledger.head, stamp(now))
    signature = keys.signing_key().sign(message).hex()
    made = Checkpoint(
        ballot_id=ledger.ballot_id,
        size=ledger.size,
        head=ledger.head,
        at=now.replace(microsecond=0),
        signature=signature,
    )
    session.add(made)
    session.flush()
    note = {
        "definition_hash": ballot.definition_hash, "size": ledger.size, "head": ledger.head,
        "at": stamp(now), "signature": signature,
    }  # fmt: skip
    after_commit(session, partial(_note, keys, canonical_json(note)))
    return made


def _note(keys: BallotKeys, line: str) -> None:
    """A note that cannot be made is one that vouches for nothing; what is stored is stored."""
    try:
        keys.store.append_line(CHECKPOINTS, line)
    except OSError as error:
        log.error("checkpoint_not_noted", error=str(error))


def stamp(moment: datetime) -> str:
    """A moment as it stands in ledgers: UTC, ISO 8601, the same from every database."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")
