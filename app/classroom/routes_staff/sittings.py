"""The desk of a sitting: what the worker sees while people take part."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.classroom import queries
from app.classroom.guards import OwnSitting
from app.classroom.routes_staff.desk import ROOM_PART, room_facts, screen_facts, sitting_facts
from app.consultations import queries as consultations
from app.core.templates import render
from app.core.web import Now, SessionDep
from app.staff.guards import YouthWorker

router = APIRouter()


@router.get("/staff/sittings")
def list_sittings(request: Request, session: SessionDep, actor: YouthWorker) -> Response:
    """The sittings of the worker's places, open ones first; what waits for a second person."""
    own = consultations.list_own_place_ids(session, actor)
    context = {
        "sittings": consultations.list_sittings(session, own_place_ids=own),
        "can_open": bool(consultations.list_open_consultations(session)),
        "requests": queries.list_open_requests(session, not_by=actor.id or 0, own_place_ids=own),
    }
    return render(request, "classroom/list_sittings.html", context)


@router.get("/staff/sittings/{sitting_id}")
def show_sitting(
    request: Request, session: SessionDep, now: Now, actor: YouthWorker, sitting: OwnSitting
) -> Response:
    """The desk: let in, show the code, hand out, and one next step. After the end: the account."""
    context = sitting_facts(request, session, sitting) | room_facts(session, sitting)
    if sitting.closed_at is not None:
        context["account"] = queries.get_account(session, sitting)
        context["reveal_state"] = queries.find_reveal_state(session, sitting, now=now)
        context["requests"] = queries.list_void_requests(session, sitting.id or 0)
        page = "classroom/show_sitting_closed.html"
        return render(request, page, context, part="classroom/_after.html")
    context["kiosks"] = queries.list_kiosks(session, sitting.id or 0)
    context["requests"] = queries.list_void_requests(session, sitting.id or 0)
    return render(request, "classroom/show_sitting.html", context, part=ROOM_PART)


@router.get("/staff/sittings/{sitting_id}/screen")
def show_screen(
    request: Request, session: SessionDep, actor: YouthWorker, sitting: OwnSitting
) -> Response:
    """The page for the classroom screen: never options, never results."""
    context = sitting_facts(request, session, sitting) | screen_facts(session, sitting)
    part = "classroom/_screen.html"
    return render(request, "classroom/show_screen.html", context, part=part)
