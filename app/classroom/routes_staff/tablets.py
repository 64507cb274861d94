"""Making this device the shared tablet, and ending one from the desk."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from app.classroom import queries, rules, service
from app.classroom.forms import FIELDS, PinForm
from app.classroom.guards import KeysDep, OwnSitting, SeenSitting
from app.consultations.queries import get_sitting
from app.consultations.routes_staff.refusals import told_in
from app.core.errors import Refused
from app.core.forms import Form, filled_form, form_of
from app.core.shared_device import cookie_name
from app.core.templates import redirect, render
from app.core.web import DbDep, Now, RowId, SessionDep
from app.staff.guards import COOKIE, YouthWorker
from app.staff.passwords import hash_password
from app.staff.service import sign_out

router = APIRouter()
AT = "/staff/sittings/{sitting_id}"
PinIn = Annotated[Form[PinForm], Depends(form_of(PinForm))]


def _page(request: Request, sitting: OwnSitting, form: Form[PinForm], status: int) -> Response:
    context = {"sitting": sitting, "form": form, "here": f"/staff/sittings/{sitting.id}"}
    return render(request, "classroom/show_tablet_start.html", context, status=status)


@router.get(AT + "/tablet")
def show_tablet_start(request: Request, actor: YouthWorker, sitting: OwnSitting) -> Response:
    """What a shared tablet is, and a field for its PIN."""
    return _page(request, sitting, filled_form({}), 200)


@router.post(AT + "/tablet")
def start_kiosk(
    request: Request, actor: YouthWorker, sitting: SeenSitting, db: DbDep, now: Now, form: PinIn
) -> Response:
    """From now on this device is the tablet: the worker is signed out here first."""
    if form.data is not None:
        with told_in(request, form, fields=FIELDS):
            if reason := rules.why_weak_pin(form.data.pin):
                raise Refused(reason)
            return _start(request, actor, sitting, db, now, hash_password(form.data.pin))
    return _page(request, sitting, form, 422)


def _start(
    request: Request, actor: YouthWorker, sitting: SeenSitting, db: DbDep, now: Now, pin_hash: str
) -> Response:
    """A writing session of its own: the PIN was hashed before, which takes its time."""
    with db.session(writes=True) as session:
        token = service.start_kiosk(
            session, get_sitting(session, sitting.id or 0), pin_hash=pin_hash, actor=actor, now=now
        )
        sign_out(session, actor, token=request.cookies.get(COOKIE, ""), now=now)
    answer = redirect(request, f"/k/{sitting.class_code}")
    answer.delete_cookie(COOKIE, path="/staff")
    answer.set_cookie(
        cookie_name(sitting.class_code), token, path="/", httponly=True, samesite="lax",
        max_age=12 * 3600, secure=request.app.state.settings.secure_cookies,
    )  # fmt: skip
    return answer


@router.post(AT + "/tablets/{kiosk_id}/end")
def end_kiosk(
    request: Request, session: SessionDep, now: Now, actor: YouthWorker, sitting: OwnSitting,
    keys: KeysDep, kiosk_id: RowId,
) -> Response:  # fmt: skip
    """The tablet is lost, or its PIN forgotten: it hands out no more turns."""
    kiosk = queries.get_kiosk(session, sitting.id or 0, kiosk_id)
    service.end_kiosk(session, kiosk, keys=keys, actor=actor, now=now)
    return redirect(request, f"/staff/sittings/{sitting.id}", done="kiosk_ended")
