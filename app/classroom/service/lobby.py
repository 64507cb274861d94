"""The lobby: phones arrive, a worker lets in as many as there are heads in the room."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.ballots import service as boxes
from app.ballots.box.keys import BallotKeys
from app.ballots.rules import RightKind, code_of_seat, seat_hash
from app.classroom import queries, rules
from app.classroom.models import Arrival
from app.classroom.rules import ArrivalState, Reason
from app.consultations.models import Sitting
from app.consultations.queries import get_sitting, lock_sitting
from app.consultations.rules import Reason as AskingReason
from app.core import audit
from app.core.errors import Refused
from app.core.tokens import new_secret
from app.staff.models import StaffAccount


def arrive(session: Session, *, sitting_id: int) -> str:
    """A phone comes to the lobby: it gets a nickname, and its token is returned once.

    Refused: the sitting has ended, phones do not vote here, too many wait already.
    """
    sitting = get_sitting(session, sitting_id)
    if sitting.closed_at is not None:
        raise Refused(AskingReason.SITTING_CLOSED)
    arrivals = queries.list_arrivals(session, sitting_id)
    is_lobby = rules.has_lobby(
        queries.get_doors(session, sitting), ballots=queries.has_ballots(session, sitting)
    )
    waiting = sum(one.state is ArrivalState.WAITING for one in arrivals)
    reason = rules.why_not_arrive(is_lobby=is_lobby, waiting=waiting, heads=sitting.expected_heads)
    if reason:
        raise Refused(reason)
    token = new_secret()
    taken = {one.nickname for one in arrivals}
    while not _try_nickname(session, sitting_id, token, rules.draw_nickname(taken)):
        taken = {one.nickname for one in queries.list_arrivals(session, sitting_id)}
    return token


def _try_nickname(session: Session, sitting_id: int, token: str, nickname: str) -> bool:
    """False when another phone got this nickname at the same moment."""
    try:
        with session.begin_nested():
            session.add(
                Arrival(sitting_id=sitting_id, token_hash=seat_hash(token), nickname=nickname)
            )
    except IntegrityError as error:
        if "nickname" not in str(error.orig):
            raise
        return False
    return True


def let_in_waiting(
    session: Session, sitting: Sitting, *, up_to: int, keys: BallotKeys, actor: StaffAccount,
    now: datetime,
) -> int:  # fmt: skip
    """Let in every phone that waited when the worker looked (`up_to`: the last one seen); gives
    how many. Refused when that would be more than the heads counted.
    """
    lock_sitting(session, sitting.id or 0)
    waiting = [
        one
        for one in queries.lock_arrivals(session, sitting.id or 0)
        if one.state is ArrivalState.WAITING and (one.id or 0) <= up_to
    ]
    _let_in(session, sitting, waiting, keys=keys, actor=actor, now=now)
    return len(waiting)


def let_in_one(
    session: Session, sitting: Sitting, arrival_id: int, *, keys: BallotKeys, actor: StaffAccount,
    now: datetime,
) -> Arrival:  # fmt: skip
    """Let in one phone, also one that was turned away before. Nothing happens to one that is in."""
    lock_sitting(session, sitting.id or 0)
    arrival = queries.get_arrival(session, sitting.id or 0, arrival_id)
    if arrival.state is not ArrivalState.IN:
        _let_in(session, sitting, [arrival], keys=keys, actor=actor, now=now)
    return arrival


def turn_away(
    session: Session, sitting: Sitting, arrival_id: int, *, keys: BallotKeys, actor: StaffAccount,
    now: datetime,
) -> None:  # fmt: skip
    """Not somebody in the room: no seat. A seat given by mistake is taken back while unused, and
    its phone has to ask anew.

    Refused when that seat has voted already: a vote in the box cannot be told from the others.
    """
    lock_sitting(session, sitting.id or 0)
    arrival = queries.get_arrival(session, sitting.id or 0, arrival_id)
    if arrival.state is ArrivalState.IN:
        code = code_of_seat(arrival.token_hash)
        with session.begin_nested():  # a seat that voted in one ballot keeps the others too
            if boxes.take_back_unspent(session, sitting, code, why="seat", keys=keys, now=now):
                raise Refused(Reason.VOTED_BEFORE_REMOVAL)
        session.delete(arrival)
    else:
        arrival.state = ArrivalState.AWAY
    audit.note(session, "turn_away", f"sitting:{sitting.id}", actor_id=actor.id, now=now)
    session.flush()


def _let_in(
    session: Session, sitting: Sitting, arrivals: list[Arrival], *, keys: BallotKeys,
    actor: StaffAccount, now: datetime,
) -> None:  # fmt: skip
    everybody = queries.list_arrivals(session, sitting.id or 0)
    inside = sum(one.state is ArrivalState.IN for one in everybody)
    heads = sitting.expected_heads
    if reason := rules.why_not_let_in(let_in=inside, more=len(arrivals), heads=heads):
        raise Refused(reason)
    codes = [code_of_seat(one.token_hash) for one in arrivals]
    boxes.add_seat(session, sitting, codes, RightKind.SEAT, keys=keys, now=now)
    for arrival in arrivals:
        arrival.state = ArrivalState.IN
    audit.note(
        session, "let_in", f"sitting:{sitting.id}", actor_id=actor.id, now=now, phones=len(codes)
    )
    session.flush()
