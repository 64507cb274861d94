"""Public pages about the wishes themselves: the editions and how they map onto each other."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.core.templates import render
from app.core.web import SessionDep
from app.wishes import queries

router = APIRouter()


@router.get("/editions")
def list_editions(request: Request, session: SessionDep) -> Response:
    """Every edition with its official titles, and our reading of what became of each wish."""
    editions = queries.list_editions(session)
    wishes = {edition.id: queries.list_wishes(session, edition.id or 0) for edition in editions}
    context = {
        "editions": editions,
        "wishes": wishes,
        "year_of": {edition.id: edition.year for edition in editions},
        "by_id": {wish.id: wish for group in wishes.values() for wish in group},
        "successions": queries.list_successions(session),
    }
    return render(request, "wishes/list_editions.html", context)
