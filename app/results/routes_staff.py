"""The officers' desk for ballots: counting, letting go, correcting, and the audit bundle."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.ballots.box.keys import BallotKeys
from app.ballots.sweeps import keys_of
from app.consultations.queries import get_ballot
from app.core.db import Database
from app.core.forms import Form, form_of
from app.core.settings import Settings
from app.core.templates import redirect, render
from app.core.web import DbDep, Now, RowId, SessionDep, SettingsDep
from app.results import queries, service
from app.results.exports import pack_bundle
from app.results.forms import Embargo, Explanation, NewVersion, Withdrawal
from app.results.service import Words
from app.staff.guards import Officer

router = APIRouter()
Version = Annotated[int, Path(ge=1, le=10_000)]


@router.get("/staff/ballots")
def list_desk(
    request: Request, session: SessionDep, settings: SettingsDep, actor: Officer, now: Now
) -> Response:
    """Every ballot and where it stands."""
    lines = queries.list_desk(session, keys=keys_of(settings), now=now)
    return render(request, "results/list_desk.html", {"lines": lines})


@router.get("/staff/ballots/{ballot_id}")
def show_desk(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    actor: Officer,
    now: Now,
    ballot_id: RowId,
) -> Response:
    """One ballot: its count, its versions, what to do next."""
    return _page(request, session, settings, actor, now, ballot_id)


def _page(
    request: Request,
    session: SessionDep,
    settings: Settings,
    actor: Officer,
    now: Now,
    ballot_id: int,
    form: Form[Any] | None = None,
) -> Response:
    """The desk of one ballot; again with what was typed when a form is not well-formed."""
    page = queries.get_desk_page(
        session, ballot_id, keys=keys_of(settings), actor=actor, minimum=settings.gate_minimum,
        recount_days=settings.recount_days, now=now,
    )  # fmt: skip
    context = {
        "page": page, "errors": form.errors if form else {}, "typed": form.raw if form else {},
    }  # fmt: skip
    return render(request, "results/show_desk.html", context, status=422 if form else 200)


@router.post("/staff/ballots/{ballot_id}/results")
def propose_result(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    actor: Officer,
    now: Now,
    ballot_id: RowId,
    form: Annotated[Form[NewVersion], Depends(form_of(NewVersion))],
) -> Response:
    """Freeze a count for a colleague to let go."""
    if form.data is None:
        return _page(request, session, settings, actor, now, ballot_id, form)
    data = form.data
    service.propose_result(
        session, get_ballot(session, ballot_id), status=data.status,
        words=Words(data.reason, data.public_note), embargo_until=data.embargo_until,
        minimum=settings.gate_minimum, keys=keys_of(settings), actor=actor, now=now,
    )  # fmt: skip
    return redirect(request, f"/staff/ballots/{ballot_id}", done="result_proposed")


@router.post("/staff/ballots/{ballot_id}/results/{version}/approve")
def approve_result(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    actor: Officer,
    now: Now,
    ballot_id: RowId,
    version: Version,
) -> Response:
    """Let a colleague's version go."""
    ballot, keys = get_ballot(session, ballot_id), keys_of(settings)
    service.approve_result(session, ballot, version, keys=keys, actor=actor, now=now)
    return redirect(request, f"/staff/ballots/{ballot_id}", done="result_approved")


@router.post("/staff/ballots/{ballot_id}/results/{version}/embargo")
def set_embargo(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    actor: Officer,
    now: Now,
    ballot_id: RowId,
    version: Version,
    form: Annotated[Form[Embargo], Depends(form_of(Embargo))],
) -> Response:
    """Move the moment at which it becomes public."""
    if form.data is None:
        return _page(request, session, settings, actor, now, ballot_id, form)
    ballot = get_ballot(session, ballot_id)
    service.set_embargo(
        session, ballot, version, until=form.data.embargo_until, actor=actor, now=now
    )
    return redirect(request, f"/staff/ballots/{ballot_id}", done="embargo_set")


@router.post("/staff/ballots/{ballot_id}/results/{version}/withdraw")
def withdraw_result(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    actor: Officer,
    now: Now,
    ballot_id: RowId,
    version: Version,
    form: Annotated[Form[Withdrawal], Depends(form_of(Withdrawal))],
) -> Response:
    """Drop a proposal, or take a version back with a note for everybody."""
    if form.data is None:
        return _page(request, session, settings, actor, now, ballot_id, form)
    ballot = get_ballot(session, ballot_id)
    service.withdraw_result(session, ballot, version, note=form.data.note, actor=actor, now=now)
    return redirect(request, f"/staff/ballots/{ballot_id}", done="withdrawn")


@router.post("/staff/ballots/{ballot_id}/gap")
def explain_gap(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    actor: Officer,
    now: Now,
    ballot_id: RowId,
    form: Annotated[Form[Explanation], Depends(form_of(Explanation))],
) -> Response:
    """Record what happened to missing records."""
    if form.data is None:
        return _page(request, session, settings, actor, now, ballot_id, form)
    ballot, keys = get_ballot(session, ballot_id), keys_of(settings)
    service.explain_gap(session, ballot, words=form.data.words, keys=keys, actor=actor, now=now)
    return redirect(request, f"/staff/ballots/{ballot_id}", done="gap_explained")


@router.post("/staff/ballots/{ballot_id}/bundle")
def download_bundle(
    session: SessionDep, db: DbDep, settings: SettingsDep, actor: Officer, now: Now,
    ballot_id: RowId,
) -> Response:  # fmt: skip
    """The audit bundle, made while it is sent. Who took it is in the audit book."""
    service.note_bundle(session, get_ballot(session, ballot_id), actor=actor, now=now)
    headers = {
        "content-disposition": f'attachment; filename="ballot-{ballot_id}-bundle.zip"',
        "content-encoding": "identity",  # a zip is packed already
        "cache-control": "no-store",
    }
    return StreamingResponse(
        _stream(db, ballot_id, keys_of(settings)), media_type="application/zip", headers=headers
    )


def _stream(db: Database, ballot_id: int, keys: BallotKeys) -> Iterator[bytes]:
    with db.session(writes=False) as session:
        queries.hold_snapshot(session)
        ballot = get_ballot(session, ballot_id)
        yield from pack_bundle(queries.list_bundle_files(session, ballot, keys=keys))
