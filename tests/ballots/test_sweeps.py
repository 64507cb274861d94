"""The box runs itself: whole ballots on both databases, moved by the worker alone."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from app.ballots import queries, service, sweeps
from app.ballots.models import BallotBox, Vote
from app.ballots.rules import BallotState
from app.consultations.models import Consultation, Sitting
from app.consultations.rules import ConsultationStatus, SittingMode
from app.core.db import Database
from app.core.settings import Settings
from app.core.tokens import new_submission_id
from app.core.worker import Worker
from app.main import SWEEPS
from tests.factories import Round, make_round

ALL = [one for one in SWEEPS if one.__module__ == "app.ballots.sweeps"]


class Machine:
    """A database with one round, its settings, and a worker whose clock a test moves."""

    def __init__(self, address: str, folder: Path, now: datetime) -> None:
        self.now = now
        self.db = Database(address)
        self.settings = Settings(data_dir=folder, database_url=address, secret_key="x")
        self.keys = sweeps.keys_of(self.settings)
        with self.db.session(writes=True) as session:
            self.here: Round = make_round(session, now=now)

    def work(self, **later: float) -> None:
        """Let time pass and everything that waits be done."""
        self.now += timedelta(**later)
        Worker(self.db, self.settings, ALL, clock=lambda: self.now).run_until_idle()

    def vote(self, count: int) -> None:
        """So many slips are printed and used."""
        with self.db.session(writes=True) as session:
            sitting = session.get_one(Sitting, self.here.sitting.id)
            codes = service.issue_slips(session, sitting, count, keys=self.keys, now=self.now)
            opened = queries.get_opened_ballot(
                session, sitting.class_code, self.here.ballot.id or 0
            )
            held = self.keys.make_secrets(self.here.ballot.definition_hash)
            sent = [
                service.make_sent(
                    opened,
                    held,
                    code=code,
                    secret=new_submission_id(),
                    choices="s1=w1",
                    now=self.now,
                )
                for code in codes
            ]
            assert service.cast_votes(session, sent) == [True] * count

    def end_sitting(self) -> None:
        with self.db.session(writes=True) as session:
            session.get_one(Sitting, self.here.sitting.id).closed_at = self.now

    def end_round(self) -> None:
        with self.db.session(writes=True) as session:
            round_ = session.get_one(Consultation, self.here.consultation.id)
            round_.status = ConsultationStatus.CLOSED

    def boxes(self) -> list[BallotBox]:
        with self.db.session(writes=False) as session:
            return queries.list_boxes(session, ballot_id=self.here.ballot.id)

    def votes(self) -> int:
        with self.db.session(writes=False) as session:
            return len(session.exec(select(Vote)).all())

    def state(self) -> BallotState:
        with self.db.session(writes=False) as session:
            return queries.get_ledger(session, self.here.ballot.id or 0).state

    def key_files(self) -> list[str]:
        return [name for name in self.keys.store.names() if name.startswith("box-")]


@pytest.fixture
def machine(any_address: str, tmp_path: Path, now: datetime) -> Iterator[Machine]:
    made = Machine(any_address, tmp_path / "data", now)
    yield made
    made.db.close()


def test_from_a_sitting_without_a_box_to_a_final_count(machine: Machine) -> None:
    machine.work()
    assert len(machine.boxes()) == len(machine.key_files()) == 1
    machine.vote(10)
    machine.end_sitting()
    machine.work()
    assert (machine.votes(), len(machine.key_files())) == (0, 1)  # all voted, its grace ends now
    machine.work(seconds=1)
    assert (machine.votes(), machine.key_files()) == (10, [])
    assert machine.boxes()[0].key_destroyed_at == machine.now
    assert machine.state() is BallotState.OPEN
    machine.end_round()
    machine.work(seconds=1)
    assert machine.state() is BallotState.CLOSED
    machine.work(days=28)
    assert machine.state() is BallotState.FINAL
    assert machine.votes() == 0
    assert machine.keys.find_secrets(machine.here.ballot.definition_hash) is None


def test_slips_on_their_way_are_waited_for_a_day(machine: Machine) -> None:
    machine.work()
    machine.vote(10)
    with machine.db.session(writes=True) as session:
        sitting = session.get_one(Sitting, machine.here.sitting.id)
        service.issue_slips(session, sitting, 1, keys=machine.keys, now=machine.now)
    machine.end_sitting()
    machine.end_round()
    machine.work(hours=23)
    machine.work(minutes=59)
    assert (machine.votes(), machine.state()) == (0, BallotState.CLOSING)
    machine.work(hours=24, minutes=1)
    assert (machine.votes(), machine.state()) == (10, BallotState.CLOSED)


def test_a_small_group_waits_for_the_close(machine: Machine) -> None:
    machine.work()
    machine.vote(9)
    machine.end_sitting()
    machine.work(hours=1)
    assert (machine.votes(), len(machine.key_files())) == (0, 1)
    machine.end_round()
    machine.work(seconds=1)
    assert (machine.votes(), machine.key_files()) == (9, [])


def test_a_public_link_gets_a_fresh_box_each_night(machine: Machine) -> None:
    with machine.db.session(writes=True) as session:
        session.get_one(Sitting, machine.here.sitting.id).mode = SittingMode.PUBLIC_LINK
    machine.work()
    machine.vote(9)
    machine.work(days=1)
    assert len(machine.boxes()) == 1  # too few to hide each other
    machine.vote(1)
    machine.work(seconds=1)
    machine.work(seconds=1)
    assert machine.votes() == 10
    first, second = machine.boxes()
    assert first.mixed_at is not None
    assert (second.closed_at, len(machine.key_files())) == (None, 1)
    machine.vote(3)


def test_a_mix_that_died_before_its_key_did_is_ended(machine: Machine) -> None:
    machine.work()
    machine.vote(10)
    machine.end_sitting()
    machine.work()
    machine.now += timedelta(seconds=1)
    sweeps.mix_ready_boxes(machine.db, machine.settings, machine.now)  # and the server dies here
    assert (machine.votes(), len(machine.key_files())) == (10, 1)
    machine.work()
    assert machine.key_files() == []


def test_checkpoints_come_every_quarter_of_an_hour(machine: Machine) -> None:
    machine.work()

    def sizes() -> list[int]:
        with machine.db.session(writes=False) as session:
            found = queries.list_checkpoints(session, machine.here.ballot.id or 0)
        return [one.size for one in found]

    first = sizes()
    machine.work(minutes=16)
    assert sizes() == first  # nothing was written since
    machine.vote(3)
    machine.work(minutes=1)
    assert len(sizes()) == len(first) + 1
    machine.vote(1)
    machine.work(minutes=14)
    assert len(sizes()) == len(first) + 1
    machine.work(minutes=2)
    assert len(sizes()) == len(first) + 2
