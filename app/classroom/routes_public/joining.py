"""The join page, the class code in an address, the welcome."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from app.ballots.rules import seat_cookie, seat_hash
from app.classroom import queries, rules
from app.classroom.forms import JoinForm
from app.classroom.rules import Door
from app.consultations import queries as consultations
from app.consultations import rules as asking
from app.core.clock import leeds_day
from app.core.forms import Form, form_of
from app.core.shared_device import cookie_name
from app.core.templates import redirect, render, sentence
from app.core.web import Now, SessionDep
from app.safeguarding.queries import list_help_contacts

router = APIRouter()


def _join_page(request: Request, *, code: str = "", error: str = "", status: int = 200) -> Response:
    context = {"code": code, "errors": {"code": error} if error else {}}
    return render(request, "classroom/show_join.html", context, status=status)


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
    sitting = consultations.find_sitting(session, form.data.code)
    is_closed = sitting is not None and sitting.closed_at is not None
    reason = asking.why_not_join(is_known=sitting is not None, is_closed=is_closed)
    if sitting is None or reason is not None:
        words = sentence(request.app.state.templates, reason or asking.Reason.CODE_UNKNOWN)
        return _join_page(request, code=typed, error=words, status=422)
    return redirect(request, f"/s/{sitting.class_code}")


@router.get("/j/{code}")
def show_code(request: Request, session: SessionDep, code: str) -> Response:
    """The address in a QR code: the same as typing the code."""
    sitting = consultations.find_sitting(session, code)
    if sitting is None:
        return _unknown(request, code)
    return redirect(request, f"/s/{sitting.class_code}")


@router.get("/s/{code}")
def show_welcome(request: Request, session: SessionDep, now: Now, code: str) -> Response:
    """What this is, who asks, why, how long it takes, and one big button.

    A phone that is in the lobby is taken there, the shared tablet to its own page.
    """
    sitting = consultations.find_sitting(session, code)
    if sitting is None:
        return _unknown(request, code)
    if cookie_name(sitting.class_code) in request.cookies:
        return redirect(request, f"/k/{sitting.class_code}")
    consultation = consultations.get_consultation(session, sitting.consultation_id)
    if sitting.closed_at is not None:
        page = "classroom/show_welcome_closed.html"
        return render(request, page, {"consultation": consultation})
    token = request.cookies.get(seat_cookie(sitting.class_code), "")
    if token and queries.find_arrival(session, seat_hash(token)) is not None:
        return redirect(request, f"/s/{sitting.class_code}/lobby")
    context = _about(session, sitting.consultation_id) | {
        "sitting": sitting,
        "consultation": consultation,
        "is_public": sitting.mode is asking.SittingMode.PUBLIC_LINK,
        "doors": {door.value for door in queries.get_doors(session, sitting)},
        "is_again": bool(token),
        "help_contacts": list_help_contacts(session, leeds_day(now)),
    }
    context["is_lobby"] = rules.has_lobby(
        {Door(one) for one in context["doors"]}, ballots=len(context["asked"].ballots)
    )
    return render(request, "classroom/show_welcome.html", context)


def _about(session: SessionDep, consultation_id: int) -> dict[str, Any]:
    asked = consultations.get_asked(session, consultation_id)
    kinds = [one.kind for one in asked.questions]
    return {
        "asked": asked,
        "minutes": asking.minutes_needed(kinds, len(asked.ballots)),
        "has_text": asking.QuestionKind.TEXT in kinds,
    }


def _unknown(request: Request, code: str) -> Response:
    words = sentence(request.app.state.templates, asking.Reason.CODE_UNKNOWN)
    return _join_page(request, code=code[:40], error=words, status=404)
