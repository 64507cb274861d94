"""Reception for young people: the join page, the class code in an address, the welcome."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from app.consultations import queries, rules
from app.consultations.forms import JoinForm
from app.core.clock import leeds_day
from app.core.forms import Form, form_of
from app.core.templates import redirect, render, sentence
from app.core.web import Now, SessionDep
from app.safeguarding.queries import list_help_contacts

router = APIRouter()


def _join_page(request: Request, *, code: str = "", error: str = "", status: int = 200) -> Response:
    context = {"code": code, "errors": {"code": error} if error else {}}
    return render(request, "consultations/show_join.html", context, status=status)


@router.get("/j")
def show_join(request: Request) -> Response:
    """One big field for the class code."""
    return _join_page(request)


@router.post("/j")
def join(
    request: Request,
    session: SessionDep,
    form: Annotated[Form[JoinForm], Depends(form_of(JoinForm))],
) -> Response:
    """To the welcome page of the sitting, or back to the field with what was typed."""
    typed = form.raw.get("code", "")
    if form.data is None:
        return _join_page(request, code=typed, error=form.errors["code"], status=422)
    sitting = queries.find_sitting(session, form.data.code)
    reason = rules.why_not_join(
        is_known=sitting is not None,
        is_closed=sitting is not None and sitting.closed_at is not None,
    )
    if sitting is None or reason is not None:
        words = sentence(request.app.state.templates, reason or rules.Reason.CODE_UNKNOWN)
        return _join_page(request, code=typed, error=words, status=422)
    return redirect(request, f"/s/{sitting.class_code}")


@router.get("/j/{code}")
def show_code(request: Request, session: SessionDep, code: str) -> Response:
    """The address in a QR code: the same as typing the code."""
    sitting = queries.find_sitting(session, code)
    if sitting is None:
        return _unknown(request, code)
    return redirect(request, f"/s/{sitting.class_code}")


@router.get("/s/{code}")
def show_welcome(request: Request, session: SessionDep, now: Now, code: str) -> Response:
    """What this is, who asks, why, how long it takes, and one big button."""
    sitting = queries.find_sitting(session, code)
    if sitting is None:
        return _unknown(request, code)
    consultation = queries.get_consultation(session, sitting.consultation_id)
    if sitting.closed_at is not None:
        page = "consultations/show_welcome_closed.html"
        return render(request, page, {"consultation": consultation})
    asked = queries.get_asked(session, sitting.consultation_id)
    context = {
        "sitting": sitting,
        "consultation": consultation,
        "asked": asked,
        "minutes": rules.minutes_needed([one.kind for one in asked.questions], len(asked.ballots)),
        "has_text": any(one.kind is rules.QuestionKind.TEXT for one in asked.questions),
        "help_contacts": list_help_contacts(session, leeds_day(now)),
    }
    return render(request, "consultations/show_welcome.html", context)


def _unknown(request: Request, code: str) -> Response:
    words = sentence(request.app.state.templates, rules.Reason.CODE_UNKNOWN)
    return _join_page(request, code=code[:40], error=words, status=404)
