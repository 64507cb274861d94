"""Every byte of a ledger flipped in turn is found, and so is every row that is taken away.

On SQLite every byte, always; on PostgreSQL and of the paper every seventh, or all with
WISHES_FULL_TESTS=1.
"""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from app.ballots import queries, service
from app.ballots.box.chain import FaultKind
from app.ballots.box.keys import CHECKPOINTS
from app.consultations.rules import ConsultationStatus
from app.core.tokens import new_submission_id
from tests.factories import Box, make_round, put_up_box

IS_FULL = os.environ.get("WISHES_FULL_TESTS") == "1"
KEYS = {
    "ledger_entry": "ballot_id, seq",
    "ballot_ledger": "ballot_id",
    "checkpoint": "id",
    "vote": "leaf",
    "ballot": "id",
}
# Of which place a vote is and the moment a state was reached are in no hash (see `check_ledger`);
# the number of a checkpoint means nothing.
COVERED = {
    "ledger_entry": ("ballot_id", "seq", "kind", "payload", "hash"),
    "ballot_ledger": ("ballot_id", "size", "head", "state"),
    "checkpoint": ("ballot_id", "size", "head", "at", "signature"),
    "vote": ("leaf", "ballot_id", "blind", "choices"),
    "ballot": ("definition", "definition_hash"),
}


@pytest.fixture
def closed(session: Session, tmp_path: Path, now: datetime) -> Box:
    """A ballot of two votes that was closed."""
    here = make_round(session, now=now)
    box = put_up_box(session, here, tmp_path, slips=2, now=now)
    opened = queries.get_opened_ballot(session, here.sitting.class_code, here.ballot.id or 0)
    held = box.keys.make_secrets(here.ballot.definition_hash)
    sent = [
        service.make_sent(
            opened, held, code=code, secret=new_submission_id(), choices=f"s1={key}", now=now
        )
        for code, key in zip(box.codes, ("w1", "w2"), strict=True)
    ]
    assert service.cast_votes(session, sent) == [True, True]
    here.sitting.closed_at = now
    service.close_boxes(session, here.sitting, is_waited=False, now=now)
    here.consultation.status = ConsultationStatus.CLOSED
    session.flush()
    service.start_closing(session, here.ballot)
    later = now + timedelta(seconds=1)
    assert service.finish_ballot(session, here.ballot, keys=box.keys, now=later)
    for act in session.info.pop("after_commit"):  # as if it were committed
        act()
    session.expunge_all()
    return box


def faults_of(session: Session, box: Box) -> list[FaultKind]:
    ballot_id = box.round.ballot.id or 0
    return [one.kind for one in queries.check_ledger(session, ballot_id, keys=box.keys)]


def test_a_ledger_nobody_touched_has_no_fault(session: Session, closed: Box) -> None:
    assert faults_of(session, closed) == []
    assert len(closed.keys.store.read_lines(CHECKPOINTS)) == 2


def flips_of(value: Any) -> Iterator[Any]:
    """The value with each of its bytes changed in turn (of a number or a moment, each low bit)."""
    if isinstance(value, str):
        for place, sign in enumerate(value):
            yield value[:place] + chr(ord(sign) ^ 1) + value[place + 1 :]
    elif isinstance(value, bytes):
        for place, byte in enumerate(value):
            yield value[:place] + bytes([byte ^ 1]) + value[place + 1 :]
    elif isinstance(value, datetime):
        yield from (value + timedelta(seconds=1 << bit) for bit in range(20))
        yield from (value + timedelta(microseconds=1 << bit) for bit in range(20))
    else:
        yield from (value ^ (1 << bit) for bit in range(8))


def is_the_same(was: Any, flipped: Any) -> bool:
    """Whether both are read as one moment: SQLite keeps it as text, with any sign in the middle."""
    return (
        isinstance(was, str)
        and len(was) == 26
        and was[:10] + was[11:] == (flipped[:10] + flipped[11:])
    )


def try_all(session: Session, box: Box, table: str, column: str) -> tuple[int, list[Any]]:
    """Flip every byte of a column: how many there were, and which went unnoticed."""
    is_whole = IS_FULL or (table != "ballot" and session.connection().dialect.name == "sqlite")
    connection = session.connection()
    keys = KEYS[table].split(", ")
    rows = connection.execute(text(f"SELECT {KEYS[table]}, {column} AS was FROM {table}")).all()
    change = text(
        f"UPDATE {table} SET {column} = :flipped WHERE "
        + " AND ".join(f"{key} = :old_{key}" for key in keys)
    )
    tried, missed = 0, []
    for row in rows:
        for flipped in list(flips_of(row.was))[:: 1 if is_whole else 7]:
            where = {f"old_{key}": value for key, value in zip(keys, row, strict=False)}
            nested = connection.begin_nested()
            try:
                connection.execute(change, {"flipped": flipped} | where)
                is_found = bool(faults_of(session, box))
            except DBAPIError:
                is_found = True  # the database itself refuses it
            nested.rollback()
            tried += 1
            if not is_found and not is_the_same(row.was, flipped):
                missed.append((row, flipped))
    return tried, missed


