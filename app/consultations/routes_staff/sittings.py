"""Workers' pages: opening a sitting in a minute, the classroom screen, closing it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.consultations import queries, rules, service
from app.consultations.forms import SittingClosingForm, SittingForm
from app.consultations.routes_staff.refusals import filled, told_in
from app.consultations.rules import Progress, SittingMode
from app.core.errors import NotFound
from app.core.forms import Form, form_of
from app.core.qr import draw_qr
from app.core.templates import redirect, render
from app.core.web import Now, RowId, SessionDep
from app.places.queries import get_place, list_open_places
from app.staff.guards import YouthWorker

router = APIRouter()
Opening = Annotated[Form[SittingForm], Depends(form_of(SittingForm))]
Closing = Annotated[Form[SittingClosingForm], Depends(form_of(SittingClosingForm))]
PLACES_SHOWN = 30


@router.get("/staff/sittings")
def list_sittings(request: Request, session: SessionDep, actor: YouthWorker) -> Response:
    """The sittings of the worker's places, open ones first."""
    own = queries.list_own_place_ids(session, actor)
    context = {
        "sittings": queries.list_sittings(session, own_place_ids=own),
        "can_open": bool(queries.list_open_consultations(session)),
    }
    return render(request, "consultations/list_sittings.html", context)


@router.get("/staff/sittings/new")
def show_place_choice(
    request: Request,
    session: SessionDep,
    actor: YouthWorker,
    words: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """First step: where are you? A worker with one place is taken to the second step at once."""
    own = queries.list_own_place_ids(session, actor)
    places = list_open_places(session, only=own)
    if own is not None and len(places) == 1:
        return redirect(request, f"/staff/sittings/new/details?place_id={places[0].id}")
    found = rules.filter_by_words(places, [place.name for place in places], words)
    context = {
        "places": found[:PLACES_SHOWN],
        "found": len(found),
        "total": len(places),
        "words": words,
        "is_city_wide": own is None,
        "can_open": bool(queries.list_open_consultations(session)),
    }
    part = "consultations/_places.html"
    return render(request, "consultations/show_place_choice.html", context, part=part)


def _sitting_form(
    request: Request,
    session: Session,
    actor: YouthWorker,
    form: Form[SittingForm] | Form[BaseModel],
    status: int = 200,
) -> Response:
    typed = form.raw.get("place_id", "")
    place_id = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
    if not rules.may_see_place(place_id, queries.list_own_place_ids(session, actor)):
        raise NotFound
    context = {
        "form": form,
        "place": get_place(session, place_id) if place_id else None,
        "consultations": queries.list_open_consultations(session),
    }
    return render(request, "consultations/show_sitting_form.html", context, status=status)


@router.get("/staff/sittings/new/details")
def show_sitting_form(
    request: Request,
    session: SessionDep,
    actor: YouthWorker,
    place_id: Annotated[int | None, Query(ge=1, le=2_147_483_647)] = None,
) -> Response:
    """Second step: who is here, and why may they take part?"""
    mode = SittingMode.CLASS_CODE if place_id else SittingMode.PUBLIC_LINK
    return _sitting_form(request, session, actor, filled(place_id=place_id, mode=mode.value))


@router.post("/staff/sittings")
def open_sitting(
    request: Request, session: SessionDep, now: Now, actor: YouthWorker, form: Opening
) -> Response:
    """Open it, and show its code."""
    if form.data is not None:
        facts = form.data.model_dump(exclude={"consultation_id"})
        consultation = queries.get_consultation(session, form.data.consultation_id)
        with told_in(request, form):
            made = service.open_sitting(session, consultation, **facts, actor=actor, now=now)
            return redirect(request, f"/staff/sittings/{made.id}", done="sitting_opened")
    return _sitting_form(request, session, actor, form, status=422)


def _count_arrived(request: Request, session: Session, sitting_id: int) -> Progress:
    """Counting sends belongs to floors above; `create_app` hands the counter down."""
    progress: Progress = request.app.state.sitting_progress(session, sitting_id)
    return progress


def _sitting_page(
    request: Request,
    session: Session,
    actor: YouthWorker,
    sitting_id: int,
    template: str,
    *,
    form: Form[SittingClosingForm] | Form[BaseModel] | None = None,
    status: int = 200,
) -> Response:
    sitting = queries.get_sitting(session, sitting_id)
    if not rules.may_see_place(sitting.place_id, queries.list_own_place_ids(session, actor)):
        raise NotFound
    address = f"{request.app.state.settings.base_url.rstrip('/')}/j"
    context = {
        "sitting": sitting,
        "consultation": queries.get_consultation(session, sitting.consultation_id),
        "place": get_place(session, sitting.place_id) if sitting.place_id else None,
        "asked": queries.get_asked(session, sitting.consultation_id),
        "progress": _count_arrived(request, session, sitting_id),
        "address": address.rsplit("://", maxsplit=1)[-1],
        "qr": draw_qr(f"{address}/{sitting.class_code}"),
        "page": template,
        "form": form or filled(),
    }
    part = "consultations/_progress.html"
    return render(request, f"consultations/{template}.html", context, part=part, status=status)


@router.get("/staff/sittings/{sitting_id}")
def show_sitting(
    request: Request, session: SessionDep, actor: YouthWorker, sitting_id: RowId
) -> Response:
    """The worker's page: code, QR, how many have arrived, what to do next."""
    return _sitting_page(request, session, actor, sitting_id, "show_sitting")


@router.get("/staff/sittings/{sitting_id}/screen")
def show_screen(
    request: Request, session: SessionDep, actor: YouthWorker, sitting_id: RowId
) -> Response:
    """The page for the classroom screen: never options, never results."""
    return _sitting_page(request, session, actor, sitting_id, "show_screen")


@router.post("/staff/sittings/{sitting_id}/close")
def close_sitting(
    request: Request,
    session: SessionDep,
    now: Now,
    actor: YouthWorker,
    sitting_id: RowId,
    form: Closing,
) -> Response:
    """End the sitting; asks for a note where heads and sends differ."""
    sitting = queries.get_sitting(session, sitting_id)
    if not rules.may_see_place(sitting.place_id, queries.list_own_place_ids(session, actor)):
        raise NotFound
    if form.data is not None:
        recorded = _count_arrived(request, session, sitting_id).heads
        with told_in(request, form):
            service.close_sitting(
                session, sitting, note=form.data.note, recorded=recorded, actor=actor, now=now
            )
            return redirect(request, f"/staff/sittings/{sitting_id}", done="sitting_closed")
    return _sitting_page(request, session, actor, sitting_id, "show_sitting", form=form, status=422)
