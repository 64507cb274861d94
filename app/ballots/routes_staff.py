"""The count of a ballot, for officers, after the close."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.ballots import service
from app.consultations import queries as consultations
from app.core.templates import render
from app.core.web import RowId, SessionDep
from app.staff.guards import Officer

router = APIRouter()


@router.get("/staff/ballots/{ballot_id}")
def show_count(
    request: Request, ballot_id: RowId, session: SessionDep, _actor: Officer
) -> Response:
    """Votes, blank votes and choices in whole numbers; refused while anybody may still vote."""
    ballot = consultations.get_ballot(session, ballot_id)
    count = service.count_ballot(session, ballot)
    options = consultations.list_options(session, ballot_id)
    rows = sorted(
        ((count.by_option.get(one.key, 0), one.label) for one in options), key=lambda row: -row[0]
    )
    context = {
        "page_title": ballot.title,
        "ballot": ballot,
        "consultation": consultations.get_consultation(session, ballot.consultation_id),
        "count": count,
        "rows": rows,
    }
    return render(request, "ballots/show_count.html", context)
