"""Slips at the desk: make them, replace one, take one back."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.classroom import queries, service
from app.classroom.forms import FIELDS, ReplacementForm, SlipsForm, VoidForm
from app.classroom.guards import KeysDep, OwnSitting
from app.classroom.printing.sheets import Slips
from app.classroom.routes_staff.desk import AnyForm
from app.classroom.routes_staff.prints import hand_over
from app.consultations.queries import get_consultation
from app.consultations.routes_staff.refusals import told_in
from app.core.forms import Form, filled_form, form_of
from app.core.templates import redirect, render
from app.core.web import Now, RowId, SessionDep
from app.staff.guards import YouthWorker

router = APIRouter()
AT = "/staff/sittings/{sitting_id}/slips"
SPARE = 2
Making = Annotated[Form[SlipsForm], Depends(form_of(SlipsForm))]
Replacing = Annotated[Form[ReplacementForm], Depends(form_of(ReplacementForm))]
Voiding = Annotated[Form[VoidForm], Depends(form_of(VoidForm))]


def _page(
    request: Request, session: Session, actor: YouthWorker, sitting: OwnSitting,
    form: AnyForm | None = None,
) -> Response:  # fmt: skip
    account = queries.get_account(session, sitting)
    given = max((one.slips for one in account.ballots), default=0)
    context = {
        "sitting": sitting,
        "here": f"/staff/sittings/{sitting.id}",
        "account": account,
        "given": given,
        "form": form or filled_form({}),
        "usual": 5 if given else (sitting.expected_heads or 28) + SPARE,
        "requests": queries.list_void_requests(session, sitting.id or 0),
        "own_id": actor.id,
        "is_mixed": queries.is_mixed(session, sitting.id or 0),
    }
    status = 422 if form else 200
    return render(request, "classroom/show_slips.html", context, status=status)


def _print(
    request: Request, session: Session, sitting: OwnSitting, codes: Sequence[str]
) -> Response:
    """The only time these codes are seen by anybody."""
    title = get_consultation(session, sitting.consultation_id).title
    base_url = str(request.app.state.settings.base_url).rstrip("/")
    sheet = Slips(title, sitting.class_code, tuple(codes), base_url)
    return hand_over(request, sheet, name=f"slips-{sitting.class_code}")


@router.get(AT)
def show_slips(
    request: Request, session: SessionDep, actor: YouthWorker, sitting: OwnSitting
) -> Response:
    """Make, replace, take back."""
    return _page(request, session, actor, sitting)


@router.post(AT)
def make_slips(
    request: Request, session: SessionDep, now: Now, actor: YouthWorker, sitting: OwnSitting,
    keys: KeysDep, form: Making,
) -> Response:  # fmt: skip
    """New slips; the answer is the paper itself, because codes are shown once."""
    if form.data is None:
        return _page(request, session, actor, sitting, form)
    codes = service.make_slips(session, sitting, form.data.count, keys=keys, actor=actor, now=now)
    return _print(request, session, sitting, codes)


@router.post(AT + "/replacements")
def replace_slip(
    request: Request, session: SessionDep, now: Now, actor: YouthWorker, sitting: OwnSitting,
    keys: KeysDep, form: Replacing,
) -> Response:  # fmt: skip
    """One slip more for somebody whose slip is lost or spoilt, and why."""
    if form.data is not None:
        with told_in(request, form, fields=FIELDS):
            codes = service.make_slips(
                session, sitting, 1, why=form.data.reason, is_replacement=True, keys=keys,
                actor=actor, now=now,
            )  # fmt: skip
            return _print(request, session, sitting, codes)
    return _page(request, session, actor, sitting, form)


@router.post(AT + "/void")
def void_slip(
    request: Request, session: SessionDep, now: Now, actor: YouthWorker, sitting: OwnSitting,
    keys: KeysDep, form: Voiding,
) -> Response:  # fmt: skip
    """Take a slip back: at once when it was not used, otherwise a second person is asked."""
    if form.data is not None:
        with told_in(request, form, fields=FIELDS):
            asked = service.void_slip(
                session, sitting, form.data.code, why=form.data.why, words=form.data.words,
                keys=keys, actor=actor, now=now,
            )  # fmt: skip
            done = "void_asked" if asked else "slip_voided"
            return redirect(request, f"/staff/sittings/{sitting.id}/slips", done=done)
    return _page(request, session, actor, sitting, form)


def _decide(
    request: Request, session: Session, now: Now, actor: YouthWorker, sitting: OwnSitting,
    keys: KeysDep, request_id: int, *, is_agreed: bool,
) -> Response:  # fmt: skip
    service.decide_void(
        session, sitting, request_id, is_agreed=is_agreed, keys=keys, actor=actor, now=now
    )
    done = "void_agreed" if is_agreed else "void_declined"
    return redirect(request, f"/staff/sittings/{sitting.id}/slips", done=done)


@router.post(AT + "/requests/{request_id}/agree")
def agree_void(
    request: Request, session: SessionDep, now: Now, actor: YouthWorker, sitting: OwnSitting,
    keys: KeysDep, request_id: RowId,
) -> Response:  # fmt: skip
    """The second person says yes: the vote is taken out unread."""
    return _decide(request, session, now, actor, sitting, keys, request_id, is_agreed=True)


@router.post(AT + "/requests/{request_id}/decline")
def decline_void(
    request: Request, session: SessionDep, now: Now, actor: YouthWorker, sitting: OwnSitting,
    keys: KeysDep, request_id: RowId,
) -> Response:  # fmt: skip
    """No: the vote stays. The person who asked may take the request back like this too."""
    return _decide(request, session, now, actor, sitting, keys, request_id, is_agreed=False)
