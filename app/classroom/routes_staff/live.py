"""The numbers of a room as they change, over one connection (server-sent events).

A stream reads in a thread, once a second, and sends a part of the page when it differs from the
last one sent. It ends when the sitting does, when the server is asked to stop, and after ten
minutes, when the browser connects again and shows its session again. Pages poll slowly besides, so
a network that swallows streams costs only seconds.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.sse import EventSourceResponse, format_sse_event
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from app.classroom.guards import OwnSitting, SeenSitting
from app.classroom.routes_staff.desk import room_facts, screen_facts
from app.consultations.queries import get_sitting
from app.core.templates import page_context
from app.core.web import DbDep
from app.staff.guards import YouthWorker

router = APIRouter()
LOOK_SECONDS = 1.0
PING_LOOKS = 15
MOST_LOOKS = 600
Facts = Callable[[Session, OwnSitting], dict[str, Any]]
PARTS: dict[str, tuple[str, Facts]] = {
    "room": ("classroom/_room.html", room_facts),
    "screen": ("classroom/_screen.html", screen_facts),
}


@router.get("/staff/sittings/{sitting_id}/events")
async def stream_events(
    request: Request,
    actor: YouthWorker,
    sitting: SeenSitting,
    db: DbDep,
    part: Annotated[str, Query(pattern="^(room|screen)$")] = "room",
) -> EventSourceResponse:
    """A stream of one part of the desk or of the screen."""
    template, facts = PARTS[part]

    def look() -> tuple[str, bool]:
        with db.session(writes=False) as session:
            seen = get_sitting(session, sitting.id or 0)
            context = page_context(request) | facts(session, seen)
        page = request.app.state.templates.get_template(template).render(context)
        return page, seen.closed_at is not None

    answer = EventSourceResponse(_stream(request, part, look))
    answer.headers["cache-control"] = "no-store"
    answer.headers["x-accel-buffering"] = "no"
    return answer


async def _stream(
    request: Request, name: str, look: Callable[[], tuple[str, bool]]
) -> AsyncIterator[bytes]:
    sent = ""
    stopping = request.app.state.stopping
    for number in range(MOST_LOOKS):
        if stopping.is_asked or await request.is_disconnected():
            return
        page, is_over = await run_in_threadpool(look)
        if page != sent:
            sent = page
            yield format_sse_event(data_str=page, event=name)
        elif number % PING_LOOKS == 0:
            yield format_sse_event(comment="here")
        if is_over:
            yield format_sse_event(data_str="", event="over")
            return
        await asyncio.sleep(LOOK_SECONDS)
