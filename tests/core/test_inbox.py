"""The inbox answers only for what is stored, and one bad send harms no other."""

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
