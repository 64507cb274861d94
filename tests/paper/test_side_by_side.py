"""Several people at once, on both databases: one pile is one pile, and it is confirmed once."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from sqlmodel import Session, select

from app.ballots.box.digests import ledger_hash, ledger_start
from app.ballots.models import LedgerEntry
from app.consultations.models import Ballot, Sitting
from app.core.db import Database
from app.core.errors import Refused
from app.paper import queries
from app.paper.models import PaperBatch, PaperRevision
from app.paper.rules import BatchKind, Contents, Reason
from app.paper.service import confirm_batch, enter_batch
from app.staff.models import StaffAccount
from app.staff.rules import Role
from tests.factories import make_round

PEOPLE = 6
FOUND = Contents(30, 27, 1, 1, 1, marks={"s1": {"w1": 27}})


@pytest.fixture
def db(any_address: str, now: datetime) -> Iterator[Database]:
    """A round in progress and some people who count."""
    database = Database(any_address)
    with database.session(writes=True) as session:
        make_round(session, now=now)
        for number in range(PEOPLE + 1):
            session.add(
                StaffAccount(
                    email=f"p{number}@example.org", name=f"P {number}", role=Role.OFFICER,
                    password_hash="", totp_secret="", created_at=now,
                )
            )  # fmt: skip
    yield database
    database.close()


def all_at_once(db: Database, deed: Callable[[Session, StaffAccount, int], object]) -> Counter[str]:
    """Let everybody do it in the same moment; how it went, by how many."""
    gate = Barrier(PEOPLE)

    def one(number: int) -> str:
        gate.wait()
        try:
            with db.session(writes=True) as session:
                query = select(StaffAccount).where(StaffAccount.name == f"P {number}")
                deed(session, session.exec(query).one(), number)
        except Refused as refusal:
            return str(refusal.reason)
        return "done"

    with ThreadPoolExecutor(PEOPLE) as pool:
        return Counter(pool.map(one, range(PEOPLE)))


def enter(session: Session, actor: StaffAccount, now: datetime, name: str = "") -> PaperBatch:
    return enter_batch(
        session, session.exec(select(Ballot)).one(), sitting=session.exec(select(Sitting)).one(),
        kind=BatchKind.PAPER_BALLOTS, name=name, contents=FOUND, actor=actor, now=now,
    )  # fmt: skip


def test_one_pile_entered_by_everybody_at_once_is_one_pile(db: Database, now: datetime) -> None:
    went = all_at_once(db, lambda session, actor, _: enter(session, actor, now))
    assert went == {"done": 1, Reason.PILE_KNOWN.value: PEOPLE - 1}
    with db.session(writes=False) as session:
        assert len(session.exec(select(PaperBatch)).all()) == 1
        assert len(session.exec(select(PaperRevision)).all()) == 1


def test_one_pile_is_confirmed_by_one_person(db: Database, now: datetime) -> None:
    with db.session(writes=True) as session:
        last = session.exec(select(StaffAccount).where(StaffAccount.name == f"P {PEOPLE}")).one()
        batch_id = enter(session, last, now).id or 0

    def confirm(session: Session, actor: StaffAccount, _number: int) -> None:
        batch = queries.get_batch(session, batch_id, own_place_ids=None)
        confirm_batch(session, batch, contents=FOUND, actor=actor, now=now)

    assert all_at_once(db, confirm) == {"done": 1, Reason.NOTHING_WAITS.value: PEOPLE - 1}
    with db.session(writes=False) as session:
        rows = session.exec(select(PaperRevision)).all()
        assert sum(row.is_confirming for row in rows) == 1


def test_many_piles_confirmed_at_once_keep_one_chain(db: Database, now: datetime) -> None:
    with db.session(writes=True) as session:
        last = session.exec(select(StaffAccount).where(StaffAccount.name == f"P {PEOPLE}")).one()
        ids = [enter(session, last, now, f"Box {number}").id or 0 for number in range(PEOPLE)]

    def confirm(session: Session, actor: StaffAccount, number: int) -> None:
        batch = queries.get_batch(session, ids[number], own_place_ids=None)
        confirm_batch(session, batch, contents=FOUND, actor=actor, now=now)

    assert all_at_once(db, confirm) == {"done": PEOPLE}
    with db.session(writes=False) as session:
        ballot = session.exec(select(Ballot)).one()
        head = ledger_start(ballot.definition_hash)
        entries = session.exec(select(LedgerEntry).order_by(LedgerEntry.seq)).all()  # type: ignore[arg-type]
        for seq, entry in enumerate(entries, start=1):
            head = ledger_hash(head, seq, entry.kind, entry.payload)
            assert (entry.seq, entry.hash) == (seq, head)
        assert [entry.kind for entry in entries] == ["opened"] + ["paper"] * PEOPLE
        assert queries.count_paper(session, ballot.id or 0).valid == 27 * PEOPLE
