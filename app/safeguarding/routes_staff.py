"""Safeguarding leads' pages: the queue of concerns, one concern, the help contacts."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.core.clock import leeds_day
from app.core.errors import Refused
from app.core.forms import Form, form_of
from app.core.templates import redirect, render, sentence
from app.core.web import Now, RowId, SessionDep
from app.safeguarding import queries, rules, service
from app.safeguarding.forms import FinishConcern, NoteConcern
from app.staff.guards import SafeguardingLead
from app.staff.queries import list_names

router = APIRouter()
HERE = "/staff/concerns"
PAGE = "safeguarding/show_concern.html"
Noting = Annotated[Form[NoteConcern], Depends(form_of(NoteConcern))]
Finishing = Annotated[Form[FinishConcern], Depends(form_of(FinishConcern))]


@router.get(HERE)
def list_concerns(
    request: Request, session: SessionDep, now: Now, actor: SafeguardingLead, finished: str = ""
) -> Response:
    """Open concerns, nobody's first; the page asks again every 15 seconds."""
    rows = [
        {"concern": one, "hours": _hours(one.raised_at, now),
         "is_late": rules.is_late(one.tier, hours=_hours(one.raised_at, now))}
        for one in queries.list_concerns(session, finished=bool(finished))
    ]  # fmt: skip
    context = {"rows": rows, "finished": bool(finished), "now": now}
    return render(
        request, "safeguarding/list_concerns.html", context, part="safeguarding/_concerns.html"
    )


def _hours(raised_at: datetime, now: datetime) -> float:
    return max(0.0, (now - raised_at).total_seconds() / 3600)


@router.post(HERE + "/{concern_id}/open")
def open_concern(
    request: Request, session: SessionDep, now: Now, actor: SafeguardingLead, concern_id: RowId
) -> Response:
    """Read the words: a deed that is logged, so it is asked for by a button."""
    concern = queries.get_concern(session, concern_id)
    service.open_concern(session, concern, actor=actor, now=now)
    return redirect(request, f"{HERE}/{concern_id}")


@router.get(HERE + "/{concern_id}")
def show_concern(
    request: Request, session: SessionDep, now: Now, actor: SafeguardingLead, concern_id: RowId
) -> Response:
    """One concern: its words for those who opened it, and what was done."""
    return render(
        request, PAGE, _concern_page(session, concern_id, actor_id=actor.id or 0, now=now)
    )


@router.post(HERE + "/{concern_id}/acknowledge")
def acknowledge_concern(
    request: Request, session: SessionDep, now: Now, actor: SafeguardingLead, concern_id: RowId
) -> Response:
    """Take a concern on."""
    concern = queries.get_concern(session, concern_id)
    service.acknowledge_concern(session, concern, actor=actor, now=now)
    return redirect(request, f"{HERE}/{concern_id}", done="concern_acknowledged")


@router.post(HERE + "/{concern_id}/notes")
def note_concern(
    request: Request, session: SessionDep, now: Now, actor: SafeguardingLead, concern_id: RowId,
    form: Noting,
) -> Response:  # fmt: skip
    """Keep what was done."""
    concern = queries.get_concern(session, concern_id)
    if form.data is None or not (form.data.note.strip() or form.data.reference.strip()):
        form.errors = form.errors or {"note": "Write what was done, or the reference."}
        return _show_again(request, session, concern_id, form, actor_id=actor.id or 0, now=now)
    service.note_concern(
        session, concern, note=form.data.note, reference=form.data.reference, actor=actor, now=now
    )
    return redirect(request, f"{HERE}/{concern_id}", done="concern_noted")


@router.post(HERE + "/{concern_id}/finish")
def finish_concern(
    request: Request, session: SessionDep, now: Now, actor: SafeguardingLead, concern_id: RowId,
    form: Finishing,
) -> Response:  # fmt: skip
    """Close or release a concern."""
    concern = queries.get_concern(session, concern_id)
    try:
        if form.data is not None:
            service.finish_concern(
                session, concern, status=form.data.status, note=form.data.note, actor=actor,
                now=now,
            )  # fmt: skip
            return redirect(request, HERE, done=f"concern_{form.data.status}")
    except Refused as refusal:
        form.refuse("finish", sentence(request.app.state.templates, refusal.reason))
    return _show_again(request, session, concern_id, form, actor_id=actor.id or 0, now=now)


def _show_again(
    request: Request, session: Session, concern_id: int, form: Form[Any], *, actor_id: int,
    now: datetime,
) -> Response:  # fmt: skip
    context = _concern_page(session, concern_id, actor_id=actor_id, now=now)
    context |= {"errors": form.errors, "typed": {"note": "", "reference": ""} | form.raw}
    return render(request, PAGE, context, status=422)


def _concern_page(
    session: Session, concern_id: int, *, actor_id: int, now: datetime
) -> dict[str, Any]:
    concern = queries.get_concern(session, concern_id)
    events = queries.list_events(session, concern_id)
    hours = _hours(concern.raised_at, now)
    return {
        "concern": concern, "events": events, "names": list_names(session), "hours": hours,
        "is_late": rules.is_late(concern.tier, hours=hours), "errors": {},
        "typed": {"note": "", "reference": ""},
        "is_opened": any(one.actor_id == actor_id and one.verb == "opened" for one in events),
    }  # fmt: skip


@router.get("/staff/help-contacts")
def list_help_contacts(
    request: Request, session: SessionDep, now: Now, actor: SafeguardingLead
) -> Response:
    """Every contact with the day it was checked; those past their review day are not shown."""
    today = leeds_day(now)
    rows = [
        (one, rules.may_show_contact(review_by=one.review_by, today=today))
        for one in queries.list_all_contacts(session)
    ]
    return render(request, "safeguarding/list_help_contacts.html", {"rows": rows, "today": today})


@router.post("/staff/help-contacts/{contact_id}/check")
def check_contact(
    request: Request, session: SessionDep, now: Now, actor: SafeguardingLead, contact_id: RowId
) -> Response:
    """The contact was tried today and is right."""
    contact = queries.get_help_contact(session, contact_id)
    service.check_contact(session, contact, actor=actor, now=now)
    return redirect(request, "/staff/help-contacts", done="contact_checked")
