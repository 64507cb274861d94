"""What visitors say about our pages, for officers."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.core.templates import render
from app.core.web import SessionDep
from app.pages import queries
from app.staff.guards import AnyStaff, Officer

router = APIRouter()


@router.get("/staff/feedback")
def list_feedback(request: Request, session: SessionDep, _actor: Officer) -> Response:
    """Yes and no for each page, and the newest comments."""
    context = {
        "lines": queries.list_feedback(session),
        "comments": queries.list_comments(session),
    }
    return render(request, "pages/list_feedback.html", context)


@router.get("/staff/style")
def show_style_guide(request: Request, _actor: AnyStaff) -> Response:
    """Every component in every state, for the people who build pages."""
    return render(request, "pages/style_guide.html")
