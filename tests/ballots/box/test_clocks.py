"""Clocks that step, and a server that is restarted in the middle of a lesson.

Closing is an event: no clock opens a box again, and none closes one before its time. All by the
pages of the site, on both databases, with a clock the test moves.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.ballots import queries, service
from app.ballots.models import BallotBox
from app.ballots.rules import SLIP_GRACE
from app.consultations.models import Consultation, Sitting
from app.consultations.rules import ConsultationStatus
from app.core.settings import Settings
from tests.ballots.box.phones import Phone
from tests.conftest import NOW
from tests.factories import Box, make_round, put_up_box
from tests.site import Site

DAY = timedelta(days=1)


class Lesson:
    """A site with one class that votes with thirty slips."""

    def __init__(self, address: str, folder: Path) -> None:
        self.settings = Settings(
            database_url=address, data_dir=folder, secret_key="only for tests", worker=False
        )
        self.site = Site(self.settings, start=NOW)
        with self.site.session() as session:
            self.box: Box = put_up_box(
                session, make_round(session, now=NOW), folder, slips=30, now=NOW
            )
        self.phones = [Phone(code, (f"w{1 + n % 12}",)) for n, code in enumerate(self.box.codes)]

    def vote(self, number: int, *, at: datetime) -> int:
        """One phone sends at this moment of the server's clock; the status."""
        self.site.now = at
        here, phone = self.box.round, self.phones[number]
        self.site.app.state.opened_ballots._held.clear()  # as a moment later
        answer = self.site.client.post(
            f"/b/{here.sitting.class_code}/{here.ballot.id}/votes",
            content=phone.form,
            headers={
                "sec-fetch-site": "same-origin",
                "content-type": "application/x-www-form-urlencoded",
            },
        )
        return answer.status_code

    def end(self, *, at: datetime, is_waited: bool = True) -> None:
        """The worker ends the sitting."""
        with self.site.session() as session:
            sitting = session.get_one(Sitting, self.box.round.sitting.id)
            sitting.closed_at = at
            service.close_boxes(session, sitting, is_waited=is_waited, now=at)

    def end_round(self, *, at: datetime) -> None:
        """The consultation closes."""
        self.site.now = at
        with self.site.session() as session:
            round_ = session.get_one(Consultation, self.box.round.consultation.id)
            round_.status = ConsultationStatus.CLOSED

    def work(self, *, at: datetime) -> None:
        """The background worker does all that waits by this clock."""
        self.site.now = at
        self.site.work()

    def boxes(self) -> list[BallotBox]:
        """The boxes there are."""
        with self.site.app.state.db.session(writes=False) as session:
            return queries.list_boxes(session)

    def kinds(self) -> Counter[str]:
        """How many entries of each kind the ledger has; all of it fits."""
        ballot_id = self.box.round.ballot.id or 0
        with self.site.app.state.db.session(writes=False) as session:
            assert queries.check_ledger(session, ballot_id, keys=self.box.keys) == []
            return Counter(one.kind for one in queries.list_entries(session, ballot_id))

    def papers(self) -> Counter[str]:
        """What was counted."""
        with self.site.app.state.db.session(writes=False) as session:
            return queries.count_papers(session, self.box.round.ballot.id or 0)


@pytest.fixture
def lesson(any_address: str, tmp_path: Path) -> Iterator[Lesson]:
    made = Lesson(any_address, tmp_path / "data")
    with made.site:
        yield made


def test_an_open_box_cares_for_no_clock(lesson: Lesson) -> None:
    for number, step in enumerate((0, 400, -400, 3_000, -3_000, 0)):
        assert lesson.vote(number, at=NOW + step * DAY) == 201
        assert lesson.vote(number, at=NOW - step * DAY) == 200  # again, at another time
        lesson.work(at=NOW + step * DAY)
    assert [box.closed_at for box in lesson.boxes()] == [None]
    assert lesson.kinds()["cast"] == 6
    assert lesson.kinds()["late"] == 0


