"""What everybody may see: the result of a ballot, its versions, its proofs, one's own receipt."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.ballots.box.digests import show_receipt
from app.ballots.queries import find_ledger
from app.ballots.rules import BallotState
from app.ballots.sweeps import keys_of
from app.core import i18n
from app.core.errors import NotFound
from app.core.forms import Form, form_of
from app.core.templates import cacheable, render
from app.core.web import DbDep, Now, RowId, SessionDep, SettingsDep
from app.results import queries
from app.results.exports import VERIFIER
from app.results.forms import TypedReceipt
from app.results.queries import Receipts, read_receipt

router = APIRouter()
Version = Annotated[int, Path(ge=1, le=10_000)]


@router.get("/ballots/verify.py")
def show_verifier(request: Request) -> Response:
    """The script that checks a bundle: to be read, and run somewhere else than here."""
    headers = {"content-disposition": 'attachment; filename="verify.py"'}
    answer = PlainTextResponse(VERIFIER.read_bytes(), headers=headers)
    return cacheable(request, answer, seconds=3600)


@router.get("/ballots/{ballot_id}")
def show_result(
    request: Request, session: SessionDep, settings: SettingsDep, now: Now, ballot_id: RowId
) -> Response:
    """Before the result: what was asked and when the result comes. Then the result."""
    language = i18n.language.get().split("_")[0]
    page = queries.get_public_page(
        session, ballot_id, keys=keys_of(settings), language=language, now=now
    )
    answer = render(request, "results/show_result.html", {"page": page})
    seconds = _until(page.expected_at, now, settings.page_cache_seconds)
    return cacheable(request, answer, seconds=seconds)


def _until(moment: datetime | None, now: datetime, most: int) -> int:
    """How long a page may be kept: not beyond the moment at which it changes."""
    return most if moment is None else min(most, max(0, int((moment - now).total_seconds())))


@router.get("/ballots/{ballot_id}/check")
def show_check(request: Request, session: SessionDep, ballot_id: RowId) -> Response:
    """A field for a receipt."""
    ballot, _ = queries.get_public_ballot(session, ballot_id)
    ledger = find_ledger(session, ballot_id)
    is_closed = ledger is not None and ledger.state in (BallotState.CLOSED, BallotState.FINAL)
    context = {
        "ballot_id": ballot_id, "title": ballot.title, "can_check": is_closed,
        "answer": "", "typed": "", "receipt": "",
    }  # fmt: skip
    return render(request, "results/show_check.html", context)


@router.post("/ballots/{ballot_id}/check")
def check_receipt(
    request: Request,
    db: DbDep,
    ballot_id: RowId,
    form: Annotated[Form[TypedReceipt], Depends(form_of(TypedReceipt))],
) -> Response:
    """Whether that vote is in the box. Posted, so that no history or log holds a receipt."""
    typed = form.raw.get("receipt", "")[:60]
    receipt = read_receipt(typed)
    receipts: Receipts = request.app.state.receipts
    with db.session(writes=False) as session:
        ballot, _ = queries.get_public_ballot(session, ballot_id)
        answer = receipts.look_up(session, ballot_id, receipt)
    context = {
        "ballot_id": ballot_id, "title": ballot.title, "answer": answer,
        "can_check": answer != "early", "typed": "" if answer == "found" else typed,
        "receipt": show_receipt(receipt) if receipt else "",
    }  # fmt: skip
    status = 422 if answer == "mistyped" else 200
    return render(request, "results/show_check.html", context, status=status)


@router.get("/ballots/{ballot_id}/checkpoints.txt")
def show_checkpoints(
    request: Request, session: SessionDep, settings: SettingsDep, ballot_id: RowId
) -> Response:
    """Every signed checkpoint, to be kept by whoever wants to."""
    ballot, _ = queries.get_public_ballot(session, ballot_id)
    lines = queries.list_checkpoint_lines(session, ballot)
    answer = PlainTextResponse("\n".join([*lines, ""]))
    return cacheable(request, answer, seconds=settings.page_cache_seconds)


@router.get("/ballots/{ballot_id}/leaves.txt")
def show_leaves(request: Request, session: SessionDep, ballot_id: RowId) -> Response:
    """All leaves of a closed ballot, sorted: they say nothing of any vote."""
    queries.get_public_ballot(session, ballot_id)
    leaves = queries.list_public_leaves(session, ballot_id)
    headers = {"content-disposition": f'attachment; filename="ballot-{ballot_id}-leaves.txt"'}
    answer = PlainTextResponse("".join(f"{one.hex()}\n" for one in leaves), headers=headers)
    return cacheable(request, answer, seconds=3600)


@router.get("/ballots/{ballot_id}/definition.json")
def show_definition(request: Request, session: SessionDep, ballot_id: RowId) -> Response:
    """What was asked, byte for byte: its SHA-256 is the ballot's fingerprint."""
    ballot, _ = queries.get_public_ballot(session, ballot_id)
    answer = Response(ballot.definition, media_type="application/json")
    return cacheable(request, answer, seconds=3600)


@router.get("/ballots/{ballot_id}/results/{version}.json")
def show_version(
    request: Request,
    session: SessionDep,
    settings: SettingsDep,
    now: Now,
    ballot_id: RowId,
    version: Version,
) -> Response:
    """The exact figures of a version, byte for byte as the ledger holds its hash."""
    public = queries.list_public(session, ballot_id, now=now)
    found = [one for one in public if one.version == version and one.withdrawn_at is None]
    if not found:
        raise NotFound
    answer = Response(found[0].body, media_type="application/json")
    return cacheable(request, answer, seconds=settings.page_cache_seconds)
