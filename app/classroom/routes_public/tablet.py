"""The shared tablet: "I am next", a turn, "hand it on". Nothing of a turn stays on the device.

The seat cookie of a turn goes with the turn; so does all tab storage (`Clear-Site-Data` and the
page's script). Going back finds no cookie and leads here.
"""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from app.ballots.rules import seat_cookie
from app.classroom import rules, service
from app.classroom.forms import PinForm
from app.classroom.guards import KeysDep, Tablet, ThisTablet
from app.classroom.routes_public.lobby import keep_cookie
from app.classroom.rules import Reason
from app.consultations.queries import get_consultation, list_parts
from app.core.errors import Refused
from app.core.forms import Form, filled_form, form_of
from app.core.shared_device import cookie_name
from app.core.templates import redirect, render, sentence
from app.core.web import DbDep, InboxDep, Now
from app.staff.passwords import check_password

router = APIRouter()
PinIn = Annotated[Form[PinForm], Depends(form_of(PinForm))]
CLEARED = {"clear-site-data": '"storage"'}


def _home(request: Request, tablet: Tablet, db: DbDep, *, status: int = 200) -> Response:
    """The page between two turns. A device that is no tablet (any more) is sent to the welcome."""
    code = tablet.sitting.class_code
    if tablet.kiosk is None or tablet.kiosk.ended_at is not None:
        page = "classroom/show_tablet_ended.html" if tablet.kiosk else ""
        answer = render(request, page, {"kiosk": ""}) if page else redirect(request, f"/s/{code}")
        answer.delete_cookie(cookie_name(code), path="/")
    else:
        with db.session(writes=False) as session:
            consultation = get_consultation(session, tablet.sitting.consultation_id)
        context = {"code": code, "consultation": consultation, "is_early": status == 409}
        answer = render(request, "classroom/show_tablet.html", context, status=status)
    answer.delete_cookie(seat_cookie(code), path="/")
    answer.headers.update(CLEARED)
    return answer


@router.get("/k/{code}")
def show_tablet(request: Request, tablet: ThisTablet, db: DbDep) -> Response:
    """One big button: I am next."""
    return _home(request, tablet, db)


@router.post("/k/{code}/turns")
def take_turn(
    request: Request, tablet: ThisTablet, db: DbDep, inbox: InboxDep, keys: KeysDep, now: Now
) -> Response:
    """Begin a turn and go to its first part: votes first, then the survey."""
    if not tablet.is_live:
        return _home(request, tablet, db)
    verb = partial(service.take_turn, kiosk_hash=tablet.token_hash, keys=keys, now=now)
    try:
        token = inbox.submit(verb)
    except Refused as refusal:
        if refusal.reason is not Reason.PAUSE:
            raise
        return _home(request, tablet, db, status=409)
    code = tablet.sitting.class_code
    with db.session(writes=False) as session:
        parts = list_parts(session, tablet.sitting.consultation_id)
    first = next((one for one in parts if one.kind == "ballot"), parts[0])
    path = f"/b/{code}/{first.id}" if first.kind == "ballot" else f"/s/{code}/survey/{first.id}"
    answer = redirect(request, path)
    keep_cookie(request, answer, seat_cookie(code), token)
    return answer


@router.post("/k/{code}/end")
def end_turn(
    request: Request, tablet: ThisTablet, inbox: InboxDep, keys: KeysDep, now: Now
) -> Response:
    """The turn is over: done, given up, or nobody there any more."""
    code = tablet.sitting.class_code
    if tablet.kiosk is None:
        return redirect(request, f"/k/{code}")
    inbox.submit(partial(service.end_turn, kiosk_hash=tablet.token_hash, keys=keys, now=now))
    answer = redirect(request, f"/k/{code}/done")
    answer.delete_cookie(seat_cookie(code), path="/")
    answer.headers.update(CLEARED)
    return answer


@router.get("/k/{code}/done")
def show_done(request: Request, tablet: ThisTablet, db: DbDep) -> Response:
    """Thank you; hand the tablet on. After the pause it goes to the next person by itself."""
    if not tablet.is_live:
        return _home(request, tablet, db)
    context = {"code": tablet.sitting.class_code, "pause": int(rules.PAUSE.total_seconds())}
    answer = render(request, "classroom/show_tablet_done.html", context, headers=CLEARED)
    answer.delete_cookie(seat_cookie(tablet.sitting.class_code), path="/")
    return answer


def _leave_page(request: Request, tablet: Tablet, form: Form[PinForm], status: int) -> Response:
    context = {"code": tablet.sitting.class_code, "errors": form.errors}
    return render(request, "classroom/show_tablet_leave.html", context, status=status)


@router.get("/k/{code}/leave")
def show_leave(request: Request, tablet: ThisTablet, db: DbDep) -> Response:
    """The way out, for the worker."""
    if not tablet.is_live:
        return _home(request, tablet, db)
    return _leave_page(request, tablet, filled_form({}), 200)


@router.post("/k/{code}/leave")
def leave(
    request: Request, tablet: ThisTablet, db: DbDep, inbox: InboxDep, keys: KeysDep, now: Now,
    form: PinIn,
) -> Response:  # fmt: skip
    """End the shared tablet with its PIN. Tries are counted, and a wrong one is told."""
    if tablet.kiosk is None or not tablet.is_live:
        return _home(request, tablet, db)
    reason = _why_wrong(request, tablet, form, now)
    if reason is not None:
        form.refuse("pin", sentence(request.app.state.templates, reason))
        return _leave_page(request, tablet, form, 422)
    inbox.submit(partial(service.leave_kiosk, kiosk_hash=tablet.token_hash, keys=keys, now=now))
    answer = redirect(request, f"/staff/sittings/{tablet.sitting.id}", done="kiosk_ended")
    for name in (cookie_name(tablet.sitting.class_code), seat_cookie(tablet.sitting.class_code)):
        answer.delete_cookie(name, path="/")
    answer.headers.update(CLEARED)
    return answer


def _why_wrong(request: Request, tablet: Tablet, form: Form[PinForm], now: Now) -> Reason | None:
    """Checked outside any transaction: a hash takes its time."""
    if tablet.kiosk is None or form.data is None:
        return Reason.PIN_WRONG
    name = f"pin:{tablet.kiosk.id}"
    if request.app.state.pace.note(name, now=now, within=rules.PIN_WINDOW, limit=rules.PIN_TRIES):
        return Reason.PIN_WAIT
    is_right = check_password(form.data.pin, tablet.kiosk.pin_hash)
    return None if is_right else Reason.PIN_WRONG
