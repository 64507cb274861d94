"""The versions of a ballot's result."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from app.core.errors import NotFound
from app.results.models import BallotResult
from app.results.rules import Standing, is_public


def standing_of(result: BallotResult) -> Standing:
    """Where a version has come to, as a fact for the rules."""
    return Standing(
        result.status,
        result.approved_at is not None,
        result.withdrawn_at is not None,
        result.embargo_until,
    )


def get_result(session: Session, ballot_id: int, version: int) -> BallotResult:
    """This version of a ballot's result."""
    query = select(BallotResult).where(
        BallotResult.ballot_id == ballot_id, BallotResult.version == version
    )
    result = session.exec(query).first()
    if result is None:
        raise NotFound
    return result


def lock_result(session: Session, ballot_id: int, version: int) -> BallotResult:
    """This version as it stands now, held until the transaction ends."""
    query = (
        select(BallotResult)
        .where(BallotResult.ballot_id == ballot_id, BallotResult.version == version)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    result = session.exec(query).first()
    if result is None:
        raise NotFound
    return result


def list_results(session: Session, ballot_id: int) -> list[BallotResult]:
    """All versions, proposed, approved or taken back; oldest first."""
    query = select(BallotResult).where(BallotResult.ballot_id == ballot_id)
    return list(session.exec(query.order_by(col(BallotResult.version))))


def next_version(session: Session, ballot_id: int) -> int:
    """The number of the version to come."""
    query = select(func.max(BallotResult.version)).where(BallotResult.ballot_id == ballot_id)
    return (session.exec(query).one() or 0) + 1


def find_waiting(session: Session, ballot_id: int) -> BallotResult | None:
    """The proposal that waits for its second person."""
    query = select(BallotResult).where(
        BallotResult.ballot_id == ballot_id,
        col(BallotResult.approved_at).is_(None),
        col(BallotResult.withdrawn_at).is_(None),
    )
    return session.exec(query).first()


def find_approved(session: Session, ballot_id: int) -> BallotResult | None:
    """The newest version that two people let go, public or held back, taken back or not."""
    query = (
        select(BallotResult)
        .where(BallotResult.ballot_id == ballot_id, col(BallotResult.approved_at).is_not(None))
        .order_by(col(BallotResult.version).desc())
        .limit(1)
    )
    return session.exec(query).first()


def list_public(session: Session, ballot_id: int, *, now: datetime) -> list[BallotResult]:
    """Every version the public has or once had, oldest first."""
    return [
        result
        for result in list_results(session, ballot_id)
        if is_public(standing_of(result), now=now)
    ]


@dataclass(frozen=True)
class ReleasedCount:
    """A result that is public, for floors that speak about it: exact figures, paper included."""

    version: int
    status: str
    cast: int  # votes from phones and papers; never young people
    sections: dict[str, dict[str, Any]]  # as in result.json


def find_released_count(session: Session, ballot_id: int, *, now: datetime) -> ReleasedCount | None:
    """What the public knows of a ballot now; None when that is nothing (or was taken back)."""
    public = list_public(session, ballot_id, now=now)
    if not public or public[-1].withdrawn_at is not None:
        return None
    body = public[-1].read_body()
    cast = body["votes"] + sum(body["paper"].values())
    return ReleasedCount(public[-1].version, public[-1].status.value, cast, body["sections"])
