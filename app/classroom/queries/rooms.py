"""Rooms, the phones in their lobbies, their tablets, and slips somebody asks to take back."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.ballots.models import BallotBox
from app.classroom.models import Arrival, Kiosk, Room, VoidRequest
from app.classroom.rules import Door, read_doors
from app.consultations.models import Ballot, Sitting
from app.consultations.rules import ParticipationBasis
from app.core.errors import NotFound
from app.staff.models import StaffAccount


def find_room(session: Session, sitting_id: int) -> Room | None:
    """What is kept of the room of a sitting; None when it was opened by a command."""
    return session.get(Room, sitting_id)


def get_doors(session: Session, sitting: Sitting) -> frozenset[Door]:
    """How people come to vote at this sitting."""
    room = find_room(session, sitting.id or 0)
    return read_doors(room.doors if room else None, sitting.mode)


def has_ballots(session: Session, sitting: Sitting) -> bool:
    """Whether anything is put to the vote at this sitting."""
    query = select(Ballot.id).where(Ballot.consultation_id == sitting.consultation_id).limit(1)
    return session.exec(query).first() is not None


def find_last_basis(session: Session, place_id: int) -> ParticipationBasis | None:
    """Why young people could take part at the latest sitting of this place."""
    query = select(Sitting.basis).where(Sitting.place_id == place_id)
    found = session.exec(query.order_by(col(Sitting.id).desc()).limit(1)).first()
    return ParticipationBasis(found) if found else None


def list_arrivals(session: Session, sitting_id: int) -> list[Arrival]:
    """The phones in the lobby of a sitting, as they came."""
    query = select(Arrival).where(Arrival.sitting_id == sitting_id)
    return list(session.exec(query.order_by(col(Arrival.id))))


def lock_arrivals(session: Session, sitting_id: int) -> list[Arrival]:
    """The same as they stand now, held until the transaction ends."""
    query = select(Arrival).where(Arrival.sitting_id == sitting_id).order_by(col(Arrival.id))
    query = query.with_for_update().execution_options(populate_existing=True)
    return list(session.exec(query))


def find_arrival(session: Session, token_hash: str) -> Arrival | None:
    """The arrival of a phone by the hash of its token."""
    return session.exec(select(Arrival).where(Arrival.token_hash == token_hash)).first()


def get_arrival(session: Session, sitting_id: int, arrival_id: int) -> Arrival:
    """An arrival at this sitting, held until the transaction ends."""
    query = select(Arrival).where(Arrival.id == arrival_id, Arrival.sitting_id == sitting_id)
    query = query.with_for_update().execution_options(populate_existing=True)
    arrival = session.exec(query).first()
    if arrival is None:
        raise NotFound
    return arrival


def find_kiosk(session: Session, token_hash: str) -> Kiosk | None:
    """The shared tablet with this token, ended or not."""
    return session.exec(select(Kiosk).where(Kiosk.token_hash == token_hash)).first()


def lock_kiosk(session: Session, token_hash: str) -> Kiosk:
    """The same, held until the transaction ends."""
    query = select(Kiosk).where(Kiosk.token_hash == token_hash).with_for_update()
    kiosk = session.exec(query.execution_options(populate_existing=True)).first()
    if kiosk is None:
        raise NotFound
    return kiosk


def get_kiosk(session: Session, sitting_id: int, kiosk_id: int) -> Kiosk:
    """A tablet of this sitting."""
    kiosk = session.get(Kiosk, kiosk_id)
    if kiosk is None or kiosk.sitting_id != sitting_id:
        raise NotFound
    return kiosk


def list_kiosks(session: Session, sitting_id: int) -> list[Kiosk]:
    """The tablets in use at a sitting."""
    query = select(Kiosk).where(Kiosk.sitting_id == sitting_id, col(Kiosk.ended_at).is_(None))
    return list(session.exec(query.order_by(col(Kiosk.id))))


@dataclass(frozen=True)
class SlipRequest:
    """A slip that somebody asks to take back although it was used."""

    request: VoidRequest
    asked_by: str
    decided_by: str


def list_void_requests(session: Session, sitting_id: int) -> list[SlipRequest]:
    """The requests of a sitting, open ones first."""
    query = (
        select(VoidRequest)
        .where(VoidRequest.sitting_id == sitting_id)
        .order_by(col(VoidRequest.decided_at).is_not(None), col(VoidRequest.id))
    )
    requests = list(session.exec(query))
    ids = {one for row in requests for one in (row.asked_by_id, row.decided_by_id) if one}
    people = select(StaffAccount.id, StaffAccount.name).where(col(StaffAccount.id).in_(ids))
    names = {account_id or 0: name for account_id, name in session.exec(people)}
    return [
        SlipRequest(row, names.get(row.asked_by_id, ""), names.get(row.decided_by_id or 0, ""))
        for row in requests
    ]


def get_open_request(session: Session, sitting_id: int, request_id: int) -> VoidRequest:
    """A request of this sitting, held until the transaction ends."""
    query = select(VoidRequest).where(
        VoidRequest.id == request_id, VoidRequest.sitting_id == sitting_id
    )
    query = query.with_for_update().execution_options(populate_existing=True)
    request = session.exec(query).first()
    if request is None:
        raise NotFound
    return request


def list_open_requests(
    session: Session, *, not_by: int, own_place_ids: Collection[int] | None
) -> list[tuple[VoidRequest, Sitting]]:
    """Requests somebody else must decide: those of others, at one's own places."""
    query = (
        select(VoidRequest, Sitting)
        .join(Sitting, col(Sitting.id) == VoidRequest.sitting_id)
        .where(col(VoidRequest.decided_at).is_(None), VoidRequest.asked_by_id != not_by)
        .order_by(col(VoidRequest.id))
    )
    if own_place_ids is not None:
        query = query.where(col(Sitting.place_id).in_(own_place_ids))
    return [(request, sitting) for request, sitting in session.exec(query)]


def list_rooms_to_forget(session: Session) -> list[int]:
    """Closed sittings whose arrivals or tablets are still on record."""
    arrived = select(Arrival.sitting_id).join(Sitting, col(Sitting.id) == Arrival.sitting_id)
    tablets = select(Kiosk.sitting_id).join(Sitting, col(Sitting.id) == Kiosk.sitting_id)
    closed = col(Sitting.closed_at).is_not(None)
    found = set(session.exec(arrived.where(closed).distinct()))
    found |= set(session.exec(tablets.where(closed, col(Kiosk.ended_at).is_(None)).distinct()))
    return sorted(found)


def is_mixed(session: Session, sitting_id: int) -> bool:
    """Whether every vote of a sitting is mixed: nobody can take one out any more."""
    query = select(BallotBox.id).where(
        BallotBox.sitting_id == sitting_id, col(BallotBox.mixed_at).is_(None)
    )
    return session.exec(query.limit(1)).first() is None


def list_spent_requests(session: Session) -> list[VoidRequest]:
    """Requests nobody can carry out any more: the votes of their sitting are mixed."""
    waits = (
        select(BallotBox.id)
        .where(BallotBox.sitting_id == VoidRequest.sitting_id, col(BallotBox.mixed_at).is_(None))
        .exists()
    )
    query = select(VoidRequest).where(col(VoidRequest.decided_at).is_(None), ~waits)
    return list(session.exec(query))
