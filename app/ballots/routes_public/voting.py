"""Voting on a phone. Its pages are never stored by a browser or a proxy (`no-store`)."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.ballots import rules, service
from app.ballots.box.codes import read_code
from app.ballots.box.digests import receipt_of
from app.ballots.opened import Held, OpenedBallots
from app.ballots.routes_public import showing
from app.ballots.routes_public.showing import Door, Typed
from app.ballots.rules import Reason, RightKind
from app.core.db import NOT_NOW
from app.core.errors import NotFound, Refused
from app.core.forms import read_lists
from app.core.inbox import Inbox
from app.core.shared_device import cookie_name
from app.core.templates import quick_page, redirect, render
from app.core.tokens import is_strong_id, new_submission_id, tidy_code
from app.core.web import RETRY_SECONDS, RowId, SessionDep, note_not_now

router = APIRouter()
# What a refusal is on the wire. In each case the page comes back with what was chosen.
STATUS = {Reason.CODE_WRONG: 404, Reason.CHANGED: 422, Reason.ENDED: 410, Reason.WEAK_ID: 422}
GUESSES = 60  # wrong codes at one sitting within `GUESS_WINDOW` before each further one is slowed
GUESS_WINDOW = timedelta(minutes=10)
SLOW_SECONDS = 1.0
MOST_ID = 2_147_483_647


async def cast_vote(request: Request) -> Response:
    """Put the vote in the box; the same page with everything kept when it cannot be taken.

    Answered with a page and not with a redirect, so that a reload repeats the same secret and
    changes nothing. 201: stored now; 200: it was stored before.
    """
    code, ballot_id = request.path_params["code"], request.path_params["ballot_id"]
    if ballot_id > MOST_ID:
        raise NotFound
    now: datetime = request.app.state.clock()
    held = await _hold(request, code, ballot_id)
    typed = _read(request, held, await read_lists(request))
    if typed.door is Door.KIOSK and not typed.code:  # a turn that is over, sent again by "back"
        return redirect(request, f"/k/{held.opened.class_code}")
    if typed.problem or typed.problems:
        return showing.page_again(request, held, typed, status=422)
    try:
        is_new, leaf = await _put_in(request, held, typed, now)
    except Refused as refusal:
        return await _refused(request, held, typed, refusal, now)
    except NOT_NOW as error:
        return _not_stored(request, held, typed, error)
    page = showing.thank_page(request, held, typed.door, receipt_of(leaf))
    return quick_page(request, page, status=201 if is_new else 200)


# A plain route, tried before all others: what a whole school sends in one minute neither walks past
# every other page nor through the machinery that reads arguments (a fifth of the work).
VOTES = Route("/b/{code}/{ballot_id:int}/votes", cast_vote, methods=["POST"])


@router.get("/b/{code}")
def show_slip_door(request: Request, session: SessionDep, code: str) -> Response:
    """Where the QR of a slip leads: its code stays behind the `#`, on the phone."""
    parts = showing.list_ballot_parts(session, code)
    if len(parts) == 1:
        return redirect(request, f"/b/{tidy_code(code)}/{parts[0].id}")
    context = {"code": tidy_code(code), "parts": parts}
    return render(request, "ballots/show_slip_door.html", context)


@router.get("/b/{code}/{ballot_id}")
async def show_ballot(request: Request, code: str, ballot_id: RowId) -> Response:
    """The paper: options in an order of this page's own, and a blank vote said in words."""
    held = await _hold(request, code, ballot_id)
    if not rules.is_open(held.opened.facts):
        raise Refused(Reason.ENDED)
    door = await _find_door(request, held)
    if door is None:
        return redirect(request, f"/s/{held.opened.class_code}")
    page = showing.new_page(request, held, door, secret=new_submission_id())
    return quick_page(request, page)


async def _hold(request: Request, code: str, ballot_id: int) -> Held:
    ballots: OpenedBallots = request.app.state.opened_ballots
    tidied = tidy_code(code)
    held = ballots.find_fresh(tidied, ballot_id)
    if held is None:
        held = await run_in_threadpool(ballots.load, tidied, ballot_id)
    return held


async def _find_door(request: Request, held: Held) -> Door | None:
    """How this browser may vote; None: nobody let it in yet."""
    opened = held.opened
    token = request.cookies.get(rules.seat_cookie(opened.class_code), "")
    ballots: OpenedBallots = request.app.state.opened_ballots
    if token:
        is_in = await run_in_threadpool(partial(ballots.has_right, held, rules.seat_code(token)))
        if is_in:
            return Door.KIOSK if _is_kiosk(request, opened.class_code) else Door.SEAT
    if held.has_slips and not _is_kiosk(request, opened.class_code):
        return Door.SLIP
    return Door.OPEN if opened.is_public else None