@pytest.mark.parametrize("table", COVERED)
def test_every_byte_flipped_in_turn_is_found(session: Session, closed: Box, table: str) -> None:
    for column in COVERED[table]:
        tried, missed = try_all(session, closed, table, column)
        assert tried
        assert not missed, (column, missed[0], len(missed), tried)
    assert faults_of(session, closed) == []


def test_every_entry_taken_out_is_found(session: Session, closed: Box) -> None:
    connection = session.connection()
    size = queries.get_ledger(session, closed.round.ballot.id or 0).size
    assert size == 8
    for seq in range(1, size + 1):
        nested = connection.begin_nested()
        connection.execute(text("DELETE FROM ledger_entry WHERE seq = :seq"), {"seq": seq})
        assert faults_of(session, closed)
        connection.execute(text("UPDATE ledger_entry SET seq = seq - 1 WHERE seq > :seq"),
                           {"seq": seq})  # fmt: skip
        connection.execute(text("UPDATE ballot_ledger SET size = size - 1"))
        assert faults_of(session, closed)
        nested.rollback()


def test_a_ledger_cut_short_with_its_head_is_found_by_its_checkpoints(
    session: Session, closed: Box
) -> None:
    """Whoever cuts it makes the head fit: only what was noted outside the database tells."""
    connection = session.connection()
    size = queries.get_ledger(session, closed.round.ballot.id or 0).size
    for kept in range(1, size):
        nested = connection.begin_nested()
        cut = {"kept": kept}
        connection.execute(text("DELETE FROM ledger_entry WHERE seq > :kept"), cut)
        connection.execute(text("DELETE FROM checkpoint WHERE size > :kept"), cut)
        connection.execute(text("DELETE FROM vote"))
        head = "(SELECT hash FROM ledger_entry WHERE seq = :kept)"
        connection.execute(
            text(f"UPDATE ballot_ledger SET size = :kept, head = {head}, state = 'open'"),
            cut,
        )
        assert FaultKind.SHORTENED in faults_of(session, closed)
        nested.rollback()


def test_a_checkpoint_by_another_hand_or_taken_away_is_found(session: Session, closed: Box) -> None:
    connection = session.connection()
    nested = connection.begin_nested()
    connection.execute(text("DELETE FROM checkpoint WHERE size > 2"))
    assert faults_of(session, closed) == [FaultKind.CHECKPOINT_MISSING]
    nested.rollback()
    closed.keys.store.destroy("signing")
    assert FaultKind.CHECKPOINT in faults_of(session, closed)


def test_a_vote_added_or_taken_out_after_the_close_is_found(session: Session, closed: Box) -> None:
    connection = session.connection()
    nested = connection.begin_nested()
    connection.execute(text("DELETE FROM vote WHERE choices = 's1=w1'"))
    assert faults_of(session, closed) == [FaultKind.VOTES]
    nested.rollback()


def test_a_restored_copy_is_explained_by_the_officer_who_says_so(
    session: Session, closed: Box, now: datetime
) -> None:
    """The older copy goes on: its entries differ from what was noted; `restored` explains that."""
    connection = session.connection()
    cut = {"kept": 4}
    connection.execute(text("DELETE FROM ledger_entry WHERE seq > :kept"), cut)
    connection.execute(text("DELETE FROM checkpoint WHERE size > :kept"), cut)
    connection.execute(text("DELETE FROM vote"))
    connection.execute(text(
        "UPDATE ballot_ledger SET size = :kept, state = 'open',"
        " head = (SELECT hash FROM ledger_entry WHERE seq = :kept)"
    ), cut)  # fmt: skip
    ballot_id = closed.round.ballot.id or 0
    assert set(faults_of(session, closed)) == {FaultKind.SHORTENED}
    ballot = session.get_one(type(closed.round.ballot), ballot_id)
    ledger = queries.lock_ledgers(session, [ballot_id])[ballot_id]
    service.add_entry(session, ledger, "restored", now=now, missing=4, words="The disk broke.")
    assert set(faults_of(session, closed)) == {FaultKind.SHORTENED}  # until it is signed
    service.make_checkpoint(session, ballot, ledger, closed.keys, now=now)
    session.info.pop("after_commit")[0]()
    assert faults_of(session, closed) == []
