"""The count of a ballot, for officers, after the close."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.ballots import service
from app.ballots.queries import BallotCount
from app.consultations import queries as consultations
from app.consultations.rules import PaperSection, read_definition
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
    definition = read_definition(ballot.definition)
    sections = [
        {
            "question": section.question,
            "blank": count.sections[section.key].blank if section.key in count.sections else 0,
            "rows": _rows(section, count),
        }
        for section in definition.sections
    ]
    context = {
        "page_title": ballot.title,
        "ballot": ballot,
        "consultation": consultations.get_consultation(session, ballot.consultation_id),
        "count": count,
        "sections": sections,
    }
    return render(request, "ballots/show_count.html", context)


def _rows(section: PaperSection, count: BallotCount) -> list[tuple[int, str]]:
    """Votes that named each option, most first."""
    counted = count.sections.get(section.key)
    by_option = counted.by_option if counted else {}
    rows = [(by_option.get(option.key, 0), option.label) for option in section.options]
    return sorted(rows, key=lambda row: -row[0])
