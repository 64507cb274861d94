"""The shared tablet: started with a PIN, handed from turn to turn, left with the PIN."""

from datetime import datetime

from sqlmodel import Session

from app.ballots import service as boxes
from app.ballots.box.keys import BallotKeys
from app.ballots.rules import RightKind, code_of_seat, seat_hash
from app.classroom import queries, rules
from app.classroom.models import Kiosk
from app.classroom.rules import Door, Reason
from app.classroom.service.holding import open_door
from app.consultations.models import Sitting
from app.consultations.queries import get_sitting
from app.core import audit
from app.core.errors import Refused
from app.core.tokens import new_secret, plain_hash
from app.staff.models import StaffAccount


def start_kiosk(
    session: Session, sitting: Sitting, *, pin_hash: str, actor: StaffAccount, now: datetime
) -> str:
    """Make a device the shared tablet of this sitting; its token is returned once."""
    if sitting.closed_at is not None:
        raise Refused(Reason.KIOSK_ENDED)
    if Door.TABLET not in queries.get_doors(session, sitting):
        open_door(session, sitting, Door.TABLET, actor=actor, now=now)
    token = new_secret()
    kiosk = Kiosk(
        sitting_id=sitting.id or 0, token_hash=plain_hash(token), pin_hash=pin_hash,
        started_by_id=actor.id, started_at=now,
    )  # fmt: skip
    session.add(kiosk)
    audit.note(session, "start_kiosk", f"sitting:{sitting.id}", actor_id=actor.id, now=now)
    session.flush()
    return token


def take_turn(session: Session, *, kiosk_hash: str, keys: BallotKeys, now: datetime) -> str:
    """The next person begins: one right in every ballot, under a token returned once.

    A turn that was left open ends first. Refused: within the pause, after the end.
    """
    kiosk = queries.lock_kiosk(session, kiosk_hash)
    sitting = get_sitting(session, kiosk.sitting_id)
    reason = rules.why_not_turn(
        is_ended=kiosk.ended_at is not None, is_sitting_closed=sitting.closed_at is not None,
        turn_ended_at=kiosk.turn_ended_at, now=now,
    )  # fmt: skip
    if reason:
        raise Refused(reason)
    _give_up(session, kiosk, sitting, keys=keys, now=now)
    token = new_secret()
    kiosk.turn_hash = seat_hash(token)
    codes = [code_of_seat(kiosk.turn_hash)]
    boxes.add_seat(session, sitting, codes, RightKind.KIOSK, keys=keys, now=now)
    session.flush()
    return token


def end_turn(session: Session, *, kiosk_hash: str, keys: BallotKeys, now: datetime) -> None:
    """The turn is over, however it ended; what was not voted is taken back. Safe to repeat."""
    kiosk = queries.lock_kiosk(session, kiosk_hash)
    sitting = get_sitting(session, kiosk.sitting_id)
    if kiosk.turn_hash:
        kiosk.turn_ended_at = now
    _give_up(session, kiosk, sitting, keys=keys, now=now)
    session.flush()


def end_kiosk(
    session: Session, kiosk: Kiosk, *, keys: BallotKeys, actor: StaffAccount | None, now: datetime
) -> None:
    """The device is no shared tablet any more: its PIN was typed, or the worker says so."""
    if kiosk.ended_at is not None:
        return
    sitting = get_sitting(session, kiosk.sitting_id)
    _give_up(session, kiosk, sitting, keys=keys, now=now)
    kiosk.ended_at = now
    session.add(kiosk)
    audit.note(
        session, "end_kiosk", f"sitting:{sitting.id}", actor_id=actor.id if actor else None, now=now
    )
    session.flush()


def leave_kiosk(session: Session, *, kiosk_hash: str, keys: BallotKeys, now: datetime) -> None:
    """`end_kiosk` for the tablet with this token, once its PIN was typed."""
    kiosk = queries.lock_kiosk(session, kiosk_hash)
    end_kiosk(session, kiosk, keys=keys, actor=None, now=now)


def _give_up(
    session: Session, kiosk: Kiosk, sitting: Sitting, *, keys: BallotKeys, now: datetime
) -> None:
    if kiosk.turn_hash:
        code = code_of_seat(kiosk.turn_hash)
        boxes.take_back_unspent(session, sitting, code, why="turn", keys=keys, now=now)
    kiosk.turn_hash = ""
    session.add(kiosk)
