"""Everything at once: votes, repeats, slips taken back, slips printed, the close, the mix.

Nobody waits for each other for ever, and in the end the account balances: a vote is counted if and
only if its right was spent and not taken back.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import pytest
from sqlmodel import Session, select

from app.ballots import queries, service
from app.ballots.models import Vote, VotingRight
from app.ballots.rules import Reason
from app.consultations.models import Consultation, Sitting
from app.consultations.rules import ConsultationStatus
from app.core.errors import Refused
from tests.ballots.box.phones import Phone
from tests.ballots.box.polls import Poll, open_poll

SLIPS = 80
TAKEN_BACK = 20  # at most so many are taken back


@dataclass
class Room:
    """One class, many hands; each act is a transaction of its own."""

    poll: Poll
    phones: list[Phone]
    told: set[str] = field(default_factory=set)  # codes that were told "stored"
    taken_back: int = 0
    problems: list[BaseException] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    def act(self, what: Callable[[Session, Sitting], object]) -> None:
        """Do it; a refusal is an answer, anything else a problem."""
        try:
            with self.poll.db.session(writes=True) as session:
                what(session, session.get_one(Sitting, self.poll.box.round.sitting.id))
        except Refused:
            pass
        except BaseException as problem:
            self.problems.append(problem)

    def cast(self, some: Sequence[Phone]) -> list[bool | StrEnum]:
        """A batch of votes and repeats, as the inbox hands it over; what came of each."""
        here = self.poll.box
        with self.poll.db.session(writes=False) as session:
            opened = queries.get_opened_ballot(
                session, here.round.sitting.class_code, self.poll.ballot_id
            )
        held = here.keys.make_secrets(self.poll.definition_hash)
        sent = [
            service.make_sent(
                opened, held, code=one.code, secret=one.secret, choices=one.choices,
                now=datetime.now(UTC),
            )
            for one in some
        ]  # fmt: skip
        outcomes: list[bool | Exception] = []
        self.act(lambda session, _: outcomes.extend(service.cast_votes(session, sent)))
        self.problems += [one for one in outcomes if not isinstance(one, bool | Refused)]
        return [one.reason if isinstance(one, Refused) else one for one in outcomes]

    def cast_some(self, chance: random.Random) -> None:
        """Three phones send, for the first time or again."""
        some = chance.sample(self.phones, 3)
        self.told |= {
            phone.code
            for phone, outcome in zip(some, self.cast(some), strict=False)
            if isinstance(outcome, bool)
        }

    def take_back(self, chance: random.Random) -> None:
        """Two people take a slip back, used or not."""
        code = chance.choice(self.phones[:TAKEN_BACK]).code

        def revoke(session: Session, sitting: Sitting) -> None:
            service.revoke_right(
                session, sitting, code, why="lost", is_spent_too=True, keys=self.poll.box.keys,
                actor_id=None, now=datetime.now(UTC),
            )  # fmt: skip
            self.taken_back += 1

        self.act(revoke)

    def print_more(self, _chance: random.Random) -> None:
        """More slips that nobody uses."""
        keys, now = self.poll.box.keys, datetime.now(UTC)

        def issue(session: Session, sitting: Sitting) -> None:
            service.issue_slips(session, sitting, 2, keys=keys, now=now)

        self.act(issue)

    def end(self) -> None:
        """The sitting ends, then the round; the worker closes, mixes and finishes."""
        keys, now = self.poll.box.keys, datetime.now(UTC)
        ballot = self.poll.box.round.ballot

        def close(session: Session, sitting: Sitting) -> None:
            sitting.closed_at = now
            service.close_boxes(session, sitting, is_waited=True, now=now)

        def stop_waiting(session: Session, sitting: Sitting) -> None:
            boxes = queries.list_boxes(session, sitting_id=sitting.id)
            service.end_waiting(session, boxes, now=now)

        def end_round(session: Session, _sitting: Sitting) -> None:
            round_ = session.get_one(Consultation, self.poll.box.round.consultation.id)
            round_.status = ConsultationStatus.CLOSED
            session.flush()
            service.start_closing(session, ballot)

        def finish(session: Session, _sitting: Sitting) -> None:
            later = now + timedelta(seconds=1)
            assert service.finish_ballot(session, ballot, keys=keys, now=later)

        for step in (close, stop_waiting, end_round, finish):
            self.act(step)


def test_in_the_end_the_account_balances(any_address: str, tmp_path: Path) -> None:
    with open_poll(any_address, tmp_path / "data", slips=SLIPS) as poll:
        papers = [(f"w{1 + n % 12}",) for n in range(SLIPS)]
        room = Room(poll, [Phone(*one) for one in zip(poll.codes, papers, strict=True)])

        def go_on(do: Callable[[random.Random], None], seed: int) -> None:
            chance = random.Random(seed)
            while not room.is_over.is_set():
                do(chance)

        with ThreadPoolExecutor(6) as hands:
            acts = (room.cast_some, room.cast_some, room.cast_some, room.take_back, room.print_more)
            jobs = [hands.submit(go_on, do, seed) for seed, do in enumerate(acts)]
            while (len(room.told) < SLIPS // 2 or room.taken_back < 3) and not room.problems:
                room.is_over.wait(0.01)
            room.end()
            room.is_over.wait(0.2)
            room.is_over.set()
            for job in jobs:
                job.result()
        assert room.problems == []
        check_account(poll, room)


def check_account(poll: Poll, room: Room) -> None:
    """Rights, votes and ledger say the same."""
    held = poll.box.keys.make_secrets(poll.definition_hash)
    with poll.db.session(writes=False) as session:
        rights = session.exec(select(VotingRight)).all()
        counted = Counter(session.exec(select(Vote.choices)))
        faults = queries.check_ledger(session, poll.ballot_id, keys=poll.box.keys)
        lines = list(queries.list_entries(session, poll.ballot_id))
    assert faults == []
    spent = {one.rh for one in rights if one.cs and not one.is_revoked}
    kept = [one for one in room.phones if held.right_of(one.code) in spent]
    assert counted == Counter(one.choices for one in kept)
    assert {held.right_of(code) for code in room.told} == {one.rh for one in rights if one.cs}
    kinds = Counter(one.kind for one in lines)
    voided = [one.payload for one in lines if one.kind == "voided"]
    taken_out = [payload for payload in voided if '"sealed":null' not in payload]
    assert kinds["cast"] + kinds["late"] - len(taken_out) == counted.total()
    assert len(voided) == sum(one.is_revoked for one in rights) > 0
    assert counted.total() >= SLIPS // 4


def test_a_vote_that_comes_while_the_sitting_is_being_ended(
    postgres_address: str, tmp_path: Path
) -> None:
    """Who ends it holds the sitting and then wants the box; a vote must not do it the other way."""
    with open_poll(postgres_address, tmp_path / "data", slips=2) as poll:
        first, second = (Phone(code, ("w1",)) for code in poll.codes)
        room, now = Room(poll, [first]), datetime.now(UTC)
        with ThreadPoolExecutor(1) as other, poll.db.session(writes=True) as session:
            sitting = session.get_one(Sitting, poll.box.round.sitting.id)
            sitting.closed_at = now
            session.flush()
            assert other.submit(room.cast, [first]).result(timeout=20) == [True]
            (box,) = service.close_boxes(session, sitting, now=now)
            session.flush()
            waiting = other.submit(room.cast, [second])
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
            assert box.grace_until > now  # one slip is still out: it waits for that one
            session.commit()
            assert waiting.result(timeout=20) in ([True], [Reason.BOX_MOVED])
        assert room.cast([second]) in ([True], [False])
        assert room.problems == []
        assert poll.check_chain()["cast"] == 1
        assert poll.check_chain()["late"] == 1
