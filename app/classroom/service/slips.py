"""Slips: made once, taken back when found, spoilt or stolen."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from app.ballots import service as boxes
from app.ballots.box.codes import read_code
from app.ballots.box.keys import BallotKeys
from app.ballots.rules import Reason as VotingReason
from app.classroom import queries
from app.classroom.models import VoidRequest
from app.classroom.rules import Door, Reason, VoidWhy
from app.classroom.service.holding import open_door
from app.consultations.models import Sitting
from app.consultations.queries import lock_sitting
from app.core import audit
from app.core.errors import Refused
from app.staff.models import StaffAccount


def make_slips(
    session: Session, sitting: Sitting, count: int, *, why: str = "", is_replacement: bool = False,
    keys: BallotKeys, actor: StaffAccount, now: datetime,
) -> Sequence[str]:  # fmt: skip
    """New slips; their codes are returned once and kept nowhere. A replacement says why."""
    if is_replacement and not why.strip():
        raise Refused(Reason.REASON_NEEDED)
    if not queries.has_ballots(session, sitting):
        raise Refused(Reason.NO_BALLOT)
    codes = boxes.issue_slips(session, sitting, count, keys=keys, now=now)
    if Door.SLIPS not in queries.get_doors(session, sitting):
        open_door(session, sitting, Door.SLIPS, actor=actor, now=now)
    audit.note(
        session, "make_slips", f"sitting:{sitting.id}", actor_id=actor.id, now=now,
        slips=count, why=why,
    )  # fmt: skip
    session.flush()
    return codes


def void_slip(
    session: Session, sitting: Sitting, typed: str, *, why: VoidWhy, words: str,
    keys: BallotKeys, actor: StaffAccount, now: datetime,
) -> VoidRequest | None:  # fmt: skip
    """Take a slip back. One that was not used: at once, and None. One that was: a request that a
    second person decides, because a vote is taken out of the box with it, unread.

    Refused: no such slip, its votes are mixed already, it is asked for already.
    """
    lock_sitting(session, sitting.id or 0)
    code = read_code(typed)
    if code is None:
        raise Refused(Reason.CODE_NOT_A_SLIP)
    try:
        boxes.revoke_right(
            session, sitting, code, why=why.value, is_spent_too=False, keys=keys,
            actor_id=actor.id, now=now,
        )  # fmt: skip
    except Refused as refusal:
        if refusal.reason is not VotingReason.VOTED_ALREADY:
            raise
    else:
        return None
    return _ask(session, sitting, code, why=why, words=words, actor=actor, now=now)


def _ask(
    session: Session, sitting: Sitting, code: str, *, why: VoidWhy, words: str,
    actor: StaffAccount, now: datetime,
) -> VoidRequest:  # fmt: skip
    if queries.is_mixed(session, sitting.id or 0):
        raise Refused(Reason.MIXED_ALREADY)
    asked = queries.list_void_requests(session, sitting.id or 0)
    if any(one.request.code == code for one in asked):
        raise Refused(Reason.ASKED_ALREADY)
    request = VoidRequest(
        sitting_id=sitting.id or 0, code=code, why=why, words=words,
        asked_by_id=actor.id or 0, asked_at=now,
    )  # fmt: skip
    session.add(request)
    session.flush()
    audit.note(
        session, "ask_void", f"sitting:{sitting.id}", actor_id=actor.id, now=now,
        why=why, request=request.id,
    )  # fmt: skip
    return request


def decide_void(
    session: Session, sitting: Sitting, request_id: int, *, is_agreed: bool,
    keys: BallotKeys, actor: StaffAccount, now: datetime,
) -> VoidRequest:  # fmt: skip
    """The second person says yes or no; the code is forgotten either way.

    Refused: it was this person's own request, it is decided, the votes are mixed already.
    """
    lock_sitting(session, sitting.id or 0)
    request = queries.get_open_request(session, sitting.id or 0, request_id)
    if request.decided_at is not None:
        raise Refused(Reason.DECIDED_ALREADY)
    if request.asked_by_id == actor.id and is_agreed:
        raise Refused(Reason.SECOND_PERSON)
    if is_agreed and queries.is_mixed(session, sitting.id or 0):
        raise Refused(Reason.MIXED_ALREADY)
    if is_agreed:
        boxes.revoke_right(
            session, sitting, request.code, why=request.why.value, is_spent_too=True, keys=keys,
            actor_id=actor.id, now=now,
        )  # fmt: skip
    request.code, request.is_agreed = "", is_agreed
    request.decided_by_id, request.decided_at = actor.id, now
    audit.note(
        session, "decide_void", f"sitting:{sitting.id}", actor_id=actor.id, now=now,
        agreed=is_agreed, request=request.id,
    )  # fmt: skip
    session.flush()
    return request
