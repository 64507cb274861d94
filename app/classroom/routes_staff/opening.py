"""Opening a sitting in under a minute, on a phone, in a noisy room."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.classroom import queries, service
from app.classroom.forms import FIELDS, SittingForm
from app.classroom.guards import KeysDep
from app.classroom.rules import Door
from app.consultations import queries as consultations
from app.consultations.routes_staff.refusals import told_in
from app.consultations.rules import SittingMode, filter_by_words, may_see_place
from app.core.errors import NotFound
from app.core.forms import Form, filled_form, form_of
from app.core.templates import redirect, render
from app.core.web import Now, SessionDep
from app.places.queries import get_place, list_open_places
from app.staff.guards import YouthWorker

router = APIRouter()
Opening = Annotated[Form[SittingForm], Depends(form_of(SittingForm))]
PLACES_SHOWN = 30


@router.get("/staff/sittings/new")
def show_place_choice(
    request: Request,
    session: SessionDep,
    actor: YouthWorker,
    words: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """First step: where are you? A worker with one place is taken to the second step at once."""
    own = consultations.list_own_place_ids(session, actor)
    places = list_open_places(session, only=own)
    if own is not None and len(places) == 1:
        return redirect(request, f"/staff/sittings/new/details?place_id={places[0].id}")
    found = filter_by_words(places, [place.name for place in places], words)
    context = {
        "places": found[:PLACES_SHOWN],
        "found": len(found),
        "total": len(places),
        "words": words,
        "is_city_wide": own is None,
        "can_open": bool(consultations.list_open_consultations(session)),
    }
    part = "classroom/_places.html"
    return render(request, "classroom/show_place_choice.html", context, part=part)


def _sitting_form(
    request: Request,
    session: Session,
    actor: YouthWorker,
    form: Form[SittingForm] | Form[BaseModel],
    status: int = 200,
) -> Response:
    typed = form.raw.get("place_id", "")
    place_id = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
    own = consultations.list_own_place_ids(session, actor)
    if not may_see_place(place_id, own):
        raise NotFound
    context = {
        "form": form,
        "doors": form.lists.get("doors", []),
        "is_public": form.raw.get("mode") == SittingMode.PUBLIC_LINK.value,
        "place": get_place(session, place_id) if place_id else None,
        "may_choose": own is None or len(own) > 1,
        "consultations": consultations.list_open_consultations(session),
    }
    return render(request, "classroom/show_sitting_form.html", context, status=status)


@router.get("/staff/sittings/new/details")
def show_sitting_form(
    request: Request,
    session: SessionDep,
    actor: YouthWorker,
    place_id: Annotated[int | None, Query(ge=1, le=2_147_483_647)] = None,
    *,
    public: bool = False,
) -> Response:
    """Second step, all on one page: how, how many, and why may they take part? It is filled in as
    at the latest sitting of this place; only the heads are counted and confirmed anew.
    """
    is_public = public or place_id is None
    mode = SittingMode.PUBLIC_LINK if is_public else SittingMode.CLASS_CODE
    form = filled_form({"place_id": place_id, "mode": mode.value} | _usual(session, place_id, mode))
    form.lists["doors"] = [Door.PHONES.value]
    return _sitting_form(request, session, actor, form)


def _usual(session: Session, place_id: int | None, mode: SittingMode) -> dict[str, Any]:
    if place_id is None or mode is SittingMode.PUBLIC_LINK:
        return {}
    basis = queries.find_last_basis(session, place_id)
    return {"basis": basis.value} if basis else {}


@router.post("/staff/sittings")
def hold_sitting(
    request: Request, session: SessionDep, now: Now, actor: YouthWorker, keys: KeysDep,
    form: Opening,
) -> Response:  # fmt: skip
    """Open it with its room and its boxes, and show the desk."""
    if form.data is not None:
        facts = form.data.model_dump(exclude={"consultation_id"})
        consultation = consultations.get_consultation(session, form.data.consultation_id)
        with told_in(request, form, fields=FIELDS):
            made = service.hold_sitting(
                session, consultation, **facts, keys=keys, actor=actor, now=now
            )
            return redirect(request, f"/staff/sittings/{made.id}", done="sitting_opened")
    return _sitting_form(request, session, actor, form, status=422)
