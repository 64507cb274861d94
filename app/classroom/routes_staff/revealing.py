"""The reveal in the room, for the worker's screen: after the mix, of ten votes or more."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from app.classroom import queries
from app.classroom.guards import OwnSitting
from app.classroom.rules import RevealedSection, Size
from app.consultations.queries import get_consultation
from app.core.errors import NotFound
from app.core.templates import render
from app.core.web import SessionDep
from app.staff.guards import YouthWorker

router = APIRouter()
STEPS = 3  # the last three places are opened one after the other


@router.get("/staff/sittings/{sitting_id}/reveal")
def show_reveal(
    request: Request, session: SessionDep, actor: YouthWorker, sitting: OwnSitting,
    number: Annotated[int, Query(ge=1, le=200)] = 1,
    opened: Annotated[int, Query(ge=0, le=STEPS)] = 0,
) -> Response:  # fmt: skip
    """One question at a time, its winner last. `opened`: how many of the first three are shown."""
    shown = [
        (ballot, votes, section)
        for ballot, votes, sections in queries.list_revealed(session, sitting)
        for section in sections
    ]
    if number > len(shown):
        raise NotFound
    ballot, votes, section = shown[number - 1]
    context = {
        "here": f"/staff/sittings/{sitting.id}",
        "consultation": get_consultation(session, sitting.consultation_id),
        "title": ballot.title,
        "votes": votes,
        "section": section,
        "hidden": _count_hidden(section, opened),
        "number": number,
        "opened": opened,
        "last": len(shown),
    }
    return render(request, "classroom/show_reveal.html", context)


def _count_hidden(section: RevealedSection, opened: int) -> int:
    """How many of the best places are still covered."""
    told = [bar for bar in section.bars if bar.size is not Size.FEW]
    return max(0, min(STEPS, len(told)) - opened)
