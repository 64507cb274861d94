"""Counting a pile: for the first time, again, or anew with a reason."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.core.errors import Refused
from app.core.forms import Form, form_of
from app.core.templates import redirect, sentence
from app.core.web import Now, RowId, SessionDep
from app.paper import queries, service
from app.paper.forms import FIELDS, WHOLE_FORM, PileForm, Where
from app.paper.queries import Desk
from app.paper.routes_staff.reading import read_count, say_problem
from app.paper.routes_staff.showing import first_form, show_desk
from app.paper.rules import BatchState, Contents, Purpose
from app.staff.guards import YouthWorker

router = APIRouter()
Pile = Annotated[Form[PileForm], Depends(form_of(PileForm))]
Table = Annotated[Form[Where], Depends(form_of(Where))]
Way = Annotated[str, Query(max_length=10)]
NEW = "/staff/ballots/{ballot_id}/paper/new"


@router.get(NEW)
def show_new_pile(
    request: Request, session: SessionDep, actor: YouthWorker, ballot_id: RowId,
    where: Annotated[Where, Query()],
) -> Response:  # fmt: skip
    """An empty form for a pile; without a place, first the question where it comes from."""
    if where.sitting_id is None and where.place_id is None:
        return redirect(request, f"/staff/ballots/{ballot_id}/paper/places?kind={where.kind.value}")
    desk = queries.new_desk(session, actor, ballot_id, **where.model_dump())
    return show_desk(request, desk, first_form(desk, actor.id or 0))


@router.post(NEW)
def enter_batch(
    request: Request, session: SessionDep, now: Now, actor: YouthWorker, ballot_id: RowId,
    table: Table, form: Pile,
) -> Response:  # fmt: skip
    """Keep the first count of a pile."""
    where = table.data or Where()
    desk = queries.new_desk(session, actor, ballot_id, **where.model_dump())

    def keep(contents: Contents) -> Response:
        batch = service.enter_batch(
            session, desk.ballot, sitting=desk.sitting, place=desk.place, kind=desk.kind,
            name=form.raw.get("name", ""), contents=contents, actor=actor, now=now,
        )  # fmt: skip
        return redirect(request, f"/staff/paper/{batch.id}", done="paper_entered")

    return _keep(request, desk, form, keep)


@router.get("/staff/paper/{batch_id}/count")
def show_count_again(
    request: Request, session: SessionDep, actor: YouthWorker, batch_id: RowId
) -> Response:
    """A form for a second person (empty), or for mending one's own count."""
    desk = queries.desk_of(session, actor, batch_id, Purpose.COUNT)
    if desk.history is None or desk.history.state is BatchState.CONFIRMED:
        return redirect(request, f"/staff/paper/{batch_id}")
    return show_desk(request, desk, first_form(desk, actor.id or 0))


@router.post("/staff/paper/{batch_id}/count")
def confirm_batch(
    request: Request, session: SessionDep, now: Now, actor: YouthWorker, batch_id: RowId, form: Pile
) -> Response:
    """Keep another count. Where it differs is told, never by how much."""
    desk = queries.desk_of(session, actor, batch_id, Purpose.COUNT)

    def keep(contents: Contents) -> Response:
        assert desk.batch is not None  # noqa: S101  # a desk for counting again has its pile
        disputed = service.confirm_batch(
            session, desk.batch, contents=contents, actor=actor, now=now
        )
        if not disputed:
            return redirect(request, f"/staff/paper/{batch_id}", done="paper_counted")
        for name in disputed:
            form.refuse(name, say_problem(request, "disputed"))
        return show_desk(request, desk, form, is_disputed=True)

    return _keep(request, desk, form, keep)


@router.get("/staff/paper/{batch_id}/revise")
def show_revision(
    request: Request, session: SessionDep, actor: YouthWorker, batch_id: RowId, way: Way = ""
) -> Response:
    """The figures that count, to be corrected."""
    desk = queries.desk_of(session, actor, batch_id, Purpose.REVISE, way=way)
    if desk.history is None or desk.history.state is not BatchState.CONFIRMED:
        return redirect(request, f"/staff/paper/{batch_id}")
    return show_desk(request, desk, first_form(desk, actor.id or 0))


@router.post("/staff/paper/{batch_id}/revise")
def revise_batch(
    request: Request, session: SessionDep, now: Now, actor: YouthWorker, batch_id: RowId, form: Pile
) -> Response:
    """Keep a correction; it counts once a second person has found the same."""
    way = form.raw.get("way", "")
    desk = queries.desk_of(session, actor, batch_id, Purpose.REVISE, way=way)

    def keep(contents: Contents) -> Response:
        assert desk.batch is not None  # noqa: S101
        reason = form.raw.get("reason", "")
        service.revise_batch(
            session, desk.batch, contents=contents, reason=reason, actor=actor, now=now
        )
        return redirect(request, f"/staff/paper/{batch_id}", done="paper_revised")

    return _keep(request, desk, form, keep)


def _keep(
    request: Request, desk: Desk, form: Form[PileForm], keep: Callable[[Contents], Response]
) -> Response:
    """Read the count and let `keep` store it; otherwise the page again with what was typed."""
    contents = read_count(request, form, desk)
    if contents is not None:
        with _told_in(request, form):
            return keep(contents)
    return show_desk(request, desk, form, status=422 if form.errors else 200)


@contextmanager
def _told_in(request: Request, form: Form[Any]) -> Iterator[None]:
    """A refusal is said in the form, so that nothing typed is lost. Safe: a verb that refuses has
    written nothing.
    """
    try:
        yield
    except Refused as refusal:
        words = sentence(request.app.state.templates, refusal.reason)
        form.refuse(next((f for r, f in FIELDS.items() if r is refusal.reason), WHOLE_FORM), words)
