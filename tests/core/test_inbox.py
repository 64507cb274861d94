"""The inbox answers only for what is stored, and one bad send harms no other."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from app.core.db import Database
from app.core.inbox import Inbox
from app.wishes.models import WishEdition


def _add(year: int, session: Session) -> int:
    if year % 7 == 0:
        raise ValueError(year)
    session.add(WishEdition(year=year, name="x", source="test"))
    session.flush()
    return year


def test_good_sends_are_stored_and_bad_ones_told(any_address: str) -> None:
    db = Database(any_address)
    inbox = Inbox(db)

    def send(year: int) -> int | None:
        try:
            return inbox.submit(lambda session: _add(year, session))
        except ValueError:
            return None

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(send, range(1, 101)))
    inbox.close()
    told = {year for year in answers if year is not None}
    with db.session(writes=False) as session:
        stored = set(session.exec(select(WishEdition.year)))
    assert told == stored == {year for year in range(1, 101) if year % 7}
    db.close()


def test_a_batch_that_cannot_be_committed_is_not_acknowledged(
    any_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = Database(any_address)
    inbox = Inbox(db)

    def broken(_self: Session) -> None:
        raise OperationalError("COMMIT", {}, Exception("disk full"))

    monkeypatch.setattr(Session, "commit", broken)
    with pytest.raises(OperationalError):
        inbox.submit(lambda session: _add(1, session))
    monkeypatch.undo()
    assert inbox.submit(lambda session: _add(2, session)) == 2
    inbox.close()
    with db.session(writes=False) as session:
        assert list(session.exec(select(WishEdition.year))) == [2]
    db.close()


def test_a_transaction_the_database_ended_by_itself_is_not_acknowledged(
    any_address: str,
) -> None:
    """On an I/O error SQLite takes the whole transaction back by itself, the driver's `commit` then
    does nothing and says nothing, and what was written before would be called "stored"."""
    db = Database(any_address)
    inbox = Inbox(db)
    gate = threading.Event()

    def wait(session: Session) -> int:
        gate.wait(10)
        return _add(1, session)

    def end(session: Session) -> int:
        if db.is_sqlite:
            session.connection().connection.dbapi_connection.rollback()
        raise OperationalError("UPDATE", {}, Exception("disk I/O error"))

    with ThreadPoolExecutor(4) as pool:
        held = pool.submit(inbox.submit, wait)
        time.sleep(0.2)  # the writer has this one; the others meet in the next batch
        good = pool.submit(inbox.submit, lambda session: _add(2, session))
        time.sleep(0.1)
        bad = pool.submit(inbox.submit, end)
        time.sleep(0.1)
        after = pool.submit(inbox.submit, lambda session: _add(3, session))
        time.sleep(0.1)
        gate.set()
    inbox.close()
    told = {job.result() for job in (held, good, after) if not job.exception()}
    assert bad.exception()
    with db.session(writes=False) as session:
        stored = set(session.exec(select(WishEdition.year)))
    assert told <= stored
    db.close()
