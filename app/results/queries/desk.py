"""The list on the officers' desk: every ballot with where it stands."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from app.ballots.box.keys import BallotKeys
from app.ballots.models import BallotLedger
from app.ballots.queries import find_ledger, list_unmixed_boxes
from app.ballots.rules import BallotState
from app.consultations.models import Ballot, Consultation
from app.consultations.rules import ConsultationStatus
from app.results.models import BallotResult
from app.results.queries.records import find_ballot_gap
from app.results.queries.results import list_results, standing_of
from app.results.rules import Gap, Stage, is_public, stage_of
from app.staff.models import StaffAccount


@dataclass(frozen=True)
class Boxes:
    """The boxes of a ballot that are not mixed yet."""

    open: int
    waiting: int
    until: datetime | None  # when the last of them waits no longer

    @property
    def ready(self) -> int:
        """Closed boxes that wait for nobody: the worker mixes them next."""
        return 0 if self.until else self.waiting


@dataclass(frozen=True)
class DeskLine:
    """A ballot on the list."""

    ballot_id: int
    title: str
    consultation: str
    stage: Stage
    boxes: Boxes
    newest: BallotResult | None
    is_final: bool
    gap: Gap | None
    closed_at: datetime | None


def list_desk(session: Session, *, keys: BallotKeys, now: datetime) -> list[DeskLine]:
    """Every ballot that was opened, newest consultation first."""
    query = (
        select(Ballot, Consultation)
        .join(Consultation, col(Consultation.id) == Ballot.consultation_id)
        .where(col(Ballot.definition) != "")
        .order_by(col(Consultation.id).desc(), col(Ballot.id))
    )
    return [
        make_line(session, ballot, round_, keys=keys, now=now)
        for ballot, round_ in session.exec(query)
    ]


def make_line(
    session: Session, ballot: Ballot, round_: Consultation, *, keys: BallotKeys, now: datetime
) -> DeskLine:
    """Where one ballot stands."""
    ledger = find_ledger(session, ballot.id or 0)
    results = list_results(session, ballot.id or 0)
    live = [one for one in results if one.approved_at or not one.withdrawn_at]
    newest = live[-1] if live else None
    is_closed = round_.status is ConsultationStatus.CLOSED
    return DeskLine(
        ballot_id=ballot.id or 0,
        title=ballot.title,
        consultation=round_.title,
        stage=stage_of(
            ledger.state if ledger else None,
            standing_of(newest) if newest else None,
            is_round_closed=is_closed,
            now=now,
        ),
        boxes=_count_boxes(session, ballot, now=now),
        newest=newest,
        is_final=ledger is not None and ledger.state is BallotState.FINAL,
        gap=_gap(session, ballot, ledger, keys),
        closed_at=ledger.closed_at if ledger else None,
    )


def list_names(session: Session, ids: Iterable[int | None]) -> dict[int | None, str]:
    """The names of members of staff."""
    wanted: Collection[int] = {one for one in ids if one is not None}
    query = select(StaffAccount.id, StaffAccount.name).where(col(StaffAccount.id).in_(wanted))
    return {None: "nobody"} | dict(session.exec(query).all())


def list_people(results: Iterable[BallotResult]) -> list[int | None]:
    """Everybody who had a hand in these versions."""
    return [
        person
        for one in results
        for person in (one.proposed_by_id, one.approved_by_id, one.withdrawn_by_id)
    ]


def was_public(result: BallotResult, *, now: datetime) -> bool:
    """Whether everybody could see this version by now."""
    return is_public(standing_of(result), now=now)


def _gap(
    session: Session, ballot: Ballot, ledger: BallotLedger | None, keys: BallotKeys
) -> Gap | None:
    return find_ballot_gap(session, ballot, ledger, keys=keys)


def _count_boxes(session: Session, ballot: Ballot, *, now: datetime) -> Boxes:
    left = list_unmixed_boxes(session, ballot.id or 0)
    closed = [one for one in left if one.closed_at is not None]
    ends = [one.grace_until for one in closed if one.grace_until and one.grace_until >= now]
    return Boxes(len(left) - len(closed), len(ends) or len(closed), max(ends, default=None))