def _is_kiosk(request: Request, class_code: str) -> bool:
    """Whether this device calls itself the shared tablet. It decides the layout, never a right."""
    return cookie_name(class_code) in request.cookies


def _read(request: Request, held: Held, fields: Mapping[str, Sequence[str]]) -> Typed:
    """What was sent: by which door, with which code, and what is wrong with it, if anything."""
    opened = held.opened
    filled = rules.read_paper(opened.definition, fields)
    secret, written = ((*fields.get(name, ()), "")[0] for name in ("secret", "code"))
    token = request.cookies.get(rules.seat_cookie(opened.class_code), "")
    if _is_kiosk(request, opened.class_code):
        door, code = Door.KIOSK, rules.seat_code(token) if token else ""
    elif token and not written.strip():
        door, code = Door.SEAT, rules.seat_code(token)
    elif held.has_slips or not opened.is_public:
        door, code = Door.SLIP, read_code(written) or ""
    else:
        door, code = Door.OPEN, rules.open_code(secret)
    problem = None if code else Reason.CODE_MISTYPED
    if not is_strong_id(secret):
        problem, secret = Reason.WEAK_ID, new_submission_id()
    return Typed(door, code, written, secret, fields, filled.choices, filled.problems, problem)


async def _put_in(request: Request, held: Held, typed: Typed, now: datetime) -> tuple[bool, bytes]:
    """Seal and store; once more when the box was changed for another one meanwhile."""
    inbox: Inbox = request.app.state.inbox
    for is_second in (False, True):
        if held.secrets is None:
            raise Refused(Reason.KEY_MISSING)
        if typed.door is Door.OPEN:
            await _let_in(inbox, request, held, typed, now)
        sent = service.make_sent(
            held.opened, held.secrets, code=typed.code, secret=typed.secret,
            choices=typed.choices, now=now,
        )  # fmt: skip
        try:
            return await inbox.post(service.cast_votes, sent), sent.leaf
        except Refused as refusal:
            if refusal.reason is not Reason.BOX_MOVED or is_second:
                raise
        ballots: OpenedBallots = request.app.state.opened_ballots
        held = await run_in_threadpool(ballots.load, held.opened.class_code, held.opened.ballot_id)
    raise Refused(Reason.BOX_MOVED)


async def _let_in(inbox: Inbox, request: Request, held: Held, typed: Typed, now: datetime) -> None:
    """At a public link every phone lets itself in; this is said openly wherever it is offered."""
    verb = partial(
        service.let_in, sitting_id=held.opened.sitting_id, codes=[typed.code],
        kind=RightKind.SEAT, keys=request.app.state.opened_ballots.keys, now=now,
    )  # fmt: skip
    try:
        await run_in_threadpool(inbox.submit, verb)
    except Refused as refusal:
        if refusal.reason is not Reason.BOX_CLOSED:
            raise
        # Ended: who was let in before is answered as ever, anybody else is not known (see below).


async def _refused(
    request: Request, held: Held, typed: Typed, refusal: Refused, now: datetime
) -> Response:
    """The page again with the reason. Wrong codes are slowed down once there were many."""
    if refusal.reason is Reason.CODE_WRONG and typed.door is Door.SLIP:
        name = f"guess:{held.opened.sitting_id}"
        pace = request.app.state.pace
        if pace.note(name, now=now, within=GUESS_WINDOW, limit=GUESSES):
            await asyncio.sleep(SLOW_SECONDS)
    reason = refusal.reason
    if reason is Reason.CODE_WRONG and typed.door is Door.OPEN:
        reason = Reason.ENDED
    again = typed.with_problem(reason)
    status = next((code for known, code in STATUS.items() if known is reason), 409)
    return showing.page_again(request, held, again, status=status)


def _not_stored(request: Request, held: Held, typed: Typed, error: Exception) -> Response:
    """The page again with everything on it. The secret stays the same, so that a vote which was
    stored after all, its answer lost, is not sent as another one."""
    note_not_now(error)
    again = typed.with_problem(Reason.NOT_STORED)
    answer = showing.page_again(request, held, again, status=503)
    answer.headers["retry-after"] = RETRY_SECONDS
    return answer
