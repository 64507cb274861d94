"""Public page of the plans the wishes are reported against."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.core.templates import render
from app.core.web import SessionDep
from app.plans import queries

router = APIRouter()


@router.get("/plans")
def list_plans(request: Request, session: SessionDep) -> Response:
    """Every plan edition with its items, and the bodies behind them through the years."""
    plans = queries.list_plans(session)
    bodies = queries.list_all_organisations(session)
    context = {
        "plans": plans,
        "items": {plan.id: queries.list_items(session, plan.id or 0) for plan in plans},
        "bodies": bodies,
        "names": {body.id: body.name for body in bodies},
        "before": queries.list_predecessors(session),
    }
    return render(request, "plans/list_plans.html", context)
