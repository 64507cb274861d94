"""Officers' pages about whole consultations: list, words, checks, opening, closing."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from app.consultations import queries, rules, service
from app.consultations.forms import ClosingForm, ConsultationForm
from app.consultations.routes_staff.refusals import filled, told_in
from app.core.clock import leeds_day
from app.core.forms import Form, form_of
from app.core.templates import redirect, render
from app.core.web import Now, RowId, SessionDep
from app.staff.guards import Officer
from app.wishes.queries import get_current_edition

router = APIRouter()
Words = Annotated[Form[ConsultationForm], Depends(form_of(ConsultationForm))]
Closing = Annotated[Form[ClosingForm], Depends(form_of(ClosingForm))]


@router.get("/staff/consultations")
def list_consultations(request: Request, session: SessionDep, actor: Officer) -> Response:
    """Every consultation, newest first."""
    context = {"consultations": queries.list_consultations(session)}
    return render(request, "consultations/list_consultations.html", context)


@router.get("/staff/consultations/new")
def show_new_consultation(request: Request, actor: Officer) -> Response:
    """An empty form for the words about a consultation."""
    context = {"form": filled(), "consultation": None}
    return render(request, "consultations/show_consultation_form.html", context)


@router.post("/staff/consultations")
def draft_consultation(
    request: Request, session: SessionDep, now: Now, actor: Officer, form: Words
) -> Response:
    """Make a draft and go to its page."""
    if form.data is None:
        context = {"form": form, "consultation": None}
        return render(request, "consultations/show_consultation_form.html", context, status=422)
    edition = get_current_edition(session)
    made = service.draft_consultation(
        session, **form.data.model_dump(), edition_id=edition.id or 0, actor=actor, now=now
    )
    return redirect(request, f"/staff/consultations/{made.id}", done="consultation_drafted")


@router.get("/staff/consultations/{consultation_id}")
def show_consultation(
    request: Request, session: SessionDep, now: Now, actor: Officer, consultation_id: RowId
) -> Response:
    """One consultation: what it asks, what is still to mend, its sittings."""
    return _consultation_page(request, session, now, consultation_id, filled())


@router.get("/staff/consultations/{consultation_id}/edit")
def show_consultation_form(
    request: Request, session: SessionDep, actor: Officer, consultation_id: RowId
) -> Response:
    """The words about a draft, to change."""
    one = queries.get_consultation(session, consultation_id)
    form = filled(
        title=one.title, purpose=one.purpose, asked_by=one.asked_by,
        decision_maker=one.decision_maker, reply_by=one.reply_by,
    )  # fmt: skip
    context = {"form": form, "consultation": one}
    return render(request, "consultations/show_consultation_form.html", context)


@router.post("/staff/consultations/{consultation_id}/edit")
def edit_consultation(
    request: Request,
    session: SessionDep,
    now: Now,
    actor: Officer,
    consultation_id: RowId,
    form: Words,
) -> Response:
    """Change the words about a draft."""
    one = queries.get_consultation(session, consultation_id)
    if form.data is None:
        context = {"form": form, "consultation": one}
        return render(request, "consultations/show_consultation_form.html", context, status=422)
    service.edit_consultation(session, one, **form.data.model_dump(), actor=actor, now=now)
    return redirect(request, f"/staff/consultations/{one.id}", done="saved")


@router.get("/staff/consultations/{consultation_id}/preview")
def show_preview(
    request: Request, session: SessionDep, actor: Officer, consultation_id: RowId
) -> Response:
    """The questions and the ballot about as a phone shows them; nothing can be sent."""
    asked = queries.get_asked(session, consultation_id)
    context = {
        "consultation": queries.get_consultation(session, consultation_id),
        "asked": asked,
        "minutes": rules.minutes_needed([one.kind for one in asked.questions], len(asked.ballots)),
    }
    return render(request, "consultations/show_preview.html", context)


@router.post("/staff/consultations/{consultation_id}/open")
def open_consultation(
    request: Request, session: SessionDep, now: Now, actor: Officer, consultation_id: RowId
) -> Response:
    """Let answering begin."""
    one = queries.get_consultation(session, consultation_id)
    service.open_consultation(session, one, actor=actor, now=now)
    return redirect(request, f"/staff/consultations/{one.id}", done="consultation_opened")


@router.post("/staff/consultations/{consultation_id}/close")
def close_consultation(
    request: Request,
    session: SessionDep,
    now: Now,
    actor: Officer,
    consultation_id: RowId,
    form: Closing,
) -> Response:
    """End answering for good."""
    one = queries.get_consultation(session, consultation_id)
    if form.data is not None:
        with told_in(request, form):
            service.close_consultation(
                session, one, close_sittings=form.data.close_sittings, actor=actor, now=now
            )
            return redirect(request, f"/staff/consultations/{one.id}", done="consultation_closed")
    return _consultation_page(request, session, now, consultation_id, form, status=422)


def _consultation_page(
    request: Request,
    session: SessionDep,
    now: Now,
    consultation_id: int,
    form: Form[ClosingForm] | Form[ConsultationForm] | object,
    status: int = 200,
) -> Response:
    one = queries.get_consultation(session, consultation_id)
    draft, today = queries.get_draft(session, one), leeds_day(now)
    sittings = queries.list_sittings(session, own_place_ids=None, consultation_id=consultation_id)
    context = {
        "consultation": one,
        "asked": queries.get_asked(session, consultation_id),
        "hindrances": rules.list_hindrances(draft, today=today),
        "can_edit": rules.why_not_edit(one.status) is None,
        "sittings": sittings,
        "open_sittings": sum(1 for sitting, _, _ in sittings if sitting.closed_at is None),
        "form": form,
    }
    return render(request, "consultations/show_consultation.html", context, status=status)
