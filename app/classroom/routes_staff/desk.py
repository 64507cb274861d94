"""What the pages of one sitting show: built once here for the desk, the screen and their parts."""

from typing import Any

from pydantic import BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.classroom import queries, rules
from app.classroom.guards import OwnSitting
from app.classroom.rules import ArrivalState
from app.consultations import queries as consultations
from app.consultations.rules import SittingMode
from app.core.forms import Form
from app.core.qr import draw_qr
from app.core.templates import redirect, render
from app.places.queries import get_place

ROOM_PART = "classroom/_room.html"


def room_facts(session: Session, sitting: OwnSitting) -> dict[str, Any]:
    """What changes while people take part: numbers, and who waits in the lobby."""
    arrivals = queries.list_arrivals(session, sitting.id or 0)
    doors = queries.get_doors(session, sitting)
    counts = queries.count_room(session, sitting)
    waiting = [one for one in arrivals if one.state is ArrivalState.WAITING]
    return {
        "sitting": sitting,
        "counts": counts,
        "waiting": waiting,
        "inside": [one for one in arrivals if one.state is ArrivalState.IN],
        "away": [one for one in arrivals if one.state is ArrivalState.AWAY],
        "is_lobby": rules.has_lobby(doors, ballots=int(counts.has_ballots)),
        "too_many": rules.why_not_let_in(
            let_in=counts.let_in, more=len(waiting), heads=counts.heads
        )
        is not None,
    }


def screen_facts(session: Session, sitting: OwnSitting) -> dict[str, Any]:
    """What the big screen shows: numbers and a dandelion, never an option."""
    counts = queries.count_room(session, sitting)
    return {
        "sitting": sitting,
        "counts": counts,
        "seeds": rules.place_seeds(counts.goal, counts.done),
        "is_public": sitting.mode is SittingMode.PUBLIC_LINK,
        "doors": {door.value for door in queries.get_doors(session, sitting)},
    }


def sitting_facts(request: Request, session: Session, sitting: OwnSitting) -> dict[str, Any]:
    """What stays the same: where, what is asked, how to join."""
    address = f"{request.app.state.settings.base_url.rstrip('/')}/j"
    return {
        "sitting": sitting,
        "consultation": consultations.get_consultation(session, sitting.consultation_id),
        "place": get_place(session, sitting.place_id) if sitting.place_id else None,
        "asked": consultations.get_asked(session, sitting.consultation_id),
        "doors": {door.value for door in queries.get_doors(session, sitting)},
        "address": address.rsplit("://", maxsplit=1)[-1],
        "qr": draw_qr(f"{address}/{sitting.class_code}"),
        "here": f"/staff/sittings/{sitting.id}",
    }


def back_to_room(
    request: Request, session: Session, sitting: OwnSitting, *, done: str = ""
) -> Response:
    """After a tap in the lobby: the live part again for htmx, the whole desk otherwise."""
    if request.headers.get("hx-request") == "true":
        return render(request, ROOM_PART, room_facts(session, sitting))
    return redirect(request, f"/staff/sittings/{sitting.id}", done=done)


AnyForm = Form[BaseModel] | Form[Any]
