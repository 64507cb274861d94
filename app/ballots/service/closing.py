"""Closing boxes. Closing is an event that stays, not a comparison with a clock."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from app.ballots import queries, rules
from app.ballots.models import BallotBox
from app.ballots.service.ledger import add_entry
from app.consultations.models import Sitting


def close_boxes(
    session: Session, sitting: Sitting, *, is_waited: bool = True, now: datetime
) -> list[BallotBox]:
    """Close the boxes of a sitting that ends. `is_waited`: take what phones without a network
    still hold (a day for slips, a quarter of an hour otherwise); not needed when all have voted.
    """
    open_ids = [
        box.id or 0
        for box in queries.list_boxes(session, sitting_id=sitting.id)
        if box.closed_at is None
    ]
    return [
        close_box(session, box, is_waited=is_waited, now=now)
        for box in queries.lock_boxes(session, open_ids)
    ]


def close_box(
    session: Session, box: BallotBox, *, is_waited: bool = True, now: datetime
) -> BallotBox:
    """Close one box; nothing happens to one that is closed already."""
    if box.closed_at is not None:
        return box
    counts = queries.count_rights(session, box.ballot_id, box.sitting_id)
    grace = rules.grace_of(counts.kinds, unspent=counts.unused, is_waited=is_waited)
    box.closed_at, box.grace_until = now, now + grace
    session.add(box)
    ledger = queries.lock_ledgers(session, [box.ballot_id])[box.ballot_id]
    add_entry(session, ledger, "box_closed", now=now, box=box.id)
    return box


def end_waiting(session: Session, boxes: Sequence[BallotBox], *, now: datetime) -> None:
    """Wait no longer for votes on their way: the boxes may be mixed now."""
    for box in queries.lock_boxes(session, [box.id or 0 for box in boxes]):
        if box.closed_at is not None and box.mixed_at is None:
            box.grace_until = min(now, box.grace_until or now)
            session.add(box)
    session.flush()
