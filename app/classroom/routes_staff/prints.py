"""Paper for the room: as a PDF, or as a page to print where no PDF can be made here."""

import json
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Query
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.ballots.queries import find_last_checkpoint
from app.classroom import queries
from app.classroom.guards import OwnSitting
from app.classroom.printing.pages import page_of
from app.classroom.printing.pdf import NoPdf, make_pdf
from app.classroom.printing.sheets import (
    ClosingSheet,
    Counting,
    Guide,
    LedgerPoint,
    PaperBallot,
    Poster,
    Print,
    Sheet,
    TallySheet,
    read_sections,
)
from app.classroom.printing.words import Wording
from app.consultations import queries as consultations
from app.core.errors import NotFound
from app.core.i18n import language
from app.core.templates import render
from app.core.web import RowId, SessionDep
from app.places.queries import get_place
from app.staff.guards import YouthWorker

router = APIRouter()
log = structlog.get_logger()
AT = "/staff/sittings/{sitting_id}/print"


def hand_over(request: Request, sheet: Sheet, *, name: str) -> Response:
    """The sheet as a file to print; as a page where typst is missing or has no sign for a word."""
    wording = Wording(request.app.state.templates, language.get())
    try:
        pdf = make_pdf(sheet, wording)
    except NoPdf as why:
        log.info("printed_as_page", sheet=sheet.kind, why=str(why)[:80])
        template, context = page_of(sheet, wording)
        return render(request, template, context)
    shown = {"content-disposition": f'inline; filename="{name}.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=shown)


@router.get(AT + "/poster")
def print_poster(
    request: Request, session: SessionDep, actor: YouthWorker, sitting: OwnSitting
) -> Response:
    """The class code and its QR for the wall."""
    title = consultations.get_consultation(session, sitting.consultation_id).title
    poster = Poster(title, sitting.class_code, _base_url(request))
    return hand_over(request, poster, name=f"poster-{sitting.class_code}")


@router.get(AT + "/guide")
def print_guide(request: Request, actor: YouthWorker, sitting: OwnSitting) -> Response:
    """How to run a sitting, in one minute."""
    return hand_over(request, Guide(_base_url(request)), name="one-minute-guide")


@router.get(AT + "/ballots/{ballot_id}")
def print_ballot(
    request: Request, session: SessionDep, actor: YouthWorker, sitting: OwnSitting,
    ballot_id: RowId, size: Print = Print.NORMAL,
) -> Response:  # fmt: skip
    """Paper ballots: every copy the same, to be copied as often as there are heads."""
    title, plain = _defined(session, sitting, ballot_id)
    sheet = PaperBallot(title, read_sections(plain, language.get()), size)
    return hand_over(request, sheet, name=f"ballot-{size.value}")


@router.get(AT + "/ballots/{ballot_id}/tally")
def print_tally(
    request: Request, session: SessionDep, actor: YouthWorker, sitting: OwnSitting,
    ballot_id: RowId, counting: Annotated[Counting, Query()] = Counting.PAPERS,
) -> Response:  # fmt: skip
    """Five-bar gates for two people who count papers or hands."""
    title, plain = _defined(session, sitting, ballot_id)
    sheet = TallySheet(
        title, read_sections(plain, language.get()), counting, _place(session, sitting),
        sitting.label,
    )  # fmt: skip
    return hand_over(request, sheet, name="tally-sheet")


@router.get(AT + "/ballots/{ballot_id}/closing")
def print_closing(
    request: Request, session: SessionDep, actor: YouthWorker, sitting: OwnSitting,
    ballot_id: RowId,
) -> Response:  # fmt: skip
    """The account and the last checkpoint, to sign and hand over. After the end only."""
    title, _ = _defined(session, sitting, ballot_id)
    if sitting.closed_at is None:
        raise NotFound
    account = queries.get_account(session, sitting)
    ours = next(one for one in account.ballots if one.ballot_id == ballot_id)
    last = find_last_checkpoint(session, ballot_id)
    sheet = ClosingSheet(
        title=title, place=_place(session, sitting), sitting=sitting.label,
        closed_at=sitting.closed_at, issued=ours.given, recorded=ours.voted, spoilt=ours.spoilt,
        unused=ours.unused, heads=sitting.expected_heads, note=sitting.closing_note,
        checkpoint=LedgerPoint(last.size, last.head, last.at, last.signature) if last else None,
    )  # fmt: skip
    return hand_over(request, sheet, name=f"closing-{sitting.class_code}")


def _base_url(request: Request) -> str:
    return str(request.app.state.settings.base_url).rstrip("/")


def _place(session: Session, sitting: OwnSitting) -> str:
    return get_place(session, sitting.place_id).name if sitting.place_id else ""


def _defined(session: Session, sitting: OwnSitting, ballot_id: int) -> tuple[str, dict[str, Any]]:
    """The frozen words of a ballot of this sitting. NotFound for one of another sitting."""
    ballot = consultations.get_ballot(session, ballot_id)
    if ballot.consultation_id != sitting.consultation_id or not ballot.definition:
        raise NotFound
    plain: dict[str, Any] = json.loads(ballot.definition)
    return ballot.title, plain
