"""A sitting with its room: opened with its boxes, ended with its account, and then forgotten."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col

from app.ballots import queries as ballots
from app.ballots import service as boxes
from app.ballots.box.keys import BallotKeys
from app.classroom import queries, rules
from app.classroom.models import Arrival, Room
from app.classroom.rules import Door, Reason
from app.consultations import service as asking
from app.consultations.models import Consultation, Sitting
from app.consultations.queries import lock_sitting
from app.consultations.rules import SittingMode
from app.core import audit
from app.core.errors import Refused
from app.staff.models import StaffAccount


def hold_sitting(
    session: Session, consultation: Consultation, *, doors: Collection[Door], mode: SittingMode,
    keys: BallotKeys, actor: StaffAccount | None, now: datetime, **facts: Any,
) -> Sitting:  # fmt: skip
    """Open a sitting and everything in its room, in one transaction: the sitting with its class
    code, its doors, and a sealed box for every ballot. `facts`: those of
    `consultations.service.open_sitting`.
    """
    if reason := rules.why_not_hold(mode, doors):
        raise Refused(reason)
    sitting = asking.open_sitting(session, consultation, mode=mode, actor=actor, now=now, **facts)
    kept = sorted(doors) if mode is SittingMode.CLASS_CODE else []
    session.add(Room(sitting_id=sitting.id or 0, doors=[door.value for door in kept]))
    boxes.open_boxes(session, sitting, keys=keys, now=now)
    session.flush()
    return sitting


def open_door(
    session: Session, sitting: Sitting, door: Door, *, actor: StaffAccount, now: datetime
) -> None:
    """Add a way to take part while the sitting goes on: the network fails, a phone is flat."""
    lock_sitting(session, sitting.id or 0)
    if sitting.closed_at is not None:
        raise Refused(Reason.KIOSK_ENDED if door is Door.TABLET else Reason.NO_LOBBY)
    doors = queries.get_doors(session, sitting)
    room = _room_of(session, sitting)
    room.doors = sorted(one.value for one in doors | {door})
    audit.note(session, "open_door", f"sitting:{sitting.id}", actor_id=actor.id, now=now, door=door)
    session.flush()


def count_one_more(
    session: Session, sitting: Sitting, *, actor: StaffAccount, now: datetime
) -> Sitting:
    """Somebody came late: one more head in the room."""
    lock_sitting(session, sitting.id or 0)
    heads = (sitting.expected_heads or 0) + 1
    return asking.count_heads(session, sitting, heads, actor=actor, now=now)


def end_sitting(
    session: Session, sitting: Sitting, *, note: str, slips_in_hand: int | None, is_waited: bool,
    actor: StaffAccount | None, now: datetime,
) -> Sitting:  # fmt: skip
    """End a sitting for good: its account, its boxes and its lobby, in one transaction.

    Refused without a note when the account does not balance. `is_waited`: take what phones without
    a network still hold, for the grace of the ballot box.
    """
    account = queries.get_account(session, sitting, slips_in_hand=slips_in_hand)
    if sitting.closed_at is None and (reason := rules.why_not_end(account, note=note)):
        raise Refused(reason)
    asking.close_sitting(session, sitting, note=note, actor=actor, now=now)
    boxes.close_boxes(session, sitting, is_waited=is_waited, now=now)
    _room_of(session, sitting).slips_in_hand = slips_in_hand
    forget_room(session, sitting, now=now)
    audit.note(
        session, "end_sitting", f"sitting:{sitting.id}", actor_id=actor.id if actor else None,
        now=now, waited=is_waited, slips_in_hand=slips_in_hand, responses=account.responses,
        voted=[ballot.voted for ballot in account.ballots],
        imbalances={kind.value: number for kind, number in account.imbalances},
    )  # fmt: skip
    session.flush()
    return sitting


def stop_waiting(session: Session, sitting: Sitting, *, actor: StaffAccount, now: datetime) -> None:
    """Everybody is done after all: the votes may be mixed now."""
    waiting = ballots.list_boxes(session, sitting_id=sitting.id)
    boxes.end_waiting(session, waiting, now=now)
    audit.note(session, "stop_waiting", f"sitting:{sitting.id}", actor_id=actor.id, now=now)


def forget_room(session: Session, sitting: Sitting, *, now: datetime) -> None:
    """Forget who was in the lobby, keep how many; end the tablets. Safe to repeat."""
    sitting_id = sitting.id or 0
    counts = queries.count_room(session, sitting)
    room = _room_of(session, sitting)
    room.arrived, room.let_in = counts.arrived, counts.let_in
    session.connection().execute(delete(Arrival).where(col(Arrival.sitting_id) == sitting_id))
    for kiosk in queries.list_kiosks(session, sitting_id):
        kiosk.ended_at, kiosk.turn_hash = now, ""
    session.flush()


def _room_of(session: Session, sitting: Sitting) -> Room:
    """The room of a sitting; one is made for a sitting that was opened by a command."""
    room = queries.find_room(session, sitting.id or 0)
    if room is None:
        doors = queries.get_doors(session, sitting)
        room = Room(sitting_id=sitting.id or 0, doors=sorted(door.value for door in doors))
        session.add(room)
    return room
