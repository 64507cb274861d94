"""Updates: written by one officer, read and published by another."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.actions import queries, service
from app.actions.forms import ReturnForm, UpdateForm
from app.core.clock import leeds_day
from app.core.forms import Form, filled_form, form_of
from app.core.templates import redirect, render
from app.core.web import Now, RowId, SessionDep
from app.staff.guards import Officer

router = APIRouter()

NewUpdate = Annotated[Form[UpdateForm], Depends(form_of(UpdateForm))]


def _words(typed: UpdateForm) -> service.Words:
    return service.Words(**typed.model_dump() | {"evidence_url": typed.evidence_url or ""})


def _form_page(
    request: Request, session: Session, action_id: int, form: Form[Any], *, target: str
) -> Response:
    action = queries.get_action(session, action_id)
    context = {"action": action, "form": form, "target": target}
    return render(request, "actions/edit_update.html", context, status=422 if form.errors else 200)


@router.get("/staff/actions/{action_id:int}/updates/new")
def edit_new_update(
    request: Request, session: SessionDep, action_id: RowId, _actor: Officer
) -> Response:
    """The form for what is new, with the status as it stands."""
    form = filled_form({"action_status": queries.find_status(session, action_id).value})
    target = f"/staff/actions/{action_id}/updates"
    return _form_page(request, session, action_id, form, target=target)


@router.post("/staff/actions/{action_id:int}/updates")
def post_update(
    request: Request,
    session: SessionDep,
    now: Now,
    action_id: RowId,
    actor: Officer,
    *,
    form: NewUpdate,
) -> Response:
    """Keep a draft."""
    if form.data is None:
        target = f"/staff/actions/{action_id}/updates"
        return _form_page(request, session, action_id, form, target=target)
    action = queries.get_action(session, action_id)
    update = service.post_update(session, action, _words(form.data), actor=actor, now=now)
    return redirect(request, f"/staff/actions/updates/{update.id}", done="update_posted")


@router.get("/staff/actions/updates/{update_id:int}")
def show_update(
    request: Request, session: SessionDep, now: Now, update_id: RowId, actor: Officer
) -> Response:
    """An update as the public will read it, and what may be done with it."""
    return _update_page(request, session, update_id, now=now, actor=actor)


def _update_page(
    request: Request,
    session: Session,
    update_id: int,
    *,
    now: Now,
    actor: Officer,
    errors: dict[str, str] | None = None,
) -> Response:
    update, today = queries.get_update(session, update_id), leeds_day(now)
    action = queries.get_action(session, update.action_id)
    context = {
        "update": update,
        "action": action,
        "owner": queries.get_owner(session, action.owner_id).name,
        "wish": queries.get_wish_by_id(session, action.wish_id),
        "unsaid": queries.unsaid(update, today=today),
        "why_not": queries.why_not_publish(update, actor_id=actor.id or 0, today=today),
        "errors": errors or {},
    }
    status = 422 if errors else 200
    return render(request, "actions/show_update.html", context, status=status)


@router.get("/staff/actions/updates/{update_id:int}/edit")
def edit_update(
    request: Request, session: SessionDep, update_id: RowId, _actor: Officer
) -> Response:
    """The words of a draft, to be changed."""
    update = queries.get_update(session, update_id)
    target = f"/staff/actions/updates/{update_id}"
    form = filled_form(update.model_dump(mode="json"))
    return _form_page(request, session, update.action_id, form, target=target)


@router.post("/staff/actions/updates/{update_id:int}")
def rewrite_update(
    request: Request,
    session: SessionDep,
    now: Now,
    update_id: RowId,
    actor: Officer,
    *,
    form: NewUpdate,
) -> Response:
    """Keep the changed words; it is a draft again."""
    update = queries.get_update(session, update_id)
    if form.data is None:
        target = f"/staff/actions/updates/{update_id}"
        return _form_page(request, session, update.action_id, form, target=target)
    service.rewrite_update(session, update, _words(form.data), actor=actor, now=now)
    return redirect(request, f"/staff/actions/updates/{update_id}", done="update_posted")


@router.post("/staff/actions/updates/{update_id:int}/review")
def send_for_review(
    request: Request, session: SessionDep, now: Now, update_id: RowId, actor: Officer
) -> Response:
    """Ask a colleague to read it."""
    update = queries.get_update(session, update_id)
    service.send_for_review(session, update, actor=actor, now=now)
    return redirect(request, f"/staff/actions/updates/{update_id}", done="update_sent")


@router.post("/staff/actions/updates/{update_id:int}/return")
def return_update(
    request: Request,
    session: SessionDep,
    now: Now,
    update_id: RowId,
    actor: Officer,
    *,
    form: Annotated[Form[ReturnForm], Depends(form_of(ReturnForm))],
) -> Response:
    """Give it back to its author."""
    if form.data is None:
        return _update_page(
            request, session, update_id, now=now, actor=actor, errors=form.errors
        )  # fmt: skip
    update = queries.get_update(session, update_id)
    service.return_update(session, update, note=form.data.note, actor=actor, now=now)
    return redirect(request, "/staff/actions", done="update_returned")


@router.post("/staff/actions/updates/{update_id:int}/publish")
def publish_update(
    request: Request, session: SessionDep, now: Now, update_id: RowId, actor: Officer
) -> Response:
    """Tell the public, as the second person."""
    update = queries.get_update(session, update_id)
    service.publish_update(session, update, actor=actor, now=now)
    return redirect(request, f"/staff/actions/updates/{update_id}", done="update_published")
