"""The lobby on a phone: a nickname, a wait, and in.

The cookie holds a random token and nothing else; it goes when the browser closes. Pages are never
stored. The page asks by itself whether something changed; a button does the same without script.
"""

from functools import partial

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.ballots.rules import seat_cookie, seat_hash
from app.classroom import queries, service
from app.consultations import queries as consultations
from app.core.clock import leeds_day
from app.core.errors import NotFound
from app.core.templates import redirect, render
from app.core.web import DbDep, InboxDep, Now, SessionDep
from app.safeguarding.queries import list_help_contacts

router = APIRouter()


@router.post("/s/{code}/arrivals")
def arrive(request: Request, db: DbDep, inbox: InboxDep, code: str) -> Response:
    """A phone joins. One that has joined before, or taps twice, keeps its nickname."""
    with db.session(writes=False) as session:
        sitting = consultations.find_sitting(session, code)
        if sitting is None:
            raise NotFound
        token = request.cookies.get(seat_cookie(sitting.class_code), "")
        is_here = bool(token) and queries.find_arrival(session, seat_hash(token)) is not None
    answer = redirect(request, f"/s/{sitting.class_code}/lobby")
    if not is_here:
        token = inbox.submit(partial(service.arrive, sitting_id=sitting.id or 0))
        keep_cookie(request, answer, seat_cookie(sitting.class_code), token)
    return answer


@router.get("/s/{code}/lobby")
def show_lobby(request: Request, session: SessionDep, now: Now, code: str) -> Response:
    """Who this phone is here, and whether it is let in."""
    sitting = consultations.find_sitting(session, code)
    if sitting is None:
        raise NotFound
    name = seat_cookie(sitting.class_code)
    arrival = queries.find_arrival(session, seat_hash(request.cookies.get(name, "")))
    if sitting.closed_at is not None or arrival is None or arrival.sitting_id != sitting.id:
        return redirect(request, f"/s/{sitting.class_code}")
    context = {
        "sitting": sitting,
        "nickname": arrival.nickname,
        "state": arrival.state.value,
        "parts": consultations.list_parts(session, sitting.consultation_id),
        "help_contacts": list_help_contacts(session, leeds_day(now)),
    }
    return render(request, "classroom/show_lobby.html", context)


@router.get("/s/{code}/lobby/state")
def show_state(request: Request, session: SessionDep, code: str) -> Response:
    """One word for the page's script: waiting, in, away, or gone."""
    sitting = consultations.find_sitting(session, code)
    if sitting is None or sitting.closed_at is not None:
        return PlainTextResponse("gone")
    token = request.cookies.get(seat_cookie(sitting.class_code), "")
    arrival = queries.find_arrival(session, seat_hash(token))
    return PlainTextResponse(arrival.state.value if arrival else "gone")


def keep_cookie(request: Request, answer: Response, name: str, token: str) -> None:
    """A cookie for this visit: no script reads it, no other site sends it."""
    answer.set_cookie(
        name, token, path="/", httponly=True, samesite="lax",
        secure=request.app.state.settings.secure_cookies,
    )  # fmt: skip
