"""Putting up boxes: every ballot of a sitting gets one, with a key pair of its own."""

from datetime import datetime

from sqlmodel import Session

from app.ballots import queries
from app.ballots.box.keys import BallotKeys
from app.ballots.box.sealing import new_box_key
from app.ballots.models import BallotBox
from app.ballots.rules import is_mixable
from app.ballots.service.ledger import add_entry, make_checkpoint, start_ledger
from app.consultations.models import Ballot, Sitting
from app.consultations.queries import list_ballots


def open_boxes(
    session: Session, sitting: Sitting, *, keys: BallotKeys, now: datetime
) -> list[BallotBox]:
    """A box for every ballot of a sitting. Called once, when the sitting is opened."""
    ballots = list_ballots(session, sitting.consultation_id)
    return [open_box(session, ballot, sitting, keys=keys, now=now) for ballot in ballots]


def open_box(
    session: Session, ballot: Ballot, sitting: Sitting, *, keys: BallotKeys, now: datetime
) -> BallotBox:
    """One box. Its private key is on disk before the first vote can be sealed to it."""
    ledger = start_ledger(session, ballot, now=now)
    is_first = ledger.size == 1
    keys.make_secrets(ballot.definition_hash)
    private_key, public_key = new_box_key()
    keys.keep_box_key(public_key, private_key)
    box = BallotBox(
        ballot_id=ballot.id or 0, sitting_id=sitting.id or 0, public_key=public_key, opened_at=now
    )
    session.add(box)
    session.flush()
    add_entry(session, ledger, "box_opened", now=now, box=box.id, key=public_key)
    if is_first:
        make_checkpoint(session, ballot, ledger, keys, now=now)
    return box


def roll_box(
    session: Session, ballot: Ballot, sitting: Sitting, *, keys: BallotKeys, now: datetime
) -> BallotBox | None:
    """At a sitting that lasts for days: close today's box and put up another.

    A box with too few votes to be mixed stays up: None.
    """
    found = queries.find_open_box(session, ballot.id or 0, sitting.id or 0)
    box = queries.lock_boxes(session, [found.id or 0])[0] if found else None
    if box is None or box.closed_at is not None:
        return None
    if not is_mixable(queries.count_sealed(session, [box.id or 0])):
        return None
    ledger = start_ledger(session, ballot, now=now)
    box.closed_at = box.grace_until = now
    session.add(box)
    add_entry(session, ledger, "box_closed", now=now, box=box.id)
    return open_box(session, ballot, sitting, keys=keys, now=now)
