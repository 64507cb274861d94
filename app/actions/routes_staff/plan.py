"""The officer's desk for the action plan: what is due, goals, actions, pauses."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.actions import queries, rules, service
from app.actions.forms import ActionForm, GoalForm, PauseForm, ResumeForm
from app.actions.rules import UpdateStatus
from app.core.clock import leeds_day
from app.core.errors import Refused
from app.core.forms import Form, filled_form, form_of
from app.core.templates import redirect, render, sentence
from app.core.web import Now, RowId, SessionDep, SettingsDep
from app.plans.queries import list_organisations
from app.staff.guards import Officer
from app.wishes.queries import get_current_edition, list_wishes

router = APIRouter()


def _choices(session: Session) -> dict[str, Any]:
    return {
        "wishes": list_wishes(session, get_current_edition(session).id or 0),
        "goals": queries.list_goals(session),
        "owners": list_organisations(session),
    }


@router.get("/staff/actions")
def list_actions(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    now: Now,
    actor: Officer,
    *,
    wish: Annotated[int, Query(ge=0, le=12)] = 0,
) -> Response:
    """Every action, what is due first on top; the review queue above it."""
    wishes = list_wishes(session, get_current_edition(session).id or 0)
    shown = [one.id or 0 for one in wishes if wish in (0, one.number)]
    today = leeds_day(now)
    context = {
        "wishes": wishes,
        "wish": wish,
        "views": queries.list_desk(
            session, wish_ids=shown, now=now, silence_days=settings.update_due_days
        ),
        "drafts": queries.list_queue(
            session, UpdateStatus.DRAFT, actor_id=actor.id or 0, today=today
        ),
        "waiting": queries.list_queue(
            session, UpdateStatus.IN_REVIEW, actor_id=actor.id or 0, today=today
        ),
    }
    return render(request, "actions/list_actions.html", context)


@router.get("/staff/actions/goals/new")
def edit_goal(request: Request, session: SessionDep, _actor: Officer) -> Response:
    """The form for a goal."""
    return render(request, "actions/edit_goal.html", _choices(session) | {"form": filled_form({})})


@router.post("/staff/actions/goals")
def set_goal(
    request: Request,
    session: SessionDep,
    now: Now,
    actor: Officer,
    form: Annotated[Form[GoalForm], Depends(form_of(GoalForm))],
) -> Response:
    """Keep a goal."""
    if form.data is None:
        context = _choices(session) | {"form": form}
        return render(request, "actions/edit_goal.html", context, status=422)
    facts = form.data.model_dump()
    wish = queries.get_wish_by_id(session, facts.pop("wish_id"))
    service.set_goal(session, wish, **facts, actor=actor, now=now)
    return redirect(request, f"/staff/actions?wish={wish.number}", done="goal_set")


@router.get("/staff/actions/new")
def edit_action(request: Request, session: SessionDep, _actor: Officer) -> Response:
    """The form for an action."""
    return render(
        request, "actions/edit_action.html", _choices(session) | {"form": filled_form({})}
    )


@router.post("/staff/actions")
def add_action(
    request: Request,
    session: SessionDep,
    now: Now,
    actor: Officer,
    form: Annotated[Form[ActionForm], Depends(form_of(ActionForm))],
) -> Response:
    """Put an action into the plan; what is refused is said beside its field."""
    if form.data is not None:
        facts = form.data.model_dump()
        wish = queries.get_wish_by_id(session, facts.pop("wish_id"))
        try:
            action = service.add_action(session, wish, service.Plan(**facts), actor=actor, now=now)
        except Refused as refused:
            name = "due_on" if refused.reason is rules.Reason.DUE_BEFORE_START else "goal_id"
            form.refuse(name, sentence(request.app.state.templates, refused.reason))
        else:
            return redirect(request, f"/staff/actions/{action.id}", done="action_added")
    context = _choices(session) | {"form": form}
    return render(request, "actions/edit_action.html", context, status=422)


@router.get("/staff/actions/{action_id:int}")
def show_action(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    now: Now,
    action_id: RowId,
    _actor: Officer,
) -> Response:
    """An action with all that was written about it."""
    return _action_page(request, session, action_id, now=now, silence_days=settings.update_due_days)


def _action_page(
    request: Request,
    session: Session,
    action_id: int,
    *,
    now: Now,
    silence_days: int,
    errors: dict[str, str] | None = None,
) -> Response:
    action = queries.get_action(session, action_id)
    views = queries.view_actions(session, [action], now=now, silence_days=silence_days)
    context = {
        "view": views[0],
        "wish": queries.get_wish_by_id(session, action.wish_id),
        "updates": queries.list_updates(session, action_id),
        "errors": errors or {},
    }
    status = 422 if errors else 200
    return render(request, "actions/show_action.html", context, status=status)


@router.post("/staff/actions/{action_id:int}/pause")
def pause_action(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    now: Now,
    action_id: RowId,
    *,
    actor: Officer,
    form: Annotated[Form[PauseForm], Depends(form_of(PauseForm))],
) -> Response:
    """Let an action rest, with a public reason."""
    if form.data is None:
        return _action_page(
            request, session, action_id, now=now, silence_days=settings.update_due_days,
            errors=form.errors,
        )  # fmt: skip
    action = queries.get_action(session, action_id)
    service.pause_action(session, action, reason=form.data.reason, actor=actor, now=now)
    return redirect(request, f"/staff/actions/{action_id}", done="action_paused")


@router.post("/staff/actions/{action_id:int}/resume")
def resume_action(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    now: Now,
    action_id: RowId,
    *,
    actor: Officer,
    form: Annotated[Form[ResumeForm], Depends(form_of(ResumeForm))],
) -> Response:
    """Go on with an action."""
    if form.data is None:
        return _action_page(
            request, session, action_id, now=now, silence_days=settings.update_due_days,
            errors=form.errors,
        )  # fmt: skip
    day, action = form.data.next_update_due_on, queries.get_action(session, action_id)
    service.resume_action(session, action, next_update_due_on=day, actor=actor, now=now)
    return redirect(request, f"/staff/actions/{action_id}", done="action_resumed")