def test_a_clock_that_steps_back_opens_nothing(lesson: Lesson) -> None:
    assert lesson.vote(0, at=NOW) == 201
    lesson.end(at=NOW)
    after = NOW + SLIP_GRACE
    assert lesson.vote(1, at=after) == 201  # was on its way
    assert lesson.vote(2, at=after + timedelta(seconds=1)) == 410
    for step in (-1, -30, -4_000):  # back before the close: taken as late, within the grace
        assert lesson.vote(-step % 25 + 3, at=NOW + step * DAY) == 201
    assert lesson.kinds()["cast"] == 1  # nothing after the close is as if it were open
    assert lesson.kinds()["late"] == 4
    page = f"/b/{lesson.box.round.sitting.class_code}/{lesson.box.round.ballot.id}"
    assert lesson.site.client.get(page).status_code == 409  # nobody may begin
    lesson.end_round(at=NOW)
    lesson.work(at=after + timedelta(seconds=1))
    assert sum(lesson.papers().values()) == 5
    for step in (-1, -4_000, 0, 4_000):  # mixed: no clock brings it back
        assert lesson.vote(20, at=NOW + step * DAY) == 410
        assert lesson.vote(0, at=NOW + step * DAY) == 200
    assert sum(lesson.papers().values()) == 5


def test_a_box_that_waits_for_nobody_is_not_opened_by_a_step_back(lesson: Lesson) -> None:
    for number in range(12):
        assert lesson.vote(number, at=NOW) == 201
    lesson.end(at=NOW, is_waited=False)
    lesson.work(at=NOW - DAY)
    assert lesson.boxes()[0].mixed_at is None
    lesson.work(at=NOW + timedelta(seconds=1))
    assert lesson.boxes()[0].mixed_at == NOW + timedelta(seconds=1)
    assert lesson.vote(12, at=NOW - DAY) == 410
    assert lesson.kinds()["late"] == 0


def test_a_ballot_that_is_closed_stays_closed_whatever_the_clock_says(lesson: Lesson) -> None:
    for number in range(12):
        assert lesson.vote(number, at=NOW) == 201
    lesson.end(at=NOW, is_waited=False)
    lesson.end_round(at=NOW)
    lesson.work(at=NOW + timedelta(seconds=1))
    lesson.work(at=NOW + timedelta(seconds=2))
    before = lesson.papers()
    assert sum(before.values()) == 12
    for step in (-1, -400, -4_000, 27):
        lesson.work(at=NOW + step * DAY)
        assert lesson.vote(20, at=NOW + step * DAY) == 410
        assert lesson.papers() == before
    kinds = lesson.kinds()
    assert (kinds["mixed"], kinds["closed"], kinds["final"]) == (1, 1, 0)


def test_a_restart_in_mid_lesson_changes_nothing(any_address: str, tmp_path: Path) -> None:
    lesson = Lesson(any_address, tmp_path / "data")
    with lesson.site:
        for number in range(10):
            assert lesson.vote(number, at=NOW) == 201
    names = lesson.box.keys.store.names()
    second = Site(lesson.settings, start=NOW)  # another process over the same folder
    lesson.site = second
    with second:
        lesson.work(at=NOW)  # it puts up no second box
        assert [box.id for box in lesson.boxes()] == [lesson.box.box.id]
        assert lesson.vote(3, at=NOW) == 200  # from before the restart
        for number in range(10, 20):
            assert lesson.vote(number, at=NOW) == 201
        assert lesson.box.keys.store.names() == names
        lesson.end(at=NOW, is_waited=False)
        lesson.end_round(at=NOW)
        lesson.work(at=NOW + timedelta(seconds=1))
        lesson.work(at=NOW + timedelta(seconds=2))
        assert lesson.papers() == Counter(phone.choices for phone in lesson.phones[:20])
