"""Locks of the room: a worker sees the sittings of their own places; a tablet its own sitting."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from app.ballots.box.keys import BallotKeys
from app.classroom import queries
from app.classroom.models import Kiosk
from app.consultations.models import Sitting
from app.consultations.queries import find_sitting, get_sitting, list_own_place_ids
from app.consultations.rules import may_see_place
from app.core.errors import NotFound
from app.core.shared_device import cookie_name
from app.core.tokens import plain_hash
from app.core.web import DbDep, RowId, SessionDep
from app.staff.guards import YouthWorker


def _own_sitting(session: SessionDep, actor: YouthWorker, sitting_id: RowId) -> Sitting:
    sitting = get_sitting(session, sitting_id)
    if not may_see_place(sitting.place_id, list_own_place_ids(session, actor)):
        raise NotFound
    return sitting


def _seen_sitting(db: DbDep, actor: YouthWorker, sitting_id: RowId) -> Sitting:
    """The same in a short session of its own, for a route that opens another or streams."""
    with db.session(writes=False) as session:
        sitting = get_sitting(session, sitting_id)
        if not may_see_place(sitting.place_id, list_own_place_ids(session, actor)):
            raise NotFound
    return sitting


def _keys(request: Request) -> BallotKeys:
    keys: BallotKeys = request.app.state.opened_ballots.keys
    return keys


@dataclass(frozen=True)
class Tablet:
    """The sitting an address names, and this device's right to hand out turns there, if any."""

    sitting: Sitting
    kiosk: Kiosk | None
    token_hash: str

    @property
    def is_live(self) -> bool:
        """Whether turns are handed out here now."""
        return (
            self.kiosk is not None
            and self.kiosk.ended_at is None
            and self.sitting.closed_at is None
        )


def _this_tablet(request: Request, code: str, db: DbDep) -> Tablet:
    """Read in a short session of its own: turns are written by the inbox."""
    with db.session(writes=False) as session:
        sitting = find_sitting(session, code)
        if sitting is None:
            raise NotFound
        token = request.cookies.get(cookie_name(sitting.class_code), "")
        kiosk = queries.find_kiosk(session, plain_hash(token)) if token else None
    if kiosk is not None and kiosk.sitting_id != sitting.id:
        kiosk = None
    return Tablet(sitting, kiosk, plain_hash(token))


OwnSitting = Annotated[Sitting, Depends(_own_sitting)]
SeenSitting = Annotated[Sitting, Depends(_seen_sitting)]
KeysDep = Annotated[BallotKeys, Depends(_keys)]
ThisTablet = Annotated[Tablet, Depends(_this_tablet)]
