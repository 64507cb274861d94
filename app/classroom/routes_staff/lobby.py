"""Letting in: everybody who waits, one phone, one more head."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from app.classroom import service
from app.classroom.forms import DoorForm, LetInForm
from app.classroom.guards import KeysDep, OwnSitting
from app.classroom.routes_staff.desk import back_to_room
from app.core.forms import Form, form_of
from app.core.templates import redirect
from app.core.web import Now, RowId, SessionDep, error_page
from app.staff.guards import YouthWorker

router = APIRouter()
AT = "/staff/sittings/{sitting_id}"


@router.post(AT + "/arrivals/let-in")
def let_in_waiting(
    request: Request, session: SessionDep, now: Now, actor: YouthWorker, sitting: OwnSitting,
    keys: KeysDep, form: Annotated[Form[LetInForm], Depends(form_of(LetInForm))],
) -> Response:  # fmt: skip
    """All that waited when the worker looked."""
    if form.data is None:
        return error_page(request, 422)
    service.let_in_waiting(session, sitting, up_to=form.data.up_to, keys=keys, actor=actor, now=now)
    return back_to_room(request, session, sitting)


@router.post(AT + "/arrivals/{arrival_id}/let-in")
def let_in_one(
    request: Request, session: SessionDep, now: Now, actor: YouthWorker, sitting: OwnSitting,
    keys: KeysDep, arrival_id: RowId,
) -> Response:  # fmt: skip
    """This phone."""
    service.let_in_one(session, sitting, arrival_id, keys=keys, actor=actor, now=now)
    return back_to_room(request, session, sitting)


@router.post(AT + "/arrivals/{arrival_id}/turn-away")
def turn_away(
    request: Request, session: SessionDep, now: Now, actor: YouthWorker, sitting: OwnSitting,
    keys: KeysDep, arrival_id: RowId,
) -> Response:  # fmt: skip
    """Not this phone."""
    service.turn_away(session, sitting, arrival_id, keys=keys, actor=actor, now=now)
    return back_to_room(request, session, sitting)


@router.post(AT + "/heads/one-more")
def count_one_more(
    request: Request, session: SessionDep, now: Now, actor: YouthWorker, sitting: OwnSitting
) -> Response:
    """Somebody came late."""
    service.count_one_more(session, sitting, actor=actor, now=now)
    return back_to_room(request, session, sitting)


@router.post(AT + "/doors")
def open_door(
    request: Request, session: SessionDep, now: Now, actor: YouthWorker, sitting: OwnSitting,
    form: Annotated[Form[DoorForm], Depends(form_of(DoorForm))],
) -> Response:  # fmt: skip
    """One more way to take part."""
    if form.data is None:
        return error_page(request, 422)
    service.open_door(session, sitting, form.data.door, actor=actor, now=now)
    return redirect(request, f"/staff/sittings/{sitting.id}", done="door_opened")
