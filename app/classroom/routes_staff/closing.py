"""The end of a sitting: what balances, and whether to wait for phones that are offline."""

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.classroom import queries, service
from app.classroom.forms import FIELDS, ClosingForm
from app.classroom.guards import OwnSitting
from app.classroom.routes_staff.desk import AnyForm, sitting_facts
from app.consultations.routes_staff.refusals import told_in
from app.core.forms import Form, filled_form, form_of
from app.core.templates import redirect, render
from app.core.web import Now, SessionDep
from app.staff.guards import YouthWorker

router = APIRouter()
AT = "/staff/sittings/{sitting_id}"
Closing = Annotated[Form[ClosingForm], Depends(form_of(ClosingForm))]


def _page(
    request: Request, session: Session, sitting: OwnSitting, form: AnyForm, status: int = 200
) -> Response:
    typed = form.raw.get("slips_in_hand", "")
    in_hand = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else None
    account = queries.get_account(session, sitting, slips_in_hand=in_hand)
    context = sitting_facts(request, session, sitting) | {
        "account": account,
        "has_slips": any(one.slips for one in account.ballots),
        "all_voted": all(not one.unused for one in account.ballots),
        "form": form,
    }
    return render(request, "classroom/show_closing.html", context, status=status)


@router.get(AT + "/close")
def show_closing(
    request: Request, session: SessionDep, actor: YouthWorker, sitting: OwnSitting
) -> Response:
    """The account in words, before anything is ended."""
    if sitting.closed_at is not None:
        return redirect(request, f"/staff/sittings/{sitting.id}")
    return _page(request, session, sitting, filled_form({}))


@router.post(AT + "/close")
def end_sitting(
    request: Request, session: SessionDep, now: Now, actor: YouthWorker, sitting: OwnSitting,
    form: Closing,
) -> Response:  # fmt: skip
    """End it for good; a note is asked for where the account does not balance."""
    if form.data is not None:
        with told_in(request, form, fields=FIELDS):
            service.end_sitting(
                session, sitting, note=form.data.note, slips_in_hand=form.data.slips_in_hand,
                is_waited=form.data.waiting == "wait", actor=actor, now=now,
            )  # fmt: skip
            return redirect(request, f"/staff/sittings/{sitting.id}", done="sitting_closed")
    return _page(request, session, sitting, form, 422)


@router.post(AT + "/stop-waiting")
def stop_waiting(
    request: Request, session: SessionDep, now: Now, actor: YouthWorker, sitting: OwnSitting
) -> Response:
    """No phone holds a vote any more: mix now."""
    service.stop_waiting(session, sitting, actor=actor, now=now)
    return redirect(request, f"/staff/sittings/{sitting.id}", done="waiting_stopped")
